import { describe, expect, it } from 'vitest';
import type { EventView } from '#bookings/model/views/event.ts';
import { lookOf, newsSince, positionShown, shownOf } from '#functions/scc/seen.ts';
import { john } from './samples.ts';
import { toldSample } from './told-sample.ts';

const { event: view } = toldSample().told;
const look = (at: EventView = view) => ({
  id: 'a-look-of-johns-0',
  member: 'john',
  lamport: 1,
  at: '2027-05-02T08:00:00Z',
  receivedAt: '2027-05-02T08:00:00Z',
  kind: 'seen' as const,
  revision: 1,
  shown: shownOf(at, john),
});
const pay = { cents: 1_000, currency: 'USD' };
const news = (now: Partial<EventView>, position = john, payNow: typeof pay | null = pay) =>
  newsSince({ seen: look(), pay }, { view: { ...view, ...now }, position, pay: payNow });

describe('a look', () => {
  it('keeps what a person’s page shows, without pay', () => {
    expect(look().shown).toEqual({
      start: '2027-05-30T09:00',
      end: '2027-05-30T12:00',
      zone: 'America/Los_Angeles',
      vessel: 'JADA',
      berth: 'Harbor Island West Marina, dock C',
      guest: { firstName: 'Alex', count: 6 },
      role: 'deckhand',
      hours: 5,
      notes: 'Bring <ice> & towels',
      position: 'john',
    });
    expect(look({ ...view, notes: undefined }).shown).not.toHaveProperty('notes');
    expect(positionShown(look())).toBe('john');
  });

  it('is known by all that the page shows, own pay too, and by nothing else', () => {
    const shown = lookOf(view, john, pay);
    expect(shown).toMatch(/^[0-9a-f]{16}$/);
    const same = { ...view, crew: [], pageId: 'other', checklists: [], revision: 9 };
    expect(lookOf(same, john, { ...pay })).toBe(shown);
    const others = [
      ...['start', 'end', 'zone', 'notes'].map((field) => lookOf({ ...view, [field]: 'x' }, john, pay)),
      lookOf({ ...view, guest: { ...view.guest, count: 8 } }, john, pay),
      lookOf({ ...view, vessel: { ...view.vessel, name: 'x' } }, john, pay),
      lookOf({ ...view, berth: { ...view.berth, name: 'x' } }, john, pay),
      lookOf(view, { ...john, role: 'cook' }, pay),
      lookOf(view, { ...john, hours: 6 }, pay),
      lookOf(view, john, { ...pay, cents: 1 }),
      lookOf(view, john, null),
    ];
    expect(new Set([shown, ...others]).size).toBe(others.length + 1);
  });

  it('knows what changed since', () => {
    expect(news({})).toEqual([]);
    expect(news({ notes: undefined })).toEqual([
      { path: 'notes', from: 'Bring <ice> & towels', to: undefined },
    ]);
    expect(news({}, { ...john, role: 'cook', key: 'other' })).toEqual([
      { path: 'role', from: 'deckhand', to: 'cook' },
    ]);
    expect(news({ crew: [], pageId: 'other', checklists: [] })).toEqual([]);
    expect(news({}, john, null)).toEqual([{ path: 'pay', from: pay, to: null }]);
  });
});
