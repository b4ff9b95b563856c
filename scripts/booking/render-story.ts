import { onOneLine } from '#bookings/model/visible-text.ts';
import type { Ink } from '#bookings/reconcile/render-plan.ts';
import { clock, type Happening, type Story } from '#bookings/reconcile/story.ts';

/** A story for people at a terminal. Nothing in it acts on the terminal, whatever a commit or a file says. */
export function renderStory({ bookingKey, zone, happened, now, pending, notAsked }: Story, ink: Ink): string {
  const lines = [
    `${ink.strong(onOneLine(bookingKey))} ${ink.faint(`(times of ${onOneLine(zone)})`)}`,
    ...happened.flatMap((one) => renderHappening(one, zone, ink)),
    ...section('Now', now, ink.strong),
    ...section('The next apply', pending, ink.strong),
    ...section('Not asked', notAsked, ink.warn),
  ];
  return `${lines.join('\n')}\n`;
}

const MARKS: Readonly<Record<Happening['what'], string>> = {
  commit: '●',
  agreed: '§',
  applied: '✓',
  mail: '✉',
};

function renderHappening({ at, what, title, details }: Happening, zone: string, ink: Ink): string[] {
  const time = clock(at, zone);
  return [
    `  ${ink.faint(time)}  ${MARKS[what]} ${onOneLine(title)}`,
    ...details.map((line) => `${' '.repeat(time.length + 6)}${onOneLine(line)}`),
  ];
}

const section = (heading: string, lines: readonly string[], ink: (text: string) => string): string[] =>
  lines.length === 0 ? [] : ['', ink(heading), ...lines.map((line) => `  ${onOneLine(line)}`)];
