import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { csrfToken } from '#functions/scc/links.ts';
import { createAnswerWorld, idOf, type AnswerWorld } from './answer-world.ts';
import { LINK_KEYS, sessionOf } from './local-api.ts';
import { NOTICES } from '#functions/scc/notices.ts';
import { startLocalScc, type LocalScc } from '#test/functions/scc/local-scc.ts';

let scc: LocalScc;
let world: AnswerWorld;
beforeAll(async () => void (scc = await startLocalScc()));
afterAll(() => scc.close());
beforeEach(async () => void (world = await createAnswerWorld(scc)));

describe('a form', () => {
  const form = (member: string, fields: Record<string, string>) => {
    const { 'x-csrf-token': csrf, ...headers } = sessionOf(member) as Record<string, string>;
    const body = new URLSearchParams({ csrf: csrf ?? '', ...fields }).toString();
    return world.api.browse('POST', `/api/events/${world.eventId}/answers`, headers, body);
  };
  const target = (reply: Response) => [reply.status, reply.headers.get('location')];

  it('leads back to the page, which says what came of it', async () => {
    const { version } = await world.own('john');
    const page = `/crew/events/${world.eventId}`;
    const reply = await form('john', { id: idOf('form-one'), answer: 'confirmed', version, reason: '' });
    expect(target(reply)).toEqual([303, `${page}?notice=confirmed#answer`]);
    const no = { id: idOf('form-two'), answer: 'declined', version };
    expect(target(await form('john', { ...no, reason: '' }))).toEqual([303, `${page}?notice=refused`]);
    expect(target(await form('john', { ...no, reason: 'one\r\ntwo' }))).toEqual([
      303,
      `${page}?notice=declined#answer`,
    ]);
    expect((await world.own('john')).reason).toBe('one\ntwo');
    const janes = { id: idOf('form-three'), answer: 'confirmed', version: (await world.own('jane')).version };
    const late = { ...janes, id: idOf('form-four') };
    expect(target(await form('jane', janes))).toEqual([303, `${page}?notice=signed-up#answer`]);
    expect(target(await form('ana', late))).toEqual([303, '/crew?notice=taken']);
    expect(target(await form('john', { ...no, id: idOf('form-five'), version: '0'.repeat(16) }))).toEqual([
      303,
      `${page}?notice=changed`,
    ]);
    world.api.clock.now = new Date('2027-05-30T19:00:00Z');
    expect(target(await form('john', { ...no, id: idOf('form-six') }))).toEqual([303, `${page}?notice=over`]);
  });

  it('of who declines an invitation is thanked for, and says nothing of a captain', async () => {
    const { version, look } = await world.own('ana');
    const no = { id: idOf('form-pass'), answer: 'declined', version, look, reason: '' };
    const page = `/crew/events/${world.eventId}?notice=passed#answer`;
    for (let times = 0; times < 2; times++) expect(target(await form('ana', no))).toEqual([303, page]);
    expect(NOTICES.passed.text).not.toMatch(/captain|manager/);
  });

  it.each(['cancelled', 'on-hold'] as const)(
    'to a charter that is %s says that it is not on',
    async (status) => {
      const { version } = await world.own('john');
      await world.putAndTell({ revision: 2, view: { status } });
      const yes = { id: idOf('form-late'), answer: 'confirmed', version };
      const page = `/crew/events/${world.eventId}`;
      expect(target(await form('john', yes))).toEqual([303, `${page}?notice=not-on`]);
      world.api.clock.now = new Date('2027-05-30T19:00:00Z');
      expect(target(await form('john', yes))).toEqual([303, `${page}?notice=not-on`]);
    },
  );

  it('needs the token of its own session', async () => {
    const { version } = await world.own('john');
    const fields = { id: idOf('forged'), answer: 'confirmed', version };
    const other = csrfToken(LINK_KEYS, 'another session');
    for (const csrf of ['', other]) {
      const headers = sessionOf('john', { csrf: false });
      const body = new URLSearchParams({ csrf, ...fields }).toString();
      await world.api.browse('POST', `/api/events/${world.eventId}/answers`, headers, body);
    }
    expect(await world.answers('john')).toEqual([]);
  });
});
