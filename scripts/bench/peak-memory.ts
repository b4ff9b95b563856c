import { readFileSync } from 'node:fs';

/** Most mebibytes that this process had. What the system counts as its maximum begins with that of whoever started it. */
export function peakMebibytes(): number {
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readStatus())?.[1];
  return (kibibytes === undefined ? process.resourceUsage().maxRSS : Number(kibibytes)) / 1024;
}

/** Only Linux has it. */
function readStatus(): string {
  try {
    return readFileSync('/proc/self/status', 'utf8');
  } catch {
    return '';
  }
}
