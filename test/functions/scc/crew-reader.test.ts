import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAnswerWorld, type AnswerWorld } from '#test/functions/scc-api/answer-world.ts';
import { startLocalScc, type LocalScc } from './local-scc.ts';
import { john, JOHNS_PAY, OPEN_PAY } from './samples.ts';
import { mike } from './told-sample.ts';

let scc: LocalScc;
let world: AnswerWorld;
beforeAll(async () => void (scc = await startLocalScc()));
afterAll(() => scc.close());
beforeEach(async () => void (world = await createAnswerWorld(scc)));

const summary = async (member: string) =>
  (await world.api.reader.charters(member, world.api.clock.now)).find(
    ({ event }) => event.eventId === world.eventId,
  );
const inFeed = async (member: string) =>
  (await world.api.reader.feedOf(member)).find(({ eventId }) => eventId === world.eventId);

describe('a charter in the list', () => {
  it('says what it wants of the member, and whether it is over', async () => {
    expect(await summary('john')).toMatchObject({
      own: { role: 'deckhand', invited: false, answer: 'none' },
      isOver: false,
      nextAction: 'answer',
    });
    await world.confirm('john');
    expect((await summary('john'))?.nextAction).toBeNull();
    world.api.clock.now = new Date('2027-05-30T19:00:00Z');
    expect(await summary('john')).toMatchObject({ isOver: true, nextAction: 'checklists' });
  });

  it('is there for who signed up, and gone for the others then', async () => {
    await world.confirm('jane');
    expect(await summary('jane')).toMatchObject({ own: { invited: false, answer: 'confirmed' } });
    expect(await summary('ana')).toBeUndefined();
    expect(await inFeed('jane')).toMatchObject({ invited: false });
  });
});

describe('a charter of a member', () => {
  it('names the colleagues and their answers, and of entries only what is theirs to read', async () => {
    await world.confirm('jane');
    await world.decline('mike');
    const charter = (await world.shown('john'))!;
    expect(charter.colleagues.map(({ key, answer, isOwn }) => [key, answer, isOwn])).toEqual([
      ['mike', 'declined', false],
      ['john', 'none', true],
      ['deckhand-1', 'confirmed', false],
    ]);
    expect(charter).toMatchObject({
      entries: [],
      isCaptain: false,
      captain: null,
      isOver: false,
      news: null,
    });
    expect(Object.keys(charter.log.answers)).toEqual([]);
    expect(JSON.stringify(charter)).toContain(String(JOHNS_PAY));
    expect(JSON.stringify(await world.shown('jane'))).toContain(String(OPEN_PAY));
    expect(JSON.stringify(await world.shown('jane'))).not.toContain(String(JOHNS_PAY));
  });
});

describe('a calendar', () => {
  it('keeps what was taken back: cancelled, or without the member', async () => {
    expect(await inFeed('john')).toMatchObject({ status: 'confirmed', sequence: 1 });
    await world.putAndTell({ revision: 2, view: { crew: [mike], start: '2027-05-29T09:00' } });
    expect(await inFeed('john')).toMatchObject({ status: 'former', sequence: 2, start: '2027-05-30T09:00' });
    expect(await summary('john')).toBeUndefined();
    await world.putAndTell({ revision: 3, view: { crew: [john], status: 'cancelled' } });
    expect(await inFeed('john')).toMatchObject({ status: 'cancelled' });
    expect(await inFeed('kim')).toBeUndefined();
  });

  it('is empty for who is not active', async () => {
    await scc.registry.put('john', { name: 'John', email: 'john@example.test', active: false });
    expect(await world.api.reader.feedOf('john')).toEqual([]);
  });
});
