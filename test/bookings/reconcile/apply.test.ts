import { describe, expect, it } from 'vitest';
import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import type { Outcome } from '#bookings/reconcile/apply.ts';
import type { Ports } from '#bookings/reconcile/ports.ts';
import { xhqgmdh } from '#test/fixtures/bookings.ts';
import { createMemoryWorld } from './memory-world.ts';

const booking = (changes: Partial<BookingFileInput> = {}): BookingFileInput => ({ ...xhqgmdh(), ...changes });
const other = (changes: Partial<BookingFileInput> = {}) =>
  booking({ id: 'SECOND1', pageId: 'secondpage', ...changes });

const touched = (outcome: Outcome): string[] =>
  'plan' in outcome
    ? outcome.plan.bookings.flatMap(({ changes }) =>
        changes.map(({ action, artefact }) => `${action} ${artefact}`),
      )
    : [];

describe('apply', () => {
  it('makes everything of a confirmed booking, and then nothing more', async () => {
    const world = createMemoryWorld();
    const first = await world.apply([booking()]);
    expect(first.status).toBe('applied');
    expect(touched(first)).toEqual([
      'create page',
      'create calendar',
      'create event',
      'create card',
      'create summary',
    ]);
    expect(world.mails()).toEqual(['jane assigned', 'john assigned', 'manager summary', 'mike assigned']);
    expect(await world.apply([booking()])).toEqual({ status: 'nothing-to-do' });
    expect((await world.plan(booking())).bookings).toEqual([]);
  });

  it('stores a page in each language and its calendar file, and empties the caches of all in one go', async () => {
    const world = createMemoryWorld();
    const emptied: (readonly string[])[] = [];
    const read = new Set<string>();
    const tamper = (ports: Ports): Ports => ({
      ...ports,
      pages: {
        ...ports.pages,
        invalidate: async (site, keys) => {
          if (site === 'guest') emptied.push(keys);
          return ports.pages.invalidate(site, keys);
        },
        fetchHash: async (key) => {
          read.add(key);
          return ports.pages.fetchHash(key);
        },
      },
    });
    const keys = ['g/xhqgmdh.html', 'g/xhqgmdh.en.html', 'g/xhqgmdh.es.html', 'g/xhqgmdh.ics'];
    await world.apply([booking(), other({ status: 'pending' })], { tamper });
    const others = keys.map((key) => key.replace('xhqgmdh', 'secondpage'));
    expect(emptied).toEqual([['404.html'], [...others, ...keys]]);
    expect([...read].toSorted()).toEqual([...keys, ...others].toSorted());
    const { page } = (await world.ledger.readBookings(['boatsetter-xhqgmdh'])).get(
      'boatsetter-xhqgmdh',
    )!.artefacts;
    expect(Object.keys(page!.manifest!)).toEqual(keys);
    expect(page!.remoteId).toBe('g/xhqgmdh.html');
  });

  it.each(['g/xhqgmdh.html', 'g/xhqgmdh.es.html', 'g/xhqgmdh.ics'])(
    'tells nobody while the public address of %s serves something else',
    async (stale) => {
      const world = createMemoryWorld();
      const tamper = (ports: Ports): Ports => ({
        ...ports,
        pages: {
          ...ports.pages,
          fetchHash: async (key) => (key === stale ? 'old' : ports.pages.fetchHash(key)),
        },
      });
      const outcome = await world.apply([booking()], { tamper });
      expect(outcome.status).toBe('failed');
      expect(JSON.stringify(outcome)).toContain(
        `${stale} is stored, but its public address serves something else`,
      );
      expect(world.mails()).toEqual([]);
    },
  );

  it('a changed language leaves no address with what was true before', async () => {
    const world = createMemoryWorld();
    const moved = { start: '2027-05-31T09:00' };
    await world.apply([booking()]);
    const keys = [...world.pages.objects.keys()].toSorted();
    await world.apply([booking({ ...moved, guest: { ...booking().guest, language: 'es' } })]);
    expect([...world.pages.objects.keys()].toSorted()).toEqual(keys);
    for (const key of keys.filter((one) => one.startsWith('g/')))
      expect(String(world.pages.objects.get(key)!.object.body), key).toContain(moved.start);
  });

  it.each<[BookingFileInput['status'], string[]]>([
    ['pending', ['create page', 'create calendar', 'create card']],
    ['confirmed', ['create page', 'create calendar', 'create event', 'create card', 'create summary']],
    ['cancelled', ['create page', 'create calendar', 'create card']],
  ])('a new %s booking makes exactly what the model says', async (status, expected) => {
    const world = createMemoryWorld();
    expect(touched(await world.apply([booking({ status })]))).toEqual(expected);
    if (status !== 'confirmed') expect(world.mails()).toEqual([]);
  });

  it('a booking first seen when it is over has page, calendar and card, and nobody is told', async () => {
    const world = createMemoryWorld('2027-06-01T00:00:00Z');
    expect(touched(await world.apply([booking()]))).toEqual([
      'create page',
      'create calendar',
      'create card',
    ]);
    expect(world.mails()).toEqual([]);
    expect((await world.plan(booking())).bookings).toEqual([]);
  });

  it('a moved charter moves all and tells the crew; cancelling withdraws all and tells once; a revert puts all back', async () => {
    const world = createMemoryWorld();
    await world.apply([booking()]);
    const fresh = world.outside();
    await world.apply([booking({ start: '2027-05-31T09:00' })]);
    expect(world.mails().filter((mail) => mail.endsWith('changed'))).toHaveLength(3);
    expect(touched(await world.apply([booking({ status: 'cancelled', start: '2027-05-31T09:00' })]))).toEqual(
      ['cancel page', 'cancel calendar', 'cancel event', 'cancel card', 'cancel summary'],
    );
    expect(world.mails().filter((mail) => mail.endsWith('cancelled'))).toHaveLength(3);
    await world.apply([booking()]);
    expect({ ...world.outside(), pages: null }).toEqual({ ...fresh, pages: null });
  });

  it('a change of gross touches the card alone and tells nobody', async () => {
    const world = createMemoryWorld();
    await world.apply([booking()]);
    const mails = world.mails();
    expect(touched(await world.apply([booking({ gross: '900.00' })]))).toEqual(['update card']);
    expect(world.mails()).toEqual(mails);
  });

  it('no plan shows an amount', async () => {
    const world = createMemoryWorld();
    await world.apply([booking()]);
    const plan = await world.plan(
      booking({ gross: '77777.77', crew: [{ member: 'john', role: 'deckhand', hours: 5, rate: '4242.42' }] }),
    );
    expect(plan.bookings[0]!.changes.length).toBeGreaterThan(2);
    expect(JSON.stringify(plan)).not.toMatch(/77777|4242|84075|21212/);
  });

  it('from confirmed back to pending the event is withdrawn', async () => {
    const world = createMemoryWorld();
    await world.apply([booking()]);
    expect(touched(await world.apply([booking({ status: 'pending' })]))).toContain('cancel event');
    expect(world.crew.events.get('boatsetter-xhqgmdh')!.view.event.status).toBe('on-hold');
  });

  it('a new site build without visible effect settles; with one it republishes every page and tells nobody', async () => {
    const world = createMemoryWorld();
    await world.apply([booking(), other()]);
    const mails = world.mails();
    world.setBuild('two');
    expect(touched(await world.apply([booking(), other()]))).toEqual(['update page', 'update page']);
    expect(world.mails()).toEqual(mails);
    expect((await world.apply([booking(), other()])).status).toBe('nothing-to-do');
  });

  it('white space in a file settles in one run without an apply', async () => {
    const world = createMemoryWorld();
    await world.apply([booking()]);
    const source = {
      reference: (await import('#test/fixtures/bookings.ts')).sourceOf().reference,
      bookings: [{ path: 'bookings/data/boatsetter-xhqgmdh.json', text: JSON.stringify(booking(), null, 4) }],
    };
    expect((await world.apply(source)).status).toBe('nothing-to-do');
    expect((await world.ledger.readBookings(['boatsetter-xhqgmdh'])).get('boatsetter-xhqgmdh')).toMatchObject(
      {
        run: 'run-1',
      },
    );
    expect((await world.apply(source)).status).toBe('nothing-to-do');
  });

  it('one booking’s failure stops no other, is recorded, and the next run repairs it', async () => {
    const world = createMemoryWorld();
    const failing = (ports: Ports): Ports => ({
      ...ports,
      calendar: {
        ...ports.calendar,
        ensure: async (entry) => {
          if (entry.bookingKey === 'boatsetter-xhqgmdh') throw new Error('calendar is away');
          return ports.calendar.ensure(entry);
        },
      },
    });
    const outcome = await world.apply([booking(), other()], { tamper: failing });
    expect(outcome).toMatchObject({ status: 'failed' });
    expect(world.mails()).toHaveLength(4);
    const records = await world.ledger.readBookings(['boatsetter-xhqgmdh']);
    expect(records.get('boatsetter-xhqgmdh')!.failures.calendar).toEqual({
      attempts: 1,
      error: 'calendar is away',
    });
    expect((await world.apply([booking(), other()])).status).toBe('applied');
    expect(world.mails()).toHaveLength(8);
    expect((await world.apply([booking(), other()])).status).toBe('nothing-to-do');
  });

  it('nobody is told while the page is not live', async () => {
    const world = createMemoryWorld();
    const outcome = await world.apply([booking()], {
      tamper: (ports) => ({ ...ports, pages: { ...ports.pages, fetchHash: async () => null } }),
    });
    expect(outcome.status).toBe('failed');
    expect(world.crew.events.size).toBe(0);
    expect(world.mails()).toEqual([]);
  });

  it('a second apply is refused while the first holds the lease', async () => {
    const world = createMemoryWorld();
    const request = {
      owner: 'first',
      seconds: 60,
      commit: 'c',
      open: [],
      standing: { fence: 0, finished: 0 },
      buildHash: null,
      shared: {},
    };
    await world.ledger.takeLease(request);
    await expect(world.apply([booking()])).rejects.toThrow(/first is applying until/);
    expect(world.outside().pages).toEqual({});
  });
});

