import { describe, expect, it } from 'vitest';
import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import { notificationsFor, type Telling } from '#bookings/model/notifications.ts';
import { tellingWithSignUps, type SignUp } from '#bookings/model/sign-ups.ts';
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

describe('who is told what when somebody signed up', () => {
  const [deckhand, captain] = [{ role: 'deckhand', hours: 5 }, crew[2]!];
  const signUp = (member: string): SignUp => ({
    role: 'deckhand',
    member,
    name: `${member} as SCC knows them`,
    entry: `entry-of-${member}`,
  });
  const withSigned = (signUps: SignUp[], told: Telling, view: Telling) =>
    news(tellingWithSignUps(told, signUps), tellingWithSignUps(view, signUps));
  const one = telling({ crew: [deckhand, captain] });
  const two = telling({ crew: [deckhand, deckhand, captain] });
  const john = { member: 'john', ...deckhand };
  const jane = { member: 'jane', ...deckhand };

  it('naming them in git: nobody, the manager included', () => {
    expect(withSigned([signUp('john')], one, telling({ crew: [john, captain] }))).toEqual([]);
  });

  it('naming them in git with other hours: them, and the summary', () => {
    const longer = telling({ crew: [{ ...john, hours: 6 }, captain] });
    expect(withSigned([signUp('john')], one, longer)).toEqual([
      'john changed hours pay',
      'manager summary crew',
    ]);
  });

  it('naming another: both, and no third who was not asked', () => {
    expect(withSigned([signUp('john')], one, telling({ crew: [jane, captain] }))).toEqual([
      'jane assigned',
      'john unassigned',
      'manager summary crew',
    ]);
  });

  it('deckhand-2 that becomes deckhand-1: nobody', () => {
    const first = telling({ crew: [john, deckhand, captain] });
    expect(first.event.crew.map(({ key }) => key)).toContain('deckhand-1');
    expect(withSigned([signUp('john'), signUp('jane')], two, first)).toEqual([]);
    expect(withSigned([signUp('john')], two, first)).toEqual([]);
  });

  it('fewer open positions: who was later loses the place', () => {
    expect(withSigned([signUp('john'), signUp('jane')], two, one)).toEqual([
      'jane unassigned',
      'manager summary crew',
    ]);
  });

  it('a moved charter: they, as who is assigned, and nobody of those who were not first', () => {
    const moved = telling({ crew: [deckhand, captain], start: '2027-05-31T09:00' });
    expect(withSigned([signUp('john')], one, moved)).toEqual([
      'john changed end start',
      'mike changed end start',
      'manager summary end start',
    ]);
    expect(
      withSigned([signUp('john')], one, telling({ crew: [deckhand, captain], status: 'cancelled' })),
    ).toEqual(['john cancelled', 'mike cancelled', 'manager summary status']);
  });

  it('a new name of the same member is no news', () => {
    const told = telling();
    const renamed = {
      ...told,
      summary: { ...told.summary, crew: told.summary.crew.map((line) => ({ ...line, name: 'Anabel' })) },
    };
    expect(news(told, renamed)).toEqual([]);
  });
});
