import { describeConflict, type Conflict } from '../model/conflicts.ts';
import type { Difference } from '../model/differences.ts';
import type { Notification } from '../model/notifications.ts';
import { isolate, onOneLine } from '../model/visible-text.ts';
import type { Refusal } from './guard.ts';
import type { BookingPlan, Plan } from './plan.ts';
import type { Action, Change } from './states.ts';

/** How words are emphasised: nothing in plain text, escape codes on a terminal. */
export interface Ink {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly good: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly bad: (text: string) => string;
}

const same = (text: string): string => text;
export const plainInk: Ink = { strong: same, faint: same, good: same, warn: same, bad: same };

/** A plan with what one has to know of the checkout that it was made in. */
export interface ShownPlan extends Plan {
  /**
   * A commit that was applied and is not in this checkout's history: what it brought looks as if it were to be changed
   * back. No part of the checksum, as apply refuses such a checkout anyhow.
   */
  readonly behind?: string | null;
}

/** A plan for people at a terminal. */
export function renderTerminal(plan: ShownPlan, refusals: readonly Refusal[], ink: Ink = plainInk): string {
  const lines = plan.bookings.flatMap((booking) => renderBooking(booking, ink));
  const restored = new Set(plan.restoredSite);
  const files = [
    ...lineOfFiles(ink.warn('↺'), plan.restoredSite),
    ...lineOfFiles(
      ink.good('~'),
      plan.site.filter((key) => !restored.has(key)),
    ),
  ];
  const site = files.length === 0 ? [] : [...files, ''];
  const others = conflictsAside(plan).map(
    (conflict) => `${ink.warn('!')} ${onOneLine(describeConflict(conflict))}\n`,
  );
  const unanswered = unansweredIn(plan).map((text) => `${ink.warn('!')} ${onOneLine(text)}\n`);
  const refused = refusals.map((refusal) => renderRefusal(refusal, ink));
  const body = [...site, ...lines, ...refused, ...others, ...unanswered];
  const first = plan.behind ? [`${ink.bad('!')} ${describeBehind(onOneLine(plan.behind))}\n`] : [];
  if (body.length === 0)
    return [...first, `${ink.strong('Nothing to do.')} Everything is as the files say.\n`].join('\n');
  return [...first, ...body, ink.strong(summaryOf(plan)), ink.faint(`checksum ${plan.checksum}`), ''].join(
    '\n',
  );
}

/** Of a commit as it is to be shown. */
export const describeBehind = (commit: string): string =>
  `This checkout does not include commit ${commit}, which was applied already: what that commit brought looks here as if it were changed back. Merge or rebase first; apply refuses until then.`;

const lineOfFiles = (mark: string, keys: readonly string[]): string[] =>
  keys.length === 0 ? [] : [`${mark} site: ${keys.join(', ')}`];

function renderBooking(booking: BookingPlan, ink: Ink): string[] {
  const changes = booking.changes.map(
    (change) => `  ${markOf(change.action, ink)} ${change.artefact}${fieldsOf(change)}`,
  );
  const tells = booking.tells.map((tell) => `  ${ink.strong('✉')} ${describeTelling(tell)}`);
  const nobody = booking.tells.length === 0 && !booking.inDoubt ? [ink.faint('  tells nobody')] : [];
  const doubt = booking.inDoubt ? [`  ${ink.warn('?')} ${IN_DOUBT}`] : [];
  const warnings = booking.warnings.map((warning) => `  ${ink.warn('!')} ${onOneLine(warning)}`);
  return [ink.strong(onOneLine(booking.label)), ...changes, ...tells, ...nobody, ...doubt, ...warnings, ''];
}

const IN_DOUBT =
  'an earlier attempt was not completed; people are told the difference to what they were last told';

const MARKS: Record<Action, { mark: string; ink: 'good' | 'warn' | 'bad' }> = {
  create: { mark: '+', ink: 'good' },
  update: { mark: '~', ink: 'warn' },
  cancel: { mark: '-', ink: 'bad' },
  restore: { mark: '↺', ink: 'warn' },
};

function markOf(action: Action, ink: Ink): string {
  const { mark, ink: colour } = MARKS[action];
  return `${ink[colour](mark)} ${action.padEnd(6)}`;
}

/** How it changes, behind its name. */
export function fieldsOf({ fields, action, found }: Change): string {
  if (action === 'create') return '';
  if (found === 'missing') return ': it is gone';
  if (fields.length === 0) return ' (built anew)';
  const shown = forPeople(fields);
  return `: ${(shown.length === 0 ? fields : shown).map(describeDifference).join('; ')}`;
}

/** Views carry some facts twice: instants beside wall times, and what follows from them. */
const forPeople = (fields: readonly Difference[]): Difference[] =>
  fields
    .filter(
      ({ path }) => !/(^|\.)(startsAt|endsAt|createdTimestamp|checkIn|stamp)$|^guest\.firstName$/.test(path),
    )
    .map((field) => ({ ...field, path: field.path.replace(/^view\./, '') }));

/** `start 2027-05-30T09:00 → 2027-05-31T09:00`; values too long for a line are named only. */
function describeDifference({ path, from, to }: Difference): string {
  const [before, after] = [brief(from), brief(to)];
  if (before === null || after === null) return onOneLine(path);
  return `${onOneLine(path)} ${isolate(onOneLine(before))} → ${isolate(onOneLine(after))}`;
}

function brief(value: unknown): string | null {
  if (value === undefined) return 'none';
  if (value === null || typeof value === 'object') return null;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 40 ? null : text;
}

function describeTelling({ kind, recipient, changes }: Notification): string {
  if (kind === 'summary') return 'summary to captain and booking manager';
  const what = changes.map(describeDifference).join('; ');
  return `${onOneLine(recipient)}: ${kind}${what === '' ? '' : ` (${what})`}`;
}

/** Conflicts of bookings that stay as they are, so that nothing is refused for them. */
export const conflictsAside = ({ conflicts, bookings }: Plan): Conflict[] =>
  conflicts.filter(({ bookingKeys }) => !bookings.some(({ bookingKey }) => bookingKeys.includes(bookingKey)));

/** What a refresh could not find out. */
export const unansweredIn = ({ unanswered }: Pick<Plan, 'unanswered'>): string[] =>
  unanswered.map(({ artefact, bookingKeys, reason }) => {
    const what =
      artefact === 'site' ? 'files of the sites' : `${artefact} of ${count(bookingKeys.length, 'booking')}`;
    return `${what} could not be compared: ${reason}`;
  });

function renderRefusal({ rule, message, override }: Refusal, ink: Ink): string {
  const how = override === null ? '' : ` If it is meant: --allow ${override}`;
  return `${ink.bad('✗')} refused (${rule}): ${onOneLine(message)}.${how}\n`;
}

/** `3 bookings, 5 changes, 4 mails`. */
export function summaryOf({ bookings }: Plan): string {
  const changes = bookings.reduce((sum, booking) => sum + booking.changes.length, 0);
  const mails = bookings.reduce((sum, booking) => sum + booking.tells.length, 0);
  return `${count(bookings.length, 'booking')}, ${count(changes, 'change')}, ${count(mails, 'mail')}`;
}

export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** A plan for machines. */
export const renderJson = (plan: ShownPlan, refusals: readonly Refusal[]): string =>
  `${JSON.stringify({ ...plan, refusals }, null, 2)}\n`;
