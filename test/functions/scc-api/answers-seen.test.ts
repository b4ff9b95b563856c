import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAnswerWorld, idOf, problemOf, type AnswerWorld } from './answer-world.ts';
import { sessionOf } from './local-api.ts';
import { startLocalScc, type LocalScc } from '#test/functions/scc/local-scc.ts';
import { john, JOHNS_PAY, OPEN_PAY } from '#test/functions/scc/samples.ts';
import { mike, openDeckhand } from '#test/functions/scc/told-sample.ts';

let scc: LocalScc;
let world: AnswerWorld;
beforeAll(async () => void (scc = await startLocalScc()));
afterAll(() => scc.close());
beforeEach(async () => void (world = await createAnswerWorld(scc)));

/** What the page shows, unless it says what. */
const see = async (member: string, id = `${member}-saw-it`, look?: string) =>
  world.post(member, 'seen', { id: idOf(id), look: look ?? (await world.own(member)).look });
const news = async (member: string) => (await world.shown(member))!.news;
const csrf = (member: string) => (sessionOf(member) as Record<string, string>)['x-csrf-token'];
const looks = async (member: string) =>
  (await world.entries()).filter((one) => one.kind === 'seen' && one.member === member);

describe('what is new to a member', () => {
  it('is unknown before they ever looked, and nothing right after', async () => {
    expect(await news('john')).toBeNull();
    for (let times = 0; times < 3; times++) expect((await see('john')).status).toBe(200);
    expect(await looks('john')).toHaveLength(1);
    expect(await news('john')).toEqual([]);
    expect(await news('mike')).toBeNull();
  });

  it('is what their page shows otherwise than when they looked, with old and new', async () => {
    await see('john');
    const view = { notes: 'Rain', guest: { firstName: 'Alex', count: 8 }, start: '2027-05-30T10:00' };
    await world.putAndTell({ revision: 2, view });
    const expected = [
      { path: 'guest.count', from: 6, to: 8 },
      { path: 'notes', from: 'Bring <ice> & towels', to: 'Rain' },
      { path: 'start', from: '2027-05-30T09:00', to: '2027-05-30T10:00' },
    ];
    expect(await news('john')).toEqual(expected);
    await see('john', 'john-saw-that');
    expect(await news('john')).toEqual([]);
  });

  it('is their own pay, in amounts, and nobody else’s; no entry holds it', async () => {
    await see('john');
    await see('jane');
    await world.putAndTell({ revision: 2, pay: { john: 8_000, 'deckhand-1': OPEN_PAY, mike: 77_777 } });
    expect(await news('john')).toEqual([
      {
        path: 'pay',
        from: { cents: JOHNS_PAY, currency: 'USD' },
        to: { cents: 8_000, currency: 'USD' },
      },
    ]);
    expect(await news('jane')).toEqual([]);
    expect(JSON.stringify([await world.shown('john'), await world.shown('jane')])).not.toContain('77777');
    expect(JSON.stringify(await world.entries())).not.toMatch(new RegExp(`${JOHNS_PAY}|${OPEN_PAY}|cents`));
  });

  it('is no colleague', async () => {
    await see('john');
    await world.putAndTell({ revision: 2, view: { crew: [john, openDeckhand] } });
    expect(await news('john')).toEqual([]);
  });

  it('is what came after their answer, too: who answers has looked', async () => {
    const { version, look } = await world.own('john');
    await world.confirm('john', { version, look });
    expect(await news('john')).toEqual([]);
    await world.putAndTell({ revision: 2, view: { notes: 'Rain' } });
    expect(await news('john')).toEqual([{ path: 'notes', from: 'Bring <ice> & towels', to: 'Rain' }]);
    // An old page that sends its answer again has not seen the rain.
    await world.confirm('john', { version, look });
    await world.putAndTell({ revision: 3, view: { notes: 'Rain' }, pay: { john: 5 } });
    expect((await news('john'))!.map(({ path }) => path)).toEqual(['notes', 'pay']);
  });

  it('is no less for an answer to a page that showed less: the answer holds, the look does not', async () => {
    const { version, look } = await world.own('john');
    await world.putAndTell({ revision: 2, view: { notes: 'Rain' } });
    expect((await world.confirm('john', { version, look })).status).toBe(200);
    expect((await world.own('john')).answer).toBe('confirmed');
    expect(await news('john')).toBeNull();
    await world.confirm('mike', { version: (await world.own('mike')).version });
    expect(await news('mike')).toBeNull();
  });

  it('goes with them from an invitation to the place', async () => {
    await see('jane');
    await world.confirm('jane');
    const jane = { ...john, key: 'jane', member: 'jane', name: 'Jane' };
    await world.putAndTell({ revision: 2, view: { crew: [mike, john, jane] }, pay: { jane: 9 } });
    expect(await news('jane')).toEqual([
      { path: 'pay', from: { cents: OPEN_PAY, currency: 'USD' }, to: { cents: 9, currency: 'USD' } },
    ]);
  });
});

