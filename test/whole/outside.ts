import { targetsIn } from '#functions/adapters/ledger-items.ts';
import type { Item } from './expressions.ts';
import type { World } from './world.ts';

/**
 * Everything outside of the pipeline, in a form in which two worlds can be compared: without instants (a run after a
 * fault is later), names of runs and commits, and fences (it needs a lease more).
 */
export function outsideOf({ state }: World) {
  const { tables, calendar, board, objects, cache, post } = state;
  return {
    objects: fromMap(objects, ({ body, contentType, cacheControl, metadata: { revision, sha256 } }) => ({
      ...{ body, contentType, cacheControl, revision, sha256 },
    })),
    // What the edge serves is what is stored.
    stale: [...cache].filter(([path, body]) => body !== null && !isStored(path, body, objects)),
    calendar: fromMap(
      calendar,
      ({ created: _created, updated: _updated, version: _version, ...entry }) => entry,
    ),
    board: [...board.values()],
    events: toItems(tables.get('events')!.items),
    assignments: toItems(tables.get('assignments')!.items),
    notifications: toItems(tables.get('notifications')!.items),
    ledger: ledgerOf(tables.get('ledger')!.items),
    mails: [...post.mailbox.values()].map((mail) => JSON.stringify(mail)).toSorted(),
    deadLetters: post.deadLetters.size,
  };
}

/** The index may have forgotten a booking, which is then looked at; what it says of one has to be so. */
function ledgerOf(items: ReadonlyMap<string, Item>) {
  const { HEAD: head, ...rest } = toItems(items) as Record<string, Item>;
  const details = Object.entries(rest).filter(([key]) => key.startsWith('BOOKING#'));
  const index = Object.entries(rest)
    .filter(([key]) => key.startsWith('SHARD#'))
    .flatMap(([, shard]) => targetsIn(shard))
    .filter(([key, target]) => target !== '' && rest[`BOOKING#${key}`]?.['target'] !== target);
  return { head, details, wronglyIndexed: index };
}

const isStored = (path: string, body: string, objects: World['state']['objects']): boolean =>
  [...objects].some(
    ([key, object]) => key.includes(path.slice(1).split('/')[1] ?? path) && object.body === body,
  );

const fromMap = <V, R>(map: ReadonlyMap<string, V>, toValue: (value: V) => R): Record<string, R> =>
  Object.fromEntries(
    [...map]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, value]) => [key, toValue(value)]),
  );

const toItems = (items: ReadonlyMap<string, Item>): Record<string, unknown> => fromMap(items, timeless);

/** Instants, and what counts runs. A message id says how many mails SES took before. */
const PASSING = new Set([
  'at',
  'askedAt',
  'created_at',
  'expires_at',
  'claimed_at',
  'sent_at',
  'evidence_at',
  'message_id',
  'appliedAt',
  'run',
  'commit',
  'fence',
  'seen',
  'done',
  'finished',
  'settled',
  'attempts',
  'next_attempt_at',
]);

function timeless(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(timeless);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !PASSING.has(name))
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, each]) => [name, timeless(each)]),
  );
}
