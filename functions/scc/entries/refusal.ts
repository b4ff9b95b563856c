import type { Checklist } from '#bookings/model/views/event.ts';
import type { DeviceEntry, Entry } from './entry.ts';
import type { EventState } from './fold.ts';

/** Why an entry of a device is not stored, in words for the person who made it. */
export const REFUSALS = {
  invalid: 'it does not have the form of an entry',
  conflict: 'its id belongs to another entry',
  over: 'the charter ended more than 30 days ago',
  full: 'this charter has too many entries',
  counter: 'the device’s counter is off',
  'unknown-item': 'the checklists of this charter do not have it',
  closed: 'the captain closed the expenses',
  'unknown-photo': 'there is no such photo',
  'not-yours': 'it belongs to somebody else',
} as const;
export type RefusalCode = keyof typeof REFUSALS;

/** Expenses come in late; a month after the end, whatever is still on some phone has lost its meaning. */
export const WRITABLE_HOURS = 30 * 24;

/** What decides about a device's entry: the charter as told, its entries so far and who sends it. */
export interface EntryContext {
  readonly member: string;
  readonly isCaptain: boolean;
  /** The pinned ones. */
  readonly checklists: readonly Checklist[];
  readonly isOver: boolean;
  readonly entries: readonly Entry[];
  readonly state: EventState;
}

/** How far a device's counter may be ahead: what it made without network, and not what would spoil all later order. */
const MOST_AHEAD = 10_000;
export const MOST_ENTRIES = 5_000;

/** Undefined when the entry may be stored. Nothing here depends on what else is sent with it, or before it. */
export function refusalOf(entry: DeviceEntry, context: EntryContext): RefusalCode | undefined {
  if (context.isOver) return 'over';
  if (context.entries.length >= MOST_ENTRIES) return 'full';
  if (entry.lamport > context.state.lamport + MOST_AHEAD) return 'counter';
  if (entry.kind === 'expense') return refuseExpense(entry, context);
  if (entry.kind === 'photo-removed') return refuseRemoval(entry, context);
  return isOnList(entry, context.checklists) ? undefined : 'unknown-item';
}

function isOnList(entry: Extract<DeviceEntry, { list: string }>, checklists: readonly Checklist[]): boolean {
  const list = checklists.find(({ key }) => key === entry.list);
  return list !== undefined && (!('item' in entry) || list.items.some(({ key }) => key === entry.item));
}

/** A later version may come before the first, so an expense that nobody knows yet is fine. */
function refuseExpense(
  { expense }: Extract<DeviceEntry, { kind: 'expense' }>,
  { member, entries, state }: EntryContext,
): RefusalCode | undefined {
  const versions = entries.filter((one) => one.kind === 'expense' && one.expense === expense);
  if (versions.some((version) => version.member !== member)) return 'not-yours';
  return state.closed === null ? undefined : 'closed';
}

/** The captain may take photos away, but receipts belong to their owners alone. */
function refuseRemoval(
  { photo }: Extract<DeviceEntry, { kind: 'photo-removed' }>,
  { member, isCaptain, entries, state }: EntryContext,
): RefusalCode | undefined {
  const arrived = entries.find(
    (one) => (one.kind === 'photo' || one.kind === 'receipt') && one.photo === photo,
  );
  if (arrived === undefined) return 'unknown-photo';
  if (arrived.kind === 'receipt' && arrived.member === member && state.closed !== null) return 'closed';
  if (arrived.member === member || (isCaptain && arrived.kind === 'photo')) return undefined;
  // Whether somebody has such a receipt is nobody's business.
  return arrived.kind === 'receipt' ? 'unknown-photo' : 'not-yours';
}
