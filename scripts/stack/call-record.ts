import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AwsCall } from './aws/callers.ts';

/** Names a folder in which every stack leaves the calls that it saw; without it none are written down. */
export const CALL_RECORD = 'BOSUN_CALL_RECORD';

/**
 * Writes down each different call once, one JSON object per line, in a file of this process. Tests compare them with
 * what roles allow when all of them have run.
 */
export function createCallRecord(folder = process.env[CALL_RECORD]): (call: AwsCall) => void {
  if (folder === undefined) return () => undefined;
  const seen = new Set<string>();
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${process.pid}.jsonl`);
  return ({ principal, action, resource }) => {
    const line = `${JSON.stringify({ principal, action, resource: withoutKey(resource) })}\n`;
    if (seen.has(line)) return;
    seen.add(line);
    appendFileSync(file, line);
  };
}

/** `arn:aws:s3:::bucket/g/xhqgmdh.html` → `arn:aws:s3:::bucket/g/…`: roles go by bucket and folder, and keys are many. */
const withoutKey = (resource: string): string =>
  resource.replace(/^(arn:aws:s3:::[^/]+\/(?:[^/]+\/)?).+$/, '$1…');
