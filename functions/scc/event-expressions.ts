import type { SignUp } from '#bookings/model/sign-ups.ts';
import type { Expression } from '../adapters/dynamodb.ts';
import type {
  EventFilter,
  NewEvent,
  ReadEvent,
  RestoredEvent,
  StoredEvent,
  Told,
  ToldEvent,
} from './event-store.ts';

/** What is written to and asked of `scc-events`. */

export const storing = ({ view, summary, revision }: NewEvent): Expression => ({
  text:
    'SET #booking_key = :bookingKey, #revision = :revision, #view = :view, #summary = :summary, ' +
    '#status = :status, #page_id = :pageId, ' +
    '#start_month = :startMonth, #starts_at = :startsAt, #ends_at = :endsAt',
  values: {
    bookingKey: view.bookingKey,
    revision,
    view,
    summary,
    status: view.status,
    pageId: view.pageId,
    startMonth: monthOf(view.startsAt),
    startsAt: view.startsAt,
    endsAt: view.endsAt,
  },
});

export const notOlder = ({ revision }: NewEvent): Expression => ({
  text: 'attribute_not_exists(#revision) OR #revision <= :revision',
  values: { revision },
});

export const releasing = ({ revision }: StoredEvent, told: Told, signUps: readonly SignUp[]): Expression => ({
  text:
    'SET #told = :told, #told_revision = :revision, #sign_ups = :signUps, #sign_up_entries = :entries, ' +
    '#released = list_append(if_not_exists(#released, :none), :one)',
  values: { told, revision, signUps, entries: entriesOf(signUps), none: [], one: [revision] },
});

/** Its values are in part those of {@link releasing}. */
export const releasable = ({ signUps }: StoredEvent): Expression => ({
  text:
    '#revision = :revision AND (attribute_not_exists(#told_revision) OR #told_revision < :revision) ' +
    `AND ${signUpsAsRead(signUps)}`,
  values: { before: entriesOf(signUps) },
});

/** All of an event at once. Counters that are lost with it begin anew. */
export const restoring = (event: RestoredEvent): Expression => {
  const { told, released, signUps, counters } = event;
  const { text, values } = storing(event);
  const begun = Object.entries(counters).filter(([, value]) => value !== 0);
  const due = counters.expenses_version ? { expenses_due: '1' } : {};
  const others = Object.entries({ ...Object.fromEntries(begun), ...due });
  return {
    text:
      `${text}, #told = :told, #told_revision = :revision, #released = :released, ` +
      [
        '#sign_ups = :signUps',
        '#sign_up_entries = :entries',
        ...others.map(([name]) => `#${name} = :${name}`),
      ].join(', '),
    values: {
      ...values,
      told,
      released,
      signUps,
      entries: entriesOf(signUps),
      ...Object.fromEntries(others),
    },
  };
};

/** As it was read, or not there. */
export function asRead({ item, event }: ReadEvent): Expression {
  if (item === undefined) return { text: 'attribute_not_exists(#event_id)' };
  if (event === undefined) return { text: 'attribute_exists(#event_id)' };
  const entries = item['sign_up_entries'];
  const signUps =
    entries === undefined ? 'attribute_not_exists(#sign_up_entries)' : '#sign_up_entries = :was';
  return {
    text: `#revision = :held AND ${signUps}`,
    values: { held: event.revision, ...(entries !== undefined && { was: entries }) },
  };
}

export const signingUp = (signUps: readonly SignUp[]): Expression => ({
  text: 'SET #sign_ups = :signUps, #sign_up_entries = :entries ADD #sign_up_changes :one',
  values: { signUps, entries: entriesOf(signUps), one: 1 },
});

export const unchangedSince = ({ toldRevision, signUps }: ToldEvent): Expression => ({
  text: `#told_revision = :toldRevision AND ${signUpsAsRead(signUps)}`,
  values: { toldRevision, before: entriesOf(signUps) },
});

/** Nobody signed up or declined since the list was read. */
const signUpsAsRead = (before: readonly SignUp[]): string =>
  before.length > 0
    ? '#sign_up_entries = :before'
    : '(attribute_not_exists(#sign_up_entries) OR #sign_up_entries = :before)';

/** A list of sign-ups by the entries that made them, as text, by which a condition compares it. */
const entriesOf = (signUps: readonly SignUp[]): string => JSON.stringify(signUps.map(({ entry }) => entry));

export const MARK_EXPENSES: Expression = {
  text: 'SET #expenses_due = :yes ADD #expenses_version :one',
  values: { yes: '1', one: 1 },
};

/** The attribute is present only while the board has something to hear. */
export const EXPENSES_DUE: Expression = { text: '#expenses_due = :yes', values: { yes: '1' } };

export function matching({ from, to, status }: EventFilter): { filter?: Expression } {
  const tests = [
    from === undefined ? undefined : '#starts_at >= :from',
    to === undefined ? undefined : '#starts_at < :to',
    status === undefined ? undefined : '#status = :status',
  ].filter((test) => test !== undefined);
  if (tests.length === 0) return {};
  const values = Object.entries({ from, to, status }).filter(([, value]) => value !== undefined);
  return { filter: { text: tests.join(' AND '), values: Object.fromEntries(values) } };
}

export const ofPage = (pageId: string): Expression => ({ text: '#page_id = :pageId', values: { pageId } });

/** One query of the index `by-start` for each month that the span touches. */
export function startsBetween(from: Date, to: Date): Expression[] {
  const [first, last] = [toSeconds(from), toSeconds(to)];
  const queries: Expression[] = [];
  for (let count = monthsUntil(from); count <= monthsUntil(to); count++)
    queries.push({
      text: '#start_month = :month AND #starts_at BETWEEN :first AND :last',
      values: { month: monthOf(new Date(Date.UTC(0, count)).toISOString()), first, last },
    });
  return queries;
}

/** Months since 1900, where `Date.UTC(0, 0)` begins. */
const monthsUntil = (date: Date): number => (date.getUTCFullYear() - 1900) * 12 + date.getUTCMonth();

/** As starts are stored: `2027-05-30T16:00:00Z`. */
const toSeconds = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;

/** `2027-05`, in UTC as instants are. */
const monthOf = (instant: string): string => instant.slice(0, 7);
