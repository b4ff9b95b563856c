import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EnsureRequest } from '#functions/calendar-sync/contract.ts';
import type { SyncOptions } from '#functions/calendar-sync/sync.ts';
import { createWorld, toRequest, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const inspect = async (request: EnsureRequest, settings: Partial<SyncOptions> = {}) => {
  const reply = await world.createSync(settings).inspect({ ...request, action: 'inspect' });
  if (!reply.ok) throw new Error(reply.error);
  return reply.drift;
};
const only = () => world.living()[0]!;

describe('inspecting an entry', () => {
  it.each(['all-day', 'timed'] as const)('finds nothing in an %s one as it was written', async (style) => {
    await world.createSync({ calendarStyle: style }).ensure(toRequest(3));
    expect(await inspect(toRequest(3), { calendarStyle: style })).toBeNull();
    expect(await inspect(toRequest(5), { calendarStyle: style })).toBeNull();
  });

  it.each([
    ['moved', { start: { date: '2027-06-02' }, end: { date: '2027-06-04' } }, ['end', 'start']],
    ['retitled', { summary: 'Family day' }, ['title']],
    ['described otherwise', { description: 'call me' }, ['description']],
    ['set free', { transparency: 'transparent' }, ['free']],
  ])('names what differs in one that a person %s', async (_, change, fields) => {
    await world.createSync().ensure(toRequest(1));
    await world.asPerson('PATCH', only(), change);
    const drift = await inspect(toRequest(1));
    expect(drift).toMatchObject({ found: 'changed' });
    expect(drift?.fields.map(({ path }) => path)).toEqual(fields);
    await world.createSync().ensure(toRequest(1));
    expect(await inspect(toRequest(1))).toBeNull();
  });

  it('says what was found and what should be, the last day included', async () => {
    await world.createSync().ensure(toRequest(1));
    await world.asPerson('PATCH', only(), { end: { date: '2027-06-04' } });
    expect((await inspect(toRequest(1)))?.fields).toEqual([
      { path: 'end', from: '2027-06-03', to: '2027-05-30' },
    ]);
  });

  it('leaves alone what people add for themselves', async () => {
    await world.createSync().ensure(toRequest(1));
    await world.asPerson('PATCH', only(), { colorId: '5', location: 'Dock C' });
    expect(await inspect(toRequest(1))).toBeNull();
  });

  it.each(['restore', 'forbid'] as const)(
    'misses one that was deleted, until it is back (Google would %s)',
    async (updateDeleted) => {
      await world.close();
      world = await createWorld({ updateDeleted });
      await world.createSync().ensure(toRequest(2));
      await world.asPerson('DELETE', only());
      expect(await inspect(toRequest(2))).toEqual({ found: 'missing', fields: [] });
      await world.createSync().ensure(toRequest(2));
      expect(await inspect(toRequest(2))).toBeNull();
    },
  );

  it('misses one that was never written', async () => {
    expect(await inspect(toRequest(2))).toEqual({ found: 'missing', fields: [] });
  });

  it('wants a cancelled one to be gone where that is the style', async () => {
    const cancelled = toRequest(2, { status: 'cancelled' });
    const style = { cancelledStyle: 'delete' } as const;
    await world.createSync().ensure(toRequest(1));
    expect(await inspect(cancelled, style)).toEqual({
      found: 'changed',
      fields: [{ path: 'status', from: 'present', to: 'deleted' }],
    });
    await world.createSync(style).ensure(cancelled);
    expect(await inspect(cancelled, style)).toBeNull();
  });

  it('says that the calendar is ahead of us', async () => {
    await world.createSync().ensure(toRequest(4));
    expect((await inspect(toRequest(3)))?.fields).toEqual([{ path: 'revision', from: 4, to: 3 }]);
  });

  it('writes nothing', async () => {
    await world.createSync().ensure(toRequest(2));
    await world.asPerson('PATCH', only(), { summary: 'Family day' });
    const writes = world.writes.length;
    const before = only();
    await inspect(toRequest(2));
    expect(only()).toEqual(before);
    expect(world.writes).toHaveLength(writes);
  });

  it('refuses a calendar that nobody knows', async () => {
    const reply = await world.createSync().inspect({ ...toRequest(1, { calendar: 'x' }), action: 'inspect' });
    expect(reply).toMatchObject({ ok: false, error: 'invalid' });
  });
});
