import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAnswerWorld, idOf, problemOf, type AnswerWorld } from './answer-world.ts';
import type { ToldEvent } from '#functions/scc/event-store.ts';
import { startLocalScc, type LocalScc } from '#test/functions/scc/local-scc.ts';

let scc: LocalScc;
let world: AnswerWorld;
beforeAll(async () => void (scc = await startLocalScc()));
afterAll(() => scc.close());
beforeEach(async () => void (world = await createAnswerWorld(scc)));

describe('an open position', () => {
  it('is for the first who accepts; the others are told, and too late is told so', async () => {
    const { version } = await world.own('ana');
    const reply = await world.confirm('jane');
    expect([reply.status, await reply.json()]).toEqual([200, { answer: 'signed-up' }]);
    expect(await world.own('jane')).toMatchObject({ key: 'deckhand-1', invited: false, answer: 'confirmed' });
    const occasion = idOf('jane-confirmed');
    expect(world.told()).toEqual([`ana filled ${occasion}`, `lee filled ${occasion}`]);
    expect(await world.shown('ana')).toBeUndefined();
    expect(await problemOf(await world.confirm('ana', { version }))).toEqual([
      409,
      'Somebody else was first',
    ]);
    expect(await world.answers('ana')).toEqual([]);
    expect((await scc.events.find(world.eventId))!.view.crew[2]?.member).toBeNull();
  });

  it('has one holder when all accept at the same moment', async () => {
    const everybody = ['ana', 'jane', 'lee'];
    const replies = await Promise.all(everybody.map((member) => world.confirm(member)));
    expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
    const winner = everybody[replies.findIndex(({ status }) => status === 200)]!;
    expect(await world.signUps()).toEqual([winner]);
    const filled = world.told().filter((one) => one.includes(' filled '));
    expect(filled.map((one) => one.split(' ')[0])).toEqual(everybody.filter((member) => member !== winner));
  });

  it('is open again when its holder declines, and the others are asked again', async () => {
    await world.confirm('jane');
    world.api.published.length = 0;
    expect((await world.decline('jane', { reason: undefined })).status).toBe(422);
    await world.decline('jane');
    const again = ['ana', 'lee'].map((member) => `${member} invited ${idOf('jane-confirmed')}`);
    expect(world.told()).toEqual([`manager declined ${idOf('jane-declined')}`, ...again]);
    expect(await world.signUps()).toEqual([]);
    expect(await world.own('jane')).toMatchObject({ invited: true, answer: 'declined' });
    await world.confirm('jane', { id: idOf('jane-after-all') });
    expect(await world.signUps()).toEqual(['jane']);
    expect(await world.own('jane')).toMatchObject({ invited: false, answer: 'confirmed' });
    await world.confirm('jane', { id: idOf('jane-after-all') });
    expect(world.told().filter((one) => one.startsWith('ana'))).toEqual([
      again[0],
      `ana filled ${idOf('jane-after-all')}`,
    ]);
    await world.decline('jane', { id: idOf('jane-cannot-after-all') });
    expect(world.told().at(-1)).toBe(`lee invited ${idOf('jane-after-all')}`);
  });

  it('is asked for again even when the decline was lost, and not once more when it is sent again', async () => {
    await world.confirm('jane');
    world.api.published.length = 0;
    const { version } = await world.own('jane');
    // Where the process dies between giving the place back and keeping the answer.
    await scc.events.signUps((await scc.events.find(world.eventId)) as ToldEvent, []);
    await world.confirm('mike');
    const again = ['ana', 'lee'].map((member) => `${member} invited ${idOf('jane-confirmed')}`);
    expect(world.told()).toEqual(again);
    const reply = await world.decline('jane', { version });
    expect([reply.status, await reply.json()]).toEqual([200, { answer: 'declined' }]);
    expect(world.told()).toEqual([...again, `manager declined ${idOf('jane-declined')}`]);
  });

  it('is passed by who declines an invitation, given back by who had it', async () => {
    const declines = async (member: string) => (await world.decline(member)).json();
    for (let times = 0; times < 2; times++) expect(await declines('ana')).toEqual({ answer: 'passed' });
    await world.confirm('jane');
    for (let times = 0; times < 2; times++) expect(await declines('jane')).toEqual({ answer: 'declined' });
  });

  it('declined by the last who was invited is the manager’s to know', async () => {
    for (const member of ['ana', 'jane', 'lee']) await world.decline(member, { reason: undefined });
    expect(world.told()).toEqual([`manager declined ${idOf('lee-declined')}`]);
  });

  it('counts for the captain’s good news when everybody confirmed', async () => {
    for (const member of ['mike', 'john', 'jane']) await world.confirm(member);
    expect(world.told().at(-1)).toBe(`captain all-confirmed ${idOf('jane-confirmed')}`);
  });
});
