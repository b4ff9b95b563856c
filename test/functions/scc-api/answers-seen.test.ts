import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAnswerWorld, idOf, problemOf, type AnswerWorld } from './answer-world.ts';
import { startLocalScc, type LocalScc } from '#test/functions/scc/local-scc.ts';
import { john, JOHNS_PAY, OPEN_PAY } from '#test/functions/scc/samples.ts';
import { mike, openDeckhand } from '#test/functions/scc/told-sample.ts';

let scc: LocalScc;
let world: AnswerWorld;
beforeAll(async () => void (scc = await startLocalScc()));
afterAll(() => scc.close());
beforeEach(async () => void (world = await createAnswerWorld(scc)));

const see = (member: string, id = `${member}-saw-it`) => world.post(member, 'seen', { id: idOf(id) });
const news = async (member: string) => (await world.shown(member))!.news;
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
    await world.confirm('john');
    expect(await news('john')).toEqual([]);
    await world.putAndTell({ revision: 2, view: { notes: 'Rain' } });
    expect(await news('john')).toEqual([{ path: 'notes', from: 'Bring <ice> & towels', to: 'Rain' }]);
    // An old page that sends its answer again has not seen the rain.
    await world.confirm('john', { id: idOf('john-confirmed') });
    await world.putAndTell({ revision: 3, view: { notes: 'Rain' }, pay: { john: 5 } });
    expect((await news('john'))!.map(({ path }) => path)).toEqual(['notes', 'pay']);
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
    expect(await problemOf(await see('kim'))).toEqual([403, 'Not one of your charters']);
    await world.confirm('jane');
    expect(await problemOf(await see('ana'))).toEqual([403, 'Not one of your charters']);
    expect(await looks('kim')).toEqual([]);
  });

  it('does not pass under the id of another entry', async () => {
    await see('john', 'same');
    expect(await problemOf(await see('mike', 'same'))).toEqual([409, 'The id is taken']);
    expect((await world.post('john', 'seen', { id: 'x', more: 1 })).status).toBe(422);
  });

  it('is shown to nobody else', async () => {
    await see('john');
    const mikes = (await world.shown('mike'))!;
    expect(mikes.entries).toEqual([]);
    expect((await world.shown('john'))!.entries).toHaveLength(1);
    expect(mikes.log.seen).toEqual({});
  });
});
