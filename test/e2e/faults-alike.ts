import { isDeepStrictEqual } from 'node:util';

/** What may be different between two worlds that are the same, by the name of a field, and why. */
const OWN: Readonly<Record<string, string>> = {
  run: 'the run that did it',
  fence: 'each run that begins takes the next',
  finished: 'the fence once more',
  settled: 'the fence once more',
  message_id: 'SES makes them up',
  etag: 'Google counts writes, and a write may be repeated',
  // Times of the clock. What is a time of the charter or of the booking has other names.
  appliedAt: 'a time',
  at: 'a time',
  askedAt: 'a time',
  claimed_at: 'a time',
  created: 'a time',
  created_at: 'a time',
  evidence_at: 'a time',
  sent_at: 'a time',
  updated: 'a time',
  written_at: 'a time',
};

/**
 * A world without what may differ. Of the audit remain the writes, each once: it tells of every attempt, and how that ended
 * as far as anybody heard. Cards stand in the order in which they came. Of the index of completed targets remain the
 * bookings: after a crash between a booking's record and the index, the index is behind, which costs a look at the record.
 */
export function alike(outside: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(outside).map(([name, thing]) => [name, withoutOwn(thing)] as const);
  const audited = entries.filter(([name]) => AUDIT.test(name)).map(([, item]) => item as object);
  const written = audited.map((item) => JSON.stringify({ ...item, outcome: undefined }));
  const cards = entries.filter(([name]) => CARD.test(name)).map(([, row]) => JSON.stringify(row));
  const others = entries.filter(([name]) => !AUDIT.test(name) && !CARD.test(name));
  return {
    ...Object.fromEntries(
      others.map(([name, thing]) => [name, SHARD.test(name) ? Object.keys(thing as object) : thing]),
    ),
    'calendar-audit': [...new Set(written)].toSorted(),
    board: cards.toSorted(),
  };
}

const AUDIT = /^calendar-audit: /;
const CARD = /^board: /;
const SHARD = /^booking-ledger: SHARD#/;

function withoutOwn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutOwn);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !Object.hasOwn(OWN, name))
      .map(([name, part]) => [name, withoutOwn(part)] as const)
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
}

/** `name of the thing > field: expected …, found …`; none when they are equal. */
export function differences(expected: unknown, found: unknown, path = ''): string[] {
  if (isDeepStrictEqual(expected, found)) return [];
  if (!isRecord(expected) || !isRecord(found))
    return [`${path}: expected ${show(expected)}, found ${show(found)}`];
  const names = new Set([...Object.keys(expected), ...Object.keys(found)]);
  return [...names].flatMap((name) =>
    differences(expected[name], found[name], path === '' ? name : `${path} > ${name}`),
  );
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const show = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 300);
