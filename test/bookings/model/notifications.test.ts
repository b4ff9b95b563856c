import { describe, expect, it } from 'vitest';
import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import { notificationsFor, type Telling } from '#bookings/model/notifications.ts';
import { toViews } from '#bookings/model/views.ts';
import { load } from '#bookings/reconcile/load.ts';
import { sourceOf, xhqgmdh } from '#test/fixtures/bookings.ts';

const BEFORE = '2026-11-21T12:00:00Z';

function telling(changes: Partial<BookingFileInput> = {}): Telling {
  const { event, summary } = toViews(load(sourceOf({ ...xhqgmdh(), ...changes })).bookings[0]!);
  return { event: event.view, pay: event.pay, summary };
}

const news = (told: Telling | null, view: Telling, now = BEFORE): string[] =>
  notificationsFor(told, view, { revision: 2, now }).map(({ recipient, kind, changes }) =>
    [recipient, kind, ...changes.map(({ path }) => path)].join(' '),
  );

const crew = xhqgmdh().crew!;

describe('who is told what', () => {
  it('a new charter: everyone assigned, and one summary', () => {
    expect(news(null, telling())).toEqual([
      'jane assigned',
      'john assigned',
      'mike assigned',
      'manager summary',
    ]);
  });

  it('nothing twice: nobody when nothing changed', () => {
    expect(news(telling(), telling())).toEqual([]);
  });

  it('a moved charter: everyone what changed, old and new', () => {
    const moved = telling({ start: '2027-05-31T09:00' });
    expect(news(telling(), moved)).toEqual([
      'jane changed end start',
      'john changed end start',
      'mike changed end start',
      'manager summary end start',
    ]);
    const [first] = notificationsFor(telling(), moved, { revision: 2, now: BEFORE });
    expect(first!.changes).toContainEqual({
      path: 'start',
      from: '2027-05-30T09:00',
      to: '2027-05-31T09:00',
    });
  });

  it('a cancelled charter: everyone once', () => {
    const cancelled = telling({ status: 'cancelled' });
    expect(news(telling(), cancelled)).toEqual([
      'jane cancelled',
      'john cancelled',
      'mike cancelled',
      'manager summary status',
    ]);
    expect(news(cancelled, cancelled)).toEqual([]);
  });

  it('put on hold: as if cancelled', () => {
    expect(news(telling(), telling({ status: 'pending' }))).toContain('john cancelled');
  });

  it('put back after a cancellation: assigned anew', () => {
    expect(news(telling({ status: 'cancelled' }), telling())).toContain('john assigned');
  });

  it('a replaced member: the one who goes and the one who comes, no colleague', () => {
    const replaced = telling({ crew: [{ member: 'ana', role: 'deckhand', hours: 5 }, ...crew.slice(1)] });
    expect(news(telling(), replaced)).toEqual(['ana assigned', 'john unassigned', 'manager summary crew']);
  });

  it('an open position invites its candidates but not those who have a place', () => {
    const open = telling({ crew: [{ role: 'deckhand', hours: 5 }, ...crew.slice(1)] });
    expect(news(null, open)).toEqual([
      'ana invited',
      'jane assigned',
      'john invited',
      'mike assigned',
      'manager summary',
    ]);
  });

  it('a member whose place is opened is told that it is gone, though they may apply for it', () => {
    const open = telling({ crew: [{ role: 'deckhand', hours: 5 }, ...crew.slice(1)] });
    expect(news(telling(), open)).toEqual(['ana invited', 'john unassigned', 'manager summary crew']);
  });

  it('who was invited is told kindly that the position is filled', () => {
    const open = telling({ crew: [{ role: 'deckhand', hours: 5 }, ...crew.slice(1)] });
    expect(news(open, telling())).toEqual(['ana filled', 'john assigned', 'manager summary crew']);
  });

  it('a new map link of the same berth: nobody on the crew', () => {
    const before = telling();
    const berth = { ...before.event.berth, map: 'https://maps.example.test/new' };
    expect(news(before, { ...before, event: { ...before.event, berth } })).toEqual([]);
  });

  it('a changed rate: its owner alone, and the amounts are not in the notification', () => {
    const raised = telling({ crew: [{ ...crew[0]!, rate: '4242.42' }, ...crew.slice(1)] });
    expect(news(telling(), raised)).toEqual(['john changed pay']);
    expect(JSON.stringify(notificationsFor(telling(), raised, { revision: 2, now: BEFORE }))).not.toMatch(
      /4242|2121/,
    );
  });

  it('a note for the guest or an internal one: no crew', () => {
    expect(news(telling(), telling({ notes: { ...xhqgmdh().notes, guest: 'x', internal: 'y' } }))).toEqual([
      'manager summary notes.guest notes.internal',
    ]);
  });

  it.each(['2027-05-30T19:00:00Z', '2028-01-01T00:00:00Z'])(
    'nobody about a charter that is over at %s',
    (now) => {
      expect(news(null, telling(), now)).toEqual([]);
      expect(news(telling(), telling({ status: 'cancelled' }), now)).toEqual([]);
    },
  );

  it('somebody while it is under way', () => {
    expect(news(null, telling(), '2027-05-30T18:59:59Z')).toHaveLength(4);
  });

  it('nobody about a charter that was never confirmed', () => {
    expect(news(null, telling({ status: 'cancelled' }))).toEqual([]);
    expect(news(null, telling({ status: 'pending' }))).toEqual([]);
  });
});
