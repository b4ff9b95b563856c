import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventIdOf } from '#bookings/model/ids.ts';
import { createAnswerWorld, idOf, problemOf, type AnswerWorld } from './answer-world.ts';
import { sessionOf } from './local-api.ts';
import { startLocalScc, type LocalScc } from '#test/functions/scc/local-scc.ts';
import { mike } from '#test/functions/scc/told-sample.ts';

let scc: LocalScc;
let world: AnswerWorld;
beforeAll(async () => void (scc = await startLocalScc()));
afterAll(() => scc.close());
beforeEach(async () => void (world = await createAnswerWorld(scc)));

describe('an answer', () => {
  it('confirms a place, is seen by the colleagues, and tells nobody yet', async () => {
    const reply = await world.confirm('john');
    expect([reply.status, await reply.json()]).toEqual([200, { answer: 'confirmed' }]);
    expect(await world.own('john')).toMatchObject({ answer: 'confirmed', reason: null });
    expect((await world.shown('mike'))!.colleagues).toContainEqual({
      key: 'john',
      name: 'John Reyes',
      role: 'deckhand',
      answer: 'confirmed',
      isOwn: false,
    });
    expect(world.told()).toEqual([]);
  });

  it('counts once however often it is sent, and after anything that came later', async () => {
    const { version } = await world.own('john');
    const declined = { answer: 'declined', reason: 'ill\r\nand tired', version };
    for (let times = 0; times < 3; times++) expect((await world.decline('john', declined)).status).toBe(200);
    expect(await world.answers('john')).toHaveLength(1);
    expect(world.told()).toEqual([`manager declined ${idOf('john-declined')}`]);
    await world.confirm('john', { version });
    expect((await world.decline('john', declined)).status).toBe(200);
    expect((await world.own('john')).answer).toBe('confirmed');
  });

  it('said again from another page is no news', async () => {
    await world.putAndTell({ revision: 2, view: { crew: [mike] } });
    await world.confirm('mike');
    await world.confirm('mike', { id: idOf('mike-from-another-page') });
    expect(await world.answers('mike')).toHaveLength(1);
    expect(world.told()).toEqual([`captain all-confirmed ${idOf('mike-confirmed')}`]);
    // Repeated late, it does not undo what was said meanwhile.
    await world.decline('mike');
    const late = await world.confirm('mike', { id: idOf('mike-from-another-page') });
    expect(late.status).toBe(200);
    expect((await world.own('mike')).answer).toBe('declined');
  });

  it('is refused for another version than the current one, and then nothing is stored', async () => {
    const { version } = await world.own('john');
    await world.putAndTell({ revision: 2, pay: { john: 1 } });
    expect(await problemOf(await world.confirm('john', { version }))).toEqual([409, 'This charter changed']);
    expect(await world.answers('john')).toEqual([]);
    expect((await world.confirm('john')).status).toBe(200);
    await world.putAndTell({ revision: 3, pay: { john: 2 } });
    expect((await world.own('john')).answer).toBe('re-confirm');
    await world.putAndTell({ revision: 4, pay: { john: 1 } });
    expect((await world.own('john')).answer).toBe('confirmed');
  });

  it('needs a reason when somebody with a place declines', async () => {
    for (const reason of [undefined, '', 'no', '  x  ', 'x'.repeat(501), 'a\u0007b', 'a\tb', '\ud800abc', 7])
      expect((await world.decline('john', { reason })).status, JSON.stringify(reason)).toBe(422);
    expect(await world.answers('john')).toEqual([]);
    expect((await world.decline('john', { reason: ` ${'x'.repeat(500)} ` })).status).toBe(200);
    expect((await world.own('john')).reason).toBe('x'.repeat(500));
    expect((await world.decline('jane', { reason: undefined })).status).toBe(200);
    expect(await world.own('jane')).toMatchObject({ answer: 'declined', reason: null });
  });

  it('of a decline tells why to nobody but the captain', async () => {
    await world.decline('john');
    const [captains, janes] = await Promise.all([world.shown('mike'), world.shown('jane')]);
    expect(JSON.stringify(captains?.captain)).toContain('My back hurts');
    expect(JSON.stringify({ ...captains, captain: null })).not.toContain('My back hurts');
    expect(JSON.stringify(janes)).not.toContain('My back hurts');
    expect(janes!.colleagues.find(({ key }) => key === 'john')?.answer).toBe('declined');
    expect(world.api.logged.join()).not.toContain('My back');
  });

  it.each([
    ['over', '2027-05-30T19:00:00Z', 'confirmed' as const],
    ['cancelled', '2027-05-02T12:00:00Z', 'cancelled' as const],
    ['on hold', '2027-05-02T12:00:00Z', 'on-hold' as const],
  ])('is refused when the charter is %s', async (_, now, status) => {
    await world.putAndTell({ revision: 2, view: { status } });
    world.api.clock.now = new Date(now);
    const reply = await world.confirm('john');
    expect(reply.status).toBe(409);
    expect(await world.entries()).toEqual([]);
  });

  it('is taken until the end, also of a charter that has begun', async () => {
    world.api.clock.now = new Date('2027-05-30T18:59:00Z');
    expect((await world.decline('john')).status).toBe(200);
  });

  it('is refused of who is no part of the charter, as for one that does not exist', async () => {
    const version = '0'.repeat(16);
    for (const member of ['kim', 'john']) {
      const path = member === 'kim' ? world.eventId : eventIdOf('phone-nothing');
      const reply = await world.api.browse('POST', `/api/events/${path}/answers`, sessionOf(member), {
        ...{ id: idOf('stranger'), answer: 'confirmed', version },
      });
      expect(await problemOf(reply)).toEqual([403, 'Not one of your charters']);
    }
    expect(await world.entries()).toEqual([]);
  });

  it('does not pass for the answer of somebody else, nor replaces another entry', async () => {
    await world.confirm('john', { id: idOf('one-id') });
    expect(await problemOf(await world.confirm('mike', { id: idOf('one-id') }))).toEqual([
      409,
      'The id is taken',
    ]);
    expect(await problemOf(await world.decline('john', { id: idOf('one-id') }))).toEqual([
      409,
      'The id is taken',
    ]);
    expect((await world.own('john')).answer).toBe('confirmed');
  });

  it('is refused whole when any of it does not fit', async () => {
    const reply = await world.confirm('john', {
      id: 'short',
      version: 'x',
      answer: 'maybe',
      ...{ member: 'mike' },
    });
    const { problems } = (await reply.json()) as { problems: { path: string }[] };
    expect(reply.status).toBe(422);
    expect(problems.map(({ path }) => path).toSorted()).toEqual(['answer', 'id', 'member', 'version']);
  });

  it('counts no more for who came in anew', async () => {
    await world.confirm('john');
    await world.putAndTell({ revision: 2, view: { crew: [mike] } });
    await world.putAndTell({ revision: 3 });
    expect((await world.own('john')).answer).toBe('none');
  });
});
