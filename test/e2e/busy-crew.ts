import { join } from 'node:path';
import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import { eventIdOf } from '#bookings/model/ids.ts';
import { openLocalKeys } from '#scripts/stack/credentials.ts';
import type { Target } from './attempts.ts';
import { confirmed } from './bookings.ts';
import type { Hands } from './credentials.ts';
import { asOperator, phoneOf, settle, type Phone } from './crew-client.ts';
import { liftThrottles } from './doors.ts';
import { uploadPicture } from './upload.ts';
import { startWorld, type World } from './world.ts';

type Position = NonNullable<BookingFileInput['crew']>[number];
const deckhand = (member?: string): Position => ({ ...(member && { member }), role: 'deckhand', hours: 4 });
const captain = (member: string): Position => ({ member, role: 'captain', hours: 3 });
const charter = (id: string, pageId: string, start: string, crew: Position[]): BookingFileInput => ({
  ...confirmed(),
  ...{ id, pageId, start, crew },
  guest: { ...confirmed().guest, name: `Guest of ${id}` },
});
const ours = charter('OURS01', 'q4nw7txz', '2027-05-30T09:00', [deckhand('john'), captain('mike')]);
const theirs = (...others: Position[]) =>
  charter('THEIRS', 'p4hxw7nt', '2027-06-12T09:00', [deckhand('jane'), captain('rosa'), ...others]);
const taken = (member?: string) =>
  charter('TAKEN1', 'mt6gq3yd', '2027-07-17T09:00', [deckhand(member), captain('rosa')]);
const open = charter('OPEN01', 'rw8mhk4q', '2027-08-14T09:00', [deckhand(), captain('rosa')]);

const idOf = ({ id }: BookingFileInput) => eventIdOf(`boatsetter-${id.toLowerCase()}`);
export const EVENTS = { ours: idOf(ours), theirs: idOf(theirs()), taken: idOf(taken()), open: idOf(open) };
/** What is there to be had of one of these charters. */
export const targetOf = (event: string, seen: Hands['seen'] = { version: '', look: '' }): Target => ({
  event,
  photo: `photo-of-${event}`,
  receipt: `receipt-of-${event}`,
  ...seen,
});

/**
 * A world in which the crew is busy on four charters; then one of them is taken off, one is overtaken, one is revoked
 * and one leaves.
 */
export async function startBusyCrew(): Promise<{ world: World; hands: Hands }> {
  const world = await startWorld({ mutate: liftThrottles });
  await apply(world, ours, theirs(deckhand('ana')), taken(), open);
  const john = await phoneOf(world, 'john');
  const jane = await phoneOf(world, 'jane');
  const ana = await phoneOf(world, 'ana');
  const rosa = await phoneOf(world, 'rosa');
  const before = await phoneOf(world, 'mike');
  await ana.answer(await ana.look(EVENTS.taken), 'confirmed');
  await work(world, jane, EVENTS.theirs);
  await work(world, rosa, EVENTS.taken);
  await work(world, rosa, EVENTS.open);
  await apply(world, ours, theirs(), taken('jane'), open);
  const mike = await phoneOf(world, 'mike', await newLinkOf(world, 'mike'));
  const gone = { name: 'Rosa', email: 'rosa@example.test', active: false };
  await asOperator(world, 'PUT', '/api/crew/rosa', gone);
  await settle(world);
  const { version = '', html } = await jane.look(EVENTS.theirs);
  const look = /name="look" value="([^"]+)"/.exec(html)![1]!;
  const phones = { john, jane, ana, mike, rosa, 'mike before': before };
  return { world, hands: toHands(world, phones, { version, look }) };
}

async function apply(world: World, ...files: BookingFileInput[]): Promise<void> {
  const { status } = await world.apply(files);
  if (status !== 'applied') throw new Error(`not applied: ${status}`);
}

/** After all older ones were revoked. */
async function newLinkOf(world: World, member: string): Promise<string> {
  await asOperator(world, 'POST', `/api/crew/${member}/revoke`);
  const charter = { bookingKey: 'boatsetter-ours01' };
  return (await asOperator<{ url: string }>(world, 'POST', `/api/crew/${member}/link`, charter)).body.url;
}

/** A photo, a receipt, an expense and a note. */
async function work(world: World, phone: Phone, event: string): Promise<void> {
  const { photo, receipt } = targetOf(event);
  await uploadPicture(phone, event, { photo, purpose: 'photo' });
  await uploadPicture(phone, event, { photo, purpose: 'photo', variant: 'thumbnail' });
  await uploadPicture(phone, event, { photo: receipt, purpose: 'receipt' });
  await settle(world);
  const made = { lamport: 5, at: '2026-12-01T20:00:00Z' };
  const expense = `expense-of-${event}`;
  const spent = { category: 'tips', cents: 76_543, text: 'secret tip', receipt, removed: false } as const;
  const { body } = await phone.enter(event, [
    { ...made, id: expense, kind: 'expense', expense, ...spent },
    { ...made, id: `note-of-${event}`, kind: 'note', list: 'jada-before', item: 'fuel', text: 'secret' },
  ]);
  if (body.entries.some(({ status }) => status !== 'stored')) throw new Error(JSON.stringify(body));
}

function toHands({ directory, endpoints }: World, phones: Hands['phones'], seen: Hands['seen']): Hands {
  const { linkKey, originSecret } = openLocalKeys(join(directory, 'state/keys.json'));
  const { dashboardToken, crewPortal, sccApi } = endpoints;
  return {
    ...{ phones, seen, pageId: 'p4hxw7nt', originSecret, dashboardToken, sccApi },
    events: EVENTS,
    linkKeys: [{ kid: 'local', key: linkKey, retiredAt: null }],
    site: crewPortal,
  };
}
