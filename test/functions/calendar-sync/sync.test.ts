import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calendarEventIdOf } from '#bookings/model/ids.ts';
import { createWorld, JADA, OTHER, toRequest, type World } from './world.ts';

const FIRST = calendarEventIdOf('boatsetter-xhqgmdh', 0);
const SECOND = calendarEventIdOf('boatsetter-xhqgmdh', 1);

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const only = () => {
  const living = world.living();
  expect(living).toHaveLength(1);
  return living[0]!;
};

const calls = () =>
  world.requests.filter((line) => !line.includes('/token')).map((line) => line.split(' ')[0]);

describe('ensuring an entry', () => {
  it('creates it with one request, under an id that follows from the booking', async () => {
    expect(await world.createSync().ensure(toRequest(1))).toEqual({
      ok: true,
      outcome: 'created',
      eventId: FIRST,
    });
    expect(only()).toMatchObject({ id: FIRST, summary: 'XHQGMDH · Ada Lovelace · 9:00 AM–12:00 PM' });
    expect(calls()).toEqual(['POST']);
    expect(world.requests.at(-1)).toContain('sendUpdates=none');
  });

  it('changes nothing when it is already there', async () => {
    await world.createSync().ensure(toRequest(2));
    const before = only();
    expect(await world.createSync().ensure(toRequest(2))).toMatchObject({ outcome: 'unchanged' });
    expect(only()).toEqual(before);
  });

  it.each(['all-day', 'timed'] as const)(
    'recognises its own %s entry, also from a calendar in another zone',
    async (calendarStyle) => {
      const sync = world.createSync({ calendarStyle, calendarIds: { jada: OTHER } });
      await sync.ensure(toRequest(1));
      expect(await sync.ensure(toRequest(1))).toMatchObject({ outcome: 'unchanged' });
      const reply = await sync.get({ action: 'get', bookingKey: 'boatsetter-xhqgmdh', calendar: 'jada' });
      expect(reply).toMatchObject({ entry: { edited: false } });
    },
  );

  it('moves it, marks it as cancelled and free, and brings it back', async () => {
    const sync = world.createSync();
    await sync.ensure(toRequest(1));
    await sync.ensure(toRequest(2, { start: '2027-06-02T14:00', end: '2027-06-02T17:00' }));
    expect(only()).toMatchObject({ start: { date: '2027-06-02' }, end: { date: '2027-06-03' } });
    await sync.ensure(toRequest(3, { status: 'cancelled' }));
    expect(only()).toMatchObject({
      summary: expect.stringMatching(/^CANCELLED /),
      transparency: 'transparent',
    });
    await sync.ensure(toRequest(4));
    expect(only()).toMatchObject({ id: FIRST, transparency: 'opaque', start: { date: '2027-05-30' } });
  });

  it('refuses a lower revision, whatever the order', async () => {
    const sync = world.createSync();
    await sync.ensure(toRequest(3));
    for (const revision of [1, 2]) {
      expect(await sync.ensure(toRequest(revision, { status: 'cancelled' }))).toEqual({
        ok: false,
        error: 'stale',
        revision: 3,
      });
    }
    expect(only()).toMatchObject({ summary: expect.stringMatching(/^XHQGMDH/) });
  });

  it('keeps the higher of two revisions that arrive at once, and one entry', async () => {
    const [one, other] = [world.createSync(), world.createSync()];
    await Promise.all([one.ensure(toRequest(1)), other.ensure(toRequest(2, { guestName: 'Grace' }))]);
    expect(only().summary).toContain('Grace');
  });

  it('undoes what a person edited by hand', async () => {
    const sync = world.createSync();
    await sync.ensure(toRequest(1));
    await world.asPerson('PATCH', only(), {
      start: { date: '2027-07-01' },
      end: { date: '2027-07-02' },
      summary: 'Moved',
    });
    expect(await sync.ensure(toRequest(1))).toMatchObject({ outcome: 'updated' });
    expect(only()).toMatchObject({
      start: { date: '2027-05-30' },
      summary: expect.stringContaining('XHQGMDH'),
    });
  });

  it('restores an entry that a person deleted', async () => {
    const sync = world.createSync();
    await sync.ensure(toRequest(1));
    await world.asPerson('DELETE', only());
    expect(await sync.ensure(toRequest(1))).toEqual({ ok: true, outcome: 'restored', eventId: FIRST });
    expect(only().id).toBe(FIRST);
  });

  it('writes again when somebody came in between', async () => {
    const sync = world.createSync();
    await sync.ensure(toRequest(1));
    let isFirst = true;
    world.setFault(async (request, next) => {
      if (request.method === 'PUT' && isFirst) {
        isFirst = false;
        await world.asPerson('PATCH', only(), { summary: 'In between' });
      }
      return next(request);
    });
    expect(await sync.ensure(toRequest(2))).toMatchObject({ outcome: 'updated' });
    expect(only().summary).toContain('XHQGMDH');
    expect(world.writes.map(({ outcome }) => outcome)).toEqual(['done', 'changed', 'done']);
  });

  it('gives up, rather than fight on, when somebody always comes in between', async () => {
    const sync = world.createSync();
    await sync.ensure(toRequest(1));
    world.setFault(async (request, next) => {
      if (request.method === 'PUT') await world.asPerson('PATCH', only(), { summary: `At ${Math.random()}` });
      return next(request);
    });
    await expect(sync.ensure(toRequest(2))).rejects.toThrow(/kept changing/);
  });
});

