import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CaptainView } from '#functions/scc/captain-view.ts';
import { eventIdOf } from '#bookings/model/ids.ts';
import { createAnswerWorld, idOf, problemOf, type AnswerWorld } from './answer-world.ts';
import { sessionOf } from './local-api.ts';
import { startLocalScc, type LocalScc } from '#test/functions/scc/local-scc.ts';
import { mike, openDeckhand } from '#test/functions/scc/told-sample.ts';

let scc: LocalScc;
let world: AnswerWorld;
beforeAll(async () => void (scc = await startLocalScc()));
afterAll(() => scc.close());
beforeEach(async () => void (world = await createAnswerWorld(scc)));

const path = (rest: string) => `/api/events/${world.eventId}/${rest}`;
const read = (member: string) => world.api.browse('GET', path('answers'), sessionOf(member));
const asService = (method: string, rest: string, body?: unknown) => world.api.call(method, path(rest), body);

describe('GET /api/events/{eventId}/answers', () => {
  it('says all to captain and operator, as the captain’s page does', async () => {
    await world.decline('john');
    const reply = await read('mike');
    const view = (await reply.json()) as CaptainView;
    expect(reply.status).toBe(200);
    expect(view.positions.map(({ key, answer, reason }) => [key, answer, reason])).toEqual([
      ['mike', 'none', null],
      ['john', 'declined', 'My back hurts'],
      ['deckhand-1', null, null],
    ]);
    expect(await (await asService('GET', 'answers')).json()).toEqual(view);
    expect((await world.shown('mike'))!.captain).toEqual(view);
    expect(JSON.stringify(view)).not.toMatch(/@|cents/);
  });

  it('says nothing to anybody else', async () => {
    expect(await problemOf(await read('john'))).toEqual([403, 'Only for the captain of this charter']);
    for (const member of ['kim', 'rosa'])
      expect(await problemOf(await read(member))).toEqual([403, 'Not one of your charters']);
    const other = `/api/events/${eventIdOf('phone-nothing')}/answers`;
    expect(await problemOf(await world.api.browse('GET', other, sessionOf('mike')))).toEqual([
      403,
      'Not one of your charters',
    ]);
    expect((await world.api.call('GET', other)).status).toBe(404);
    expect((await world.shown('john'))!.captain).toBeNull();
  });

  it('is for who signed up as captain as well, and no more for who declined that', async () => {
    const captain = { ...openDeckhand, key: 'captain-1', role: 'captain', candidates: ['rosa'] };
    await world.putAndTell({ revision: 2, view: { crew: [captain] } });
    expect((await read('rosa')).status).toBe(403);
    await world.confirm('rosa');
    expect((await read('rosa')).status).toBe(200);
    await world.decline('rosa');
    expect((await read('rosa')).status).toBe(403);
  });
});

describe('closing a charter', () => {
  const close = (member: string, id = 'close-one') => world.post(member, 'close', { id: idOf(id) });
  const open = (member: string, id = 'open-one') => world.post(member, 'open', { id: idOf(id) });
  const kinds = async () => (await world.entries()).map(({ kind, member }) => `${kind} ${member}`);

  it('is the captain’s, who may open it again; either counts once', async () => {
    for (let times = 0; times < 2; times++)
      expect(await (await close('mike')).json()).toEqual({ closed: true });
    expect((await world.shown('john'))!.log.closed).toMatchObject({ member: 'mike' });
    expect(await (await close('mike', 'close-two')).json()).toEqual({ closed: true });
    expect(await (await open('mike')).json()).toEqual({ closed: false });
    // Neither comes back when it is repeated late.
    for (const late of [undefined, 'close-two'])
      expect(await (await close('mike', late)).json()).toEqual({ closed: false });
    expect((await world.shown('john'))!.log.closed).toBeNull();
  });

  it('is the operator’s as well', async () => {
    expect((await asService('POST', 'close', { id: idOf('close-one') })).status).toBe(200);
    expect(await kinds()).toEqual(['close operator']);
    expect(await problemOf(await close('mike'))).toEqual([409, 'The id is taken']);
  });

  it('is nobody else’s', async () => {
    for (const member of ['john', 'jane', 'kim']) {
      expect((await close(member)).status).toBe(403);
      expect((await open(member)).status).toBe(403);
    }
    expect((await world.post('mike', 'close', {})).status).toBe(422);
    expect((await world.post('mike', 'close', { id: idOf('x'), at: 'now' })).status).toBe(422);
    expect(await kinds()).toEqual([]);
  });

  it('leads a form back to the page', async () => {
    const { 'x-csrf-token': csrf = '', ...headers } = sessionOf('mike') as Record<string, string>;
    const body = new URLSearchParams({ csrf, id: idOf('close-form') }).toString();
    const reply = await world.api.browse('POST', path('close'), headers, body);
    expect([reply.status, reply.headers.get('location')]).toEqual([
      303,
      `/crew/events/${world.eventId}?notice=saved#captain`,
    ]);
  });

  it('works for a charter that is cancelled: there may have been expenses', async () => {
    await world.putAndTell({ revision: 2, view: { crew: [mike], status: 'cancelled' } });
    expect((await close('mike')).status).toBe(200);
  });
});