describe('guards', () => {
  const many = Array.from({ length: 5 }, (_, index) =>
    booking({ id: `MANY${index}`, pageId: `manypage${index}` }),
  );

  it('too many cancellations at once are refused with the override that allows them', async () => {
    const world = createMemoryWorld();
    await world.apply(many);
    const cancelled = many.map((one) => ({ ...one, status: 'cancelled' as const }));
    const outcome = await world.apply(cancelled);
    expect(outcome).toMatchObject({
      status: 'refused',
      refusals: [{ rule: 'cancel', override: 'cancel:5' }],
    });
    expect(world.crew.events.get('boatsetter-many0')!.view.event.status).toBe('confirmed');
    expect((await world.apply(cancelled, { allow: { cancel: 5 } })).status).toBe('applied');
  });

  it('a refusal leaves other bookings free', async () => {
    const world = createMemoryWorld();
    await world.apply(many);
    const outcome = await world.apply([
      ...many.map((one) => ({ ...one, status: 'cancelled' as const })),
      other(),
    ]);
    expect(outcome.status).toBe('refused');
    expect(world.crew.events.has('boatsetter-second1')).toBe(true);
  });

  it('a charter that is over is not amended, but its card is', async () => {
    const world = createMemoryWorld();
    await world.apply([booking()]);
    world.setTime('2027-06-01T00:00:00Z');
    expect(await world.apply([booking({ status: 'cancelled' })])).toMatchObject({
      status: 'refused',
      refusals: [{ rule: 'over' }],
    });
    expect(touched(await world.apply([booking({ gross: '1.00' })]))).toEqual(['update card']);
    const mails = world.mails();
    expect((await world.apply([booking({ status: 'cancelled' })], { allow: { over: 1 } })).status).toBe(
      'applied',
    );
    expect(world.mails()).toEqual(mails);
  });

  it('a deleted file is refused until the booking was cancelled', async () => {
    const world = createMemoryWorld();
    await world.apply([booking(), other()]);
    expect(await world.apply([other()])).toMatchObject({
      status: 'refused',
      refusals: [{ rule: 'missing' }],
    });
    await world.apply([booking({ status: 'cancelled' }), other()]);
    expect((await world.apply([other()])).status).toBe('nothing-to-do');
  });

  it('an identity that was applied is fixed', async () => {
    const world = createMemoryWorld();
    await world.apply([booking()]);
    const outcome = await world.apply([booking({ pageId: 'anotherpage' })]);
    expect(outcome).toMatchObject({ status: 'refused', refusals: [{ rule: 'identity' }] });
    expect(world.pages.objects.has('g/anotherpage.html')).toBe(false);
  });
});
