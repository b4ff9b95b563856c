import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import { bookingKeyOf, calendarEventIdOf, eventIdOf } from '#bookings/model/ids.ts';
import { JADA } from './memory-calendar.ts';
import { GUEST_BUCKET } from './memory-cloud.ts';
import type { World } from './world.ts';

/** What a person does to a booking's artefact without telling git; nothing where there is none. */
export interface ManualEdit {
  (world: World, booking: BookingFileInput): void | Promise<void>;
}

const keyOf = ({ platform, id }: BookingFileInput): string => bookingKeyOf(platform, id);
const entryOf = (world: World, booking: BookingFileInput) =>
  world.state.calendar.get(`${JADA.id}/${calendarEventIdOf(keyOf(booking), 0)}`);

function retitleEntry(world: World, booking: BookingFileInput): void {
  const entry = entryOf(world, booking);
  if (entry !== undefined) world.asPerson.patch(JADA, entry.id, { summary: 'Dentist' }, null);
}

function deleteEntry(world: World, booking: BookingFileInput): void {
  const entry = entryOf(world, booking);
  if (entry !== undefined && entry.status !== 'cancelled') world.asPerson.delete(JADA, entry.id, null);
}

function overwritePage({ state: { objects } }: World, { pageId }: BookingFileInput): void {
  const key = `${GUEST_BUCKET}/g/${pageId}.html`;
  const object = objects.get(key);
  if (object !== undefined)
    objects.set(key, { ...object, body: 'under construction', metadata: {}, etag: '"by hand"' });
}

function deletePage({ state: { objects } }: World, { pageId }: BookingFileInput): void {
  objects.delete(`${GUEST_BUCKET}/g/${pageId}.ics`);
}

/** Breaks the machine's cell of a card. */
function spoilCard({ state: { board } }: World, booking: BookingFileInput): void {
  const row = [...board].find(([, cells]) => cells[0] === keyOf(booking));
  if (row !== undefined)
    board.set(
      row[0],
      row[1].map((cell, column) => (column === 6 ? '{broken' : cell)),
    );
}

/** By SCC's API, with a revision above the stored one; nobody is told. */
async function cancelEvent(world: World, booking: BookingFileInput): Promise<void> {
  const eventId = eventIdOf(keyOf(booking));
  const event = [...world.state.tables.get('events')!.items.values()].find(
    (item) => item['event_id'] === eventId,
  );
  if (event !== undefined) await world.cancelByHand(eventId, Number(event['revision']) + 3);
}

export const MANUAL_EDITS: readonly ManualEdit[] = [
  retitleEntry,
  deleteEntry,
  overwritePage,
  deletePage,
  spoilCard,
  cancelEvent,
];
