import type { ConflictRule } from '../model/booking-file.ts';
import { GUEST_FIELDS } from '../model/views/page.ts';
import type { Refusal, Rule } from './guard.ts';
import { code, keyOr } from './markdown-code.ts';
import type { BookingPlan, Plan } from './plan.ts';
import { conflictsAside, count, describeBehind, summaryOf, type ShownPlan } from './render-plan.ts';
import { describeField, DETAILS, fieldsNamed, namesOf } from './shown-fields.ts';
import type { Change } from './states.ts';

/** First line of the comment: what the next run finds its own comment by. */
export const MARKER = '<!-- bosun-plan -->';

/**
 * A plan as a comment on a pull request, for readers who may see less than the plan holds. By allow-list: values are shown
 * of the fields in `shown-fields.ts` alone, as long as they look as they should; every other word is one of ours. No names of
 * guests, notes, reasons, contacts or amounts: of money it says that the card changes.
 */
export function renderMarkdown(plan: ShownPlan, refusals: readonly Refusal[]): string {
  const conflicts = conflictsAside(plan).map(
    ({ rule, bookingKeys }) => `- ⚠️ conflict: ${keysIn(bookingKeys)}: ${CONFLICTS[rule]}`,
  );
  const lines = [
    ...tableOf(plan.bookings),
    ...filesLine('Files that pages share', plan.site),
    ...filesLine('Of them restored, as they were not as they had been published', plan.restoredSite),
    ...plan.bookings.flatMap(remarksOn),
    ...refusals.map((refusal) => renderRefusal(refusal, plan)),
    ...conflicts,
    ...plan.unanswered.map(
      ({ artefact, bookingKeys }) =>
        `- ⚠️ could not be compared: ${artefact === 'site' ? 'files that pages share' : `${artefact} of ${keysIn(bookingKeys)}`}`,
    ),
  ];
  const body = lines.length === 0 ? ['Nothing to do: everything is as the files say.'] : lines;
  const foot = `${summaryOf(plan)} · checksum ${code(plan.checksum)}`;
  const more = lines.length === 0 ? [] : [MORE];
  return [MARKER, '## Bookings plan', '', ...behindLine(plan), ...body, '', foot, '', ...more].join('\n');
}

const behindLine = ({ behind }: ShownPlan): string[] => {
  if (!behind) return [];
  const commit = /^[0-9a-f]{40}$/.test(behind) ? code(behind.slice(0, 12)) : '(unknown)';
  return [`⛔ **${describeBehind(commit)}**`, ''];
};

const MORE =
  '<sub>Names, notes and amounts are left out here: the full plan is an artifact of this run, and `npm run plan` prints it.</sub>\n';

const filesLine = (words: string, keys: readonly string[]): string[] =>
  keys.length === 0 ? [] : [`${words}: ${listed(keys.map(code))}`, ''];

function tableOf(bookings: readonly BookingPlan[]): string[] {
  if (bookings.length === 0) return [];
  const rows = bookings.map(({ label, changes, tells }) => {
    const told = tells.map(
      ({ recipient, kind, changes: news }) => `${keyOr(recipient, 'somebody')}: ${kind}${fieldsNamed(news)}`,
    );
    return `| ${code(label)} | ${changes.map(renderChange).join('<br>')} | ${told.join('<br>') || 'nobody'} |`;
  });
  return ['| booking | what changes | who is told |', '| --- | --- | --- |', ...rows, ''];
}

/** Money is said of the card alone, and of the card nothing else. */
function renderChange({ artefact, action, fields, found }: Change): string {
  if (artefact === 'card') return 'card changes';
  const said = `${action} ${artefact}`;
  if (action === 'create' || found === 'missing') return said;
  if (fields.length === 0) return action === 'update' ? `${said} (built anew)` : said;
  const words = fields.flatMap((field) => describeField(artefact, field));
  return `${said}: ${[...new Set(words.length === 0 ? [DETAILS] : words)].join('; ')}`;
}

/** In doubt, and what the plan warns of, in words that hold no values. */
function remarksOn({ bookingKey, inDoubt, over, warnings }: BookingPlan): string[] {
  const remarks = [
    ...(inDoubt ? ['an earlier attempt was not completed'] : []),
    ...(over ? ['the charter is over: nobody is told'] : []),
    ...warnings.map(wordsOf),
  ];
  return [...new Set(remarks)].map((text) => `- ⚠️ ${code(bookingKey)}: ${text}`);
}

/** A warning may quote what was in a field: only what it is about is said. */
function wordsOf(warning: string): string {
  const field = GUEST_FIELDS.find((path) => warning.startsWith(`${path} changed without an amendment`));
  if (field !== undefined)
    return `${namesOf(field).join()} changed without an amendment; \`npm run plan\` names the command that records it`;
  return warning.includes('could not be asked')
    ? 'another system could not be asked: who is told may differ'
    : 'a warning, in the full plan';
}

function renderRefusal({ rule, bookingKeys, override }: Refusal, { conflicts }: Plan): string {
  const how = override === null ? '' : ` If it is meant: \`Bosun-Allow: ${override}\``;
  const why = rule === 'conflict' ? conflictWords(bookingKeys, conflicts) : REFUSALS[rule];
  return `- ⛔ refused (${rule}): ${keysIn(bookingKeys)}: ${why}.${how}`;
}

const REFUSALS: Readonly<Record<Exclude<Rule, 'conflict'>, string>> = {
  cancel: 'more charters would be cancelled at once than the limit allows',
  recipients: 'more mails would be sent at once than the limit allows',
  over: 'the charter is over, and its event, calendar entry or summary would change',
  missing: 'the file is gone, but the booking was neither cancelled nor declared forgotten',
  identity: '`platform`, `id`, `pageId` and `bookedAt` are fixed once applied',
};

const conflictWords = (bookingKeys: readonly string[], conflicts: Plan['conflicts']): string =>
  [
    ...new Set(
      conflicts
        .filter((one) => one.bookingKeys.join() === bookingKeys.join())
        .map(({ rule }) => CONFLICTS[rule]),
    ),
  ].join('; ') || 'they contradict each other';

const CONFLICTS: Readonly<Record<ConflictRule, string>> = {
  'vessel-overlap': 'the vessel is wanted twice, or without time between the charters',
  'crew-overlap': 'somebody is on both at the same time',
  'crew-rest': 'somebody has too little rest between the two',
  'too-many-guests': 'more guests than the vessel takes',
  'too-few-crew': 'less crew than the vessel needs for so many guests',
};

const keysIn = (bookingKeys: readonly string[]): string =>
  listed(bookingKeys.map((key) => keyOr(key, 'a booking')));

const MOST_LISTED = 20;
const listed = (words: readonly string[]): string =>
  words.length <= MOST_LISTED
    ? words.join(', ')
    : `${words.slice(0, MOST_LISTED).join(', ')} and ${count(words.length - MOST_LISTED, 'other')}`;
