import { differences } from '../model/differences.ts';
import { compareInstants, wallTimeAt, type Instant, type Zone } from '../model/time.ts';
import { ARTEFACTS, type Artefact } from '../model/views.ts';
import type { BookingRecord } from './ledger.ts';
import type { Change } from './states.ts';
import type { FileCommit, Pending, SentMail, StoryFacts } from './story-facts.ts';
import { brief, fieldNames, sayChange, sayField, withoutContacts } from './story-words.ts';

/** Something that happened, in words. */
export interface Happening {
  readonly at: Instant;
  readonly what: 'commit' | 'agreed' | 'applied' | 'mail';
  readonly title: string;
  readonly details: readonly string[];
}

/** The story of one booking: what happened in the order of time, how things stand, and what would happen next. */
export interface Story {
  readonly bookingKey: string;
  readonly zone: Zone;
  readonly happened: readonly Happening[];
  readonly now: readonly string[];
  readonly pending: readonly string[];
  readonly notAsked: readonly string[];
}

/** Pure. Holds no contacts and no amounts: of money it says that the card changes. */
export function tellStory(facts: StoryFacts): Story {
  const happened = [
    ...(facts.commits ?? []).map(toCommit),
    ...amendmentsIn(facts).map(toAgreement),
    ...applicationsOf(facts),
    ...(facts.mails ?? []).map((mail) => toMail(mail, facts.zone)),
  ];
  return {
    bookingKey: facts.bookingKey,
    zone: facts.zone,
    happened: happened.toSorted((one, other) => compareInstants(one.at, other.at)),
    now: [...fileNow(facts), ...ledgerNow(facts), ...leaseNow(facts)],
    pending: facts.pending === undefined ? [] : pendingLines(facts.pending),
    notAsked: facts.notAsked.map(({ what, why }) => `${what}: ${withoutContacts(why)}`),
  };
}

function toCommit({ commit, author, at, subject, before, after, renamedFrom }: FileCommit): Happening {
  const renamed = renamedFrom === undefined ? [] : [`was ${renamedFrom} until then`];
  return {
    at,
    what: 'commit',
    title: `${withoutContacts(author)} committed ${commit.slice(0, 12)}: ${withoutContacts(subject)}`,
    details: [...renamed, ...fileChanges(before, after)],
  };
}

function fileChanges(before: unknown, after: unknown): string[] {
  if (after === null) return ['the file is deleted'];
  if (before === null) return [`the file is new: ${outlineOf(after)}`];
  if (after === undefined || before === undefined) return ['the file is not readable as JSON'];
  const changes = [...new Set(differences(before, after).flatMap(sayField))];
  return changes.length === 0 ? ['nothing that matters: form, or what an amendment records'] : changes;
}

/** `confirmed, 2027-05-30T09:00, 3 h, jada` */
function outlineOf(file: unknown): string {
  const { status, start, hours, vessel } = (file ?? {}) as Record<string, unknown>;
  return [status, start, hours === undefined ? undefined : `${brief(hours)} h`, vessel]
    .filter((value) => value !== undefined)
    .map(brief)
    .join(', ');
}

interface Amendment {
  readonly at: Instant;
  readonly field: string;
  readonly from?: unknown;
  readonly to?: unknown;
  readonly reason?: unknown;
}

/** Of the file as it is, or as it last was. */
function amendmentsIn({ file, commits = [] }: StoryFacts): Amendment[] {
  const last = file ?? commits.findLast(({ after }) => after)?.after ?? commits.at(-1)?.before;
  const { amendments } = (last ?? {}) as { amendments?: unknown };
  return Array.isArray(amendments) ? (amendments as Amendment[]).filter(isDated) : [];
}

const isDated = (amendment: Amendment | null): boolean =>
  typeof amendment?.at === 'string' &&
  typeof amendment.field === 'string' &&
  !Number.isNaN(Date.parse(amendment.at));

const toAgreement = ({ at, field, from, to, reason }: Amendment): Happening => ({
  at: new Date(at).toISOString(),
  what: 'agreed',
  title: `agreed: ${sayField({ path: field, from, to }).join('; ') || field}`,
  details: reason === undefined ? [] : [`because: ${brief(reason)}`],
});

/** What was done last for each artefact; what went on at the same time is one happening. */
function applicationsOf({ record, page }: StoryFacts): Happening[] {
  if (!record) return [];
  const applied = ARTEFACTS.flatMap((artefact) => {
    const known = record.artefacts[artefact];
    return known?.appliedAt ? [{ artefact, at: known.appliedAt, ...known }] : [];
  });
  return [...Map.groupBy(applied, ({ at }) => at)].map(([at, done]) => ({
    at,
    what: 'applied',
    title: `applied: ${done.map(({ artefact }) => artefact).join(', ')}`,
    details: done.map(
      ({ artefact, remoteId, revision }) =>
        `${artefact} of revision ${revision}: ${artefact === 'page' && page !== undefined ? page : remoteId}`,
    ),
  }));
}

