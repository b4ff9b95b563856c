import { describe, expect, it } from 'vitest';
import { notificationsFor } from '#bookings/model/notifications.ts';
import type { EventView } from '#bookings/model/views/event.ts';
import { MATERIAL_PATHS, placeVersion } from '#functions/scc/place-version.ts';
import { john, NOW, samplePut } from './samples.ts';

const { view } = samplePut({ view: { crew: [john] } }).event;
const AMOUNT = { cents: 500, currency: 'USD' };

/** What John is told of a change, and whether he has to confirm anew. */
function told(changes: Partial<EventView>, cents: number) {
  const telling = (event: EventView, amount: number) => ({
    event,
    summary: samplePut().summary,
    pay: { john: { ...AMOUNT, cents: amount } },
  });
  const changed = { ...view, ...changes };
  const news = notificationsFor(telling(view, AMOUNT.cents), telling(changed, cents), {
    revision: 2,
    now: NOW.toISOString(),
  });
  const paths = news.flatMap(({ recipient, changes: all }) =>
    recipient === 'john' ? all.map(({ path }) => path) : [],
  );
  const version = placeVersion(changed, changed.crew[0]!, { ...AMOUNT, cents });
  return { paths, isMaterial: version !== placeVersion(view, john, AMOUNT) };
}

describe('what is material to a member', () => {
  it.each<[string, Partial<EventView>, number]>([
    ['the time', { start: '2027-05-30T10:00', startsAt: '2027-05-30T17:00:00Z' }, 500],
    ['the end', { end: '2027-05-30T13:00', endsAt: '2027-05-30T20:00:00Z' }, 500],
    ['the vessel', { vessel: { key: 'other', name: 'Other' } }, 500],
    ['the berth', { berth: { name: 'Dock F', map: view.berth.map } }, 500],
    ['the role', { crew: [{ ...john, role: 'cook' }] }, 500],
    ['the hours', { crew: [{ ...john, hours: 6 }] }, 500],
    ['the pay', {}, 600],
    ['the guests', { guest: { ...view.guest, count: 8 } }, 500],
    ['the notes', { notes: 'Rain' }, 500],
  ])('is the same to an answer and to a notification: %s', (_, changes, cents) => {
    const { paths, isMaterial } = told(changes, cents);
    expect(paths).not.toEqual([]);
    expect(paths.some((path) => MATERIAL_PATHS.has(path))).toBe(isMaterial);
  });
});
