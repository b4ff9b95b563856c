import * as z from 'zod';
import { canonicalJson } from '#bookings/model/canonical.ts';
import type { Difference } from '#bookings/model/differences.ts';
import type { EventSpec, EventView, Pay } from '#bookings/model/views/event.ts';
import type { Expression, Item, Table } from '../adapters/dynamodb.ts';

export type Amount = Pay[string];

/** A position's pay at each revision that was stored, so that one write of the event tells and un-tells all of it. */
export type PayHistory = Readonly<Record<string, Readonly<Record<string, Amount>>>>;

/**
 * `scc-crew-assignments`: one item per position (`john`, or `deckhand-1` while open) and one per invited member
 * (`deckhand-1/mia`), found by `crew_id`. The only place where a member's pay is stored.
 */
export interface AssignmentStore {
  /** Makes the items be as the event says. Repeatable; items of a newer revision are left alone. */
  store(spec: EventSpec, revision: number): Promise<void>;
  /** The items as they are. */
  itemsOf(eventId: string): Promise<AssignmentItem[]>;
  payHistory(eventId: string): Promise<PayHistory>;
  payOf(eventId: string, position: string, revision: number): Promise<Amount | null>;
  /** Events in whose items the member is or was named; whether they have a place there the event's view says. */
  eventsOf(member: string): Promise<{ eventId: string; createdTimestamp: string }[]>;
}

export function createAssignmentStore(table: Table): AssignmentStore {
  const itemsOf = (eventId: string) =>
    table.query({ where: { text: '#event_id = :id', values: { id: eventId } } });
  return {
    itemsOf,
    async store(spec, revision) {
      const stored = (await itemsOf(spec.view.eventId)).map((item) => itemSchema.parse(item));
      const wanted = toItems(spec, revision, stored);
      const keys = new Set(wanted.map((item) => item.assignment_key));
      const gone = stored.filter((item) => !keys.has(item.assignment_key));
      await Promise.all(wanted.map((item) => table.put(item, notOlder(revision))));
      await Promise.all(gone.map((item) => withdraw(table, item, revision)));
    },
    payHistory: async (eventId) =>
      Object.fromEntries(
        (await itemsOf(eventId))
          .map((item) => itemSchema.parse(item))
          .map((item) => [item.assignment_key, item.pay]),
      ),
    async payOf(eventId, position, revision) {
      const item = await table.get({ event_id: eventId, assignment_key: position });
      return item === undefined ? null : (itemSchema.parse(item).pay[revision] ?? null);
    },
    async eventsOf(member) {
      const where = { text: '#crew_id = :member', values: { member } };
      const items = (await table.query({ index: 'by-crew', where })).map((item) => itemSchema.parse(item));
      const found = new Map(items.map((item) => [item.event_id, item.created_timestamp]));
      return [...found].map(([eventId, createdTimestamp]) => ({ eventId, createdTimestamp }));
    },
  };
}

export type AssignmentItem = Item;

/**
 * Which items are not as a PUT of the event at this revision left them. That pay differs is said, and of nothing else how:
 * the items are named by position and member.
 */
export function assignmentDrift(
  spec: EventSpec,
  revision: number,
  items: readonly AssignmentItem[],
): Difference[] {
  const stored = new Map(items.map((item) => [String(item['assignment_key']), item]));
  const wanted = toItems(spec, revision, []);
  const differing = wanted.flatMap((item) => compareItem(stored.get(item.assignment_key), item, revision));
  const keys = new Set(wanted.map((item) => item.assignment_key));
  const foreign = [...stored].filter(([key, item]) => !keys.has(key) && item['withdrawn'] !== true);
  return [
    ...differing,
    ...foreign.map(([key]) => ({ path: `assignments.${key}`, from: 'present', to: 'withdrawn' })),
  ];
}

function compareItem(
  stored: Item | undefined,
  wanted: ReturnType<typeof toItems>[number],
  revision: number,
): Difference[] {
  const path = `assignments.${wanted.assignment_key}`;
  if (stored === undefined) return [{ path, from: 'missing', to: 'as released' }];
  const { pay: paid, ...found } = stored;
  const { pay: due, ...own } = { pay: undefined, ...wanted };
  const amountIn = (pay: unknown) => itemSchema.shape.pay.safeParse(pay).data?.[String(revision)];
  const isPaid = due === undefined || canonicalJson(amountIn(paid)) === canonicalJson(amountIn(due));
  const isSame = canonicalJson({ ...found, revision }) === canonicalJson({ ...own, revision });
  return [
    ...(isSame ? [] : [{ path, from: 'changed', to: 'as released' }]),
    ...(isPaid ? [] : [{ path: `pay.${wanted.assignment_key}`, from: null, to: null }]),
  ];
}

const itemSchema = z.object({
  event_id: z.string(),
  assignment_key: z.string(),
  created_timestamp: z.string(),
  revision: z.int(),
  /** By revision: `{ "3": { cents: 12500, currency: "USD" } }`. */
  pay: z.record(z.string(), z.object({ cents: z.int(), currency: z.string() })).default({}),
});
type StoredItem = z.output<typeof itemSchema>;

/** The pay of a set of positions at one revision; undefined when one of them was not stored at that revision. */
export function payAt(history: PayHistory, positions: EventView['crew'], revision: number): Pay | undefined {
  return payOfAll(positions, (key) => history[key]?.[revision]);
}

/** The newest pay of each position up to a revision: also when an interrupted PUT left some of them behind. */
export function latestPay(history: PayHistory, positions: EventView['crew'], upTo: number): Pay | undefined {
  const newest = (key: string): Amount | undefined => {
    const revisions = Object.keys(history[key] ?? {})
      .map(Number)
      .filter((revision) => revision <= upTo);
    return history[key]?.[Math.max(...revisions)];
  };
  return payOfAll(positions, newest);
}

function payOfAll(positions: EventView['crew'], payOf: (key: string) => Amount | undefined): Pay | undefined {
  const pay: Record<string, Amount> = {};
  for (const { key } of positions) {
    const amount = payOf(key);
    if (amount === undefined) return undefined;
    pay[key] = amount;
  }
  return pay;
}

function toItems(spec: EventSpec, revision: number, stored: readonly StoredItem[]) {
  const history = new Map(stored.map((item) => [item.assignment_key, item.pay]));
  const base = { event_id: spec.view.eventId, created_timestamp: spec.createdTimestamp, revision };
  return spec.view.crew.flatMap(({ key, member, role, hours, candidates }) => [
    {
      ...base,
      assignment_key: key,
      crew_id: member ?? undefined,
      candidates,
      role,
      hours,
      pay: { ...history.get(key), [revision]: spec.pay[key] },
    },
    ...candidates.map((candidate) => ({
      ...base,
      assignment_key: `${key}/${candidate}`,
      crew_id: candidate,
      position: key,
      invited: true,
    })),
  ]);
}

/**
 * Until the next release people still have what they were told, pay and their place in the list included, and that
 * release may put the position back. So an item that is gone from the event is marked, and never deleted.
 */
async function withdraw(table: Table, item: StoredItem, revision: number): Promise<void> {
  const change = {
    text: 'SET #revision = :revision, #withdrawn = :yes REMOVE #candidates, #role, #hours',
    values: { revision, yes: true } satisfies Item,
  };
  const key = { event_id: item.event_id, assignment_key: item.assignment_key };
  await table.update(key, change, notOlder(revision));
}

const notOlder = (revision: number): Expression => ({
  text: 'attribute_not_exists(#revision) OR #revision <= :revision',
  values: { revision },
});