function toMail(mail: SentMail, zone: Zone): Happening {
  const { recipient, kind, revision, createdAt } = mail;
  const whom = recipient === 'manager' ? 'captain and booking manager' : recipient;
  return {
    at: createdAt,
    what: 'mail',
    title: `to tell ${withoutContacts(whom)}: ${kind} (revision ${revision})`,
    details: [fateOf(mail, zone)],
  };
}

function fateOf(mail: SentMail, zone: Zone): string {
  const { state, delivery, attempts, nextAttemptAt } = mail;
  const why = mail.reason === null ? '' : ` (${withoutContacts(mail.reason)})`;
  const sent = mail.sentAt ?? mail.evidenceAt;
  if (state === 'sent')
    return `sent${sent === null ? '' : ` ${clock(sent, zone)}`}, ${delivery ?? 'no news of its delivery'}${why}`;
  if (state === 'claimed') return `being sent, or in doubt until the mail service says that it was${why}`;
  if (state !== 'pending') return `${state}: no mail${why}`;
  const tried = attempts === 0 ? '' : `, postponed ${attempts}×`;
  return `waits to be sent${tried}${nextAttemptAt === null ? '' : `, again ${clock(nextAttemptAt, zone)}`}${why}`;
}

/** `2026-11-20 18:03` */
export const clock = (at: Instant, zone: Zone): string =>
  wallTimeAt(new Date(at).toISOString(), zone).replace('T', ' ');

function fileNow({ file, committed, forgotten, commits, notAsked }: StoryFacts): string[] {
  const isKnown = commits !== undefined && !notAsked.some(({ what }) => what === 'git');
  const state =
    file === null ? ['its file is gone'] : file === undefined ? ['its file is not readable as JSON'] : [];
  const uncommitted = committed === undefined || !isKnown ? [] : uncommittedLines(committed, file);
  return [
    ...state,
    ...(forgotten === null ? [] : [`forgotten on purpose: ${withoutContacts(forgotten)}`]),
    ...uncommitted,
  ];
}

const uncommittedLines = (committed: unknown, file: unknown): string[] =>
  fileChanges(committed, file).map((line) => `not committed yet: ${line}`);

function ledgerNow({ record }: StoryFacts): string[] {
  if (record === undefined) return [];
  if (record === null) return ['the ledger does not know it: it was never applied'];
  const { revision, run, commit, completed, cancelled } = record;
  const end = completed ? 'completed' : 'not completed';
  return [
    `revision ${revision} ${end}, by run ${run} of commit ${commit.slice(0, 12)}${cancelled ? '; withdrawn' : ''}`,
    ...ARTEFACTS.filter((artefact) => record.artefacts[artefact]?.attempt).map(
      (artefact) =>
        `${artefact} is in doubt: revision ${record.artefacts[artefact]!.attempt!.revision} was begun and not confirmed`,
    ),
    ...failuresIn(record),
  ];
}

const failuresIn = ({ failures }: BookingRecord): string[] =>
  (Object.keys(failures) as (Artefact | 'ledger')[]).map((what) => {
    const { attempts, error } = failures[what]!;
    return `${what} failed ${attempts}×: ${withoutContacts(error)}`;
  });

const leaseNow = ({ lease, zone }: StoryFacts): string[] =>
  lease ? [`${lease.owner} is applying, and holds the lease until ${clock(lease.expiresAt, zone)}`] : [];

function pendingLines({ plan, refusals, conflicts }: Pending): string[] {
  const lines = [
    ...(plan?.changes.map(sayPlanned) ?? []),
    ...(plan?.tells.map(
      ({ recipient, kind, changes }) => `will tell ${recipient}: ${kind}${inBrackets(fieldNames(changes))}`,
    ) ?? []),
    ...(plan?.inDoubt
      ? ['an earlier attempt was not completed: people are told the difference to what they were last told']
      : []),
    ...(plan?.warnings.map(withoutContacts) ?? []),
    ...refusals.map(({ rule, message }) => `refused (${rule}): ${withoutContacts(message)}`),
    ...conflicts.map((text) => `conflict: ${withoutContacts(text)}`),
  ];
  return lines.length === 0 ? ['nothing: everything is as the files say'] : lines;
}

const sayPlanned = (change: Change): string =>
  change.artefact === 'card'
    ? 'card changes'
    : `${change.action} ${change.artefact}${inBrackets(sayChange(change))}`;

const inBrackets = (words: readonly string[]): string => (words.length === 0 ? '' : ` (${words.join(', ')})`);