describe('a look', () => {
  it('is noted by nobody but who is part of the charter', async () => {
    const { look } = await world.own('ana');
    expect(await problemOf(await see('kim', 'kim-saw-it', look))).toEqual([403, 'Not one of your charters']);
    await world.confirm('jane');
    expect(await problemOf(await see('ana', 'ana-saw-it', look))).toEqual([403, 'Not one of your charters']);
    expect(await looks('kim')).toEqual([]);
  });

  it('does not pass under the id of another entry', async () => {
    await see('john', 'same');
    expect(await problemOf(await see('mike', 'same'))).toEqual([409, 'The id is taken']);
    expect((await world.post('john', 'seen', { id: 'x', more: 1 })).status).toBe(422);
  });

  it.each([
    ['notes', { view: { notes: 'Rain' } }],
    ['their pay', { pay: { john: 5 } }],
    ['the time', { view: { start: '2027-05-30T10:00' } }],
  ])('at what was released over, %s, is none: it may be looked at again', async (_, release) => {
    const { look } = await world.own('john');
    await world.putAndTell({ revision: 2, ...release });
    expect(await problemOf(await see('john', 'john-saw-it', look))).toEqual([409, 'This charter changed']);
    const form = `csrf=${csrf('john')}&id=${idOf('john-saw-it')}&look=${look}`;
    const path = `/api/events/${world.eventId}/seen`;
    const reply = await world.api.browse('POST', path, sessionOf('john'), form);
    expect([reply.status, reply.headers.get('location')]).toEqual([
      303,
      `/crew/events/${world.eventId}?notice=changed`,
    ]);
    expect(await looks('john')).toEqual([]);
    expect((await see('john')).status).toBe(200);
    expect(await news('john')).toEqual([]);
  });

  it('says at what, and is repeated without harm once it counted', async () => {
    const saw = { id: idOf('john-saw-it') };
    for (const look of [undefined, '', 'x'.repeat(16), '0'.repeat(17)])
      expect((await world.post('john', 'seen', { ...saw, look })).status).toBe(422);
    expect((await world.post('john', 'seen', { ...saw, look: '0'.repeat(16) })).status).toBe(409);
    const { look } = await world.own('john');
    await see('john', 'john-saw-it', look);
    await world.putAndTell({ revision: 2, view: { notes: 'Rain' } });
    expect((await see('john', 'john-saw-it', look)).status).toBe(200);
    expect((await news('john'))!.map(({ path }) => path)).toEqual(['notes']);
  });

  it('is shown to nobody else', async () => {
    await see('john');
    const mikes = (await world.shown('mike'))!;
    expect(mikes.entries).toEqual([]);
    expect((await world.shown('john'))!.entries).toHaveLength(1);
    expect(mikes.log.seen).toEqual({});
  });
});