describe('where Google forbids reviving a deleted entry', () => {
  beforeEach(async () => {
    await world.close();
    world = await createWorld({ updateDeleted: 'forbid' });
  });

  it('goes on with the next incarnation, and stays with it', async () => {
    const sync = world.createSync();
    await sync.ensure(toRequest(1));
    await world.asPerson('DELETE', only());
    expect(await sync.ensure(toRequest(1))).toEqual({ ok: true, outcome: 'created', eventId: SECOND });
    expect(await sync.ensure(toRequest(2, { guestName: 'Grace' }))).toEqual({
      ok: true,
      outcome: 'updated',
      eventId: SECOND,
    });
    expect(only().id).toBe(SECOND);
    expect(await sync.ensure(toRequest(1))).toMatchObject({ error: 'stale' });
  });
});

describe('cancelling in delete style', () => {
  const settings = { cancelledStyle: 'delete' } as const;

  it('takes the entry out, once, and an older revision cannot bring it back', async () => {
    const sync = world.createSync(settings);
    await sync.ensure(toRequest(1));
    expect(await sync.ensure(toRequest(3, { status: 'cancelled' }))).toMatchObject({ outcome: 'deleted' });
    expect(world.living()).toEqual([]);
    expect(await sync.ensure(toRequest(3, { status: 'cancelled' }))).toMatchObject({ outcome: 'absent' });
    expect(await sync.ensure(toRequest(2))).toMatchObject({ error: 'stale', revision: 3 });
    expect(await sync.ensure(toRequest(4))).toMatchObject({ outcome: 'restored' });
    expect(only().id).toBe(FIRST);
  });

  it('has nothing to do for an entry that never was', async () => {
    expect(await world.createSync(settings).ensure(toRequest(1, { status: 'cancelled' }))).toMatchObject({
      outcome: 'absent',
    });
    expect(world.events.size).toBe(0);
    expect(world.writes).toEqual([]);
  });

  it('counts an entry that somebody deletes at the same moment as deleted', async () => {
    const sync = world.createSync(settings);
    await sync.ensure(toRequest(1));
    world.setFault(async (request, next) => {
      if (request.method === 'DELETE' && request.url.includes('none')) {
        world.setFault(undefined);
        await world.asPerson('DELETE', only());
      }
      return next(request);
    });
    expect(await sync.ensure(toRequest(2, { status: 'cancelled' }))).toMatchObject({ outcome: 'deleted' });
    expect(world.living()).toEqual([]);
  });
});

describe('a vessel that changed its calendar', () => {
  const calendarIds = { jada: JADA, other: OTHER };

  it('has its entry in the new one only', async () => {
    const sync = world.createSync({ calendarIds });
    await sync.ensure(toRequest(1));
    await sync.ensure(toRequest(2, { calendar: 'other' }));
    expect(only()).toMatchObject({ calendarId: OTHER });
    expect(await sync.ensure(toRequest(1))).toMatchObject({ error: 'stale' });
    await sync.ensure(toRequest(3));
    expect(only()).toMatchObject({ calendarId: JADA });
  });

  it('refuses a calendar that is not configured', async () => {
    expect(await world.createSync({ calendarIds }).ensure(toRequest(1, { calendar: 'jadda' }))).toEqual({
      ok: false,
      error: 'invalid',
      problems: ['view.calendar: expected one of the calendars jada, other'],
    });
  });
});
