import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answer, type AnswerRequest } from '#functions/scc-api/answer.ts';
import { createAnswerWorld, idOf, type AnswerWorld } from './answer-world.ts';
import { Crash, startLocalScc, type LocalScc } from '#test/functions/scc/local-scc.ts';
import { NOW } from '#test/functions/scc/samples.ts';

let scc: LocalScc;
let world: AnswerWorld;
beforeAll(async () => void (scc = await startLocalScc()));
afterAll(() => scc.close());
beforeEach(async () => void (world = await createAnswerWorld(scc)));

describe('an answer whose process died', () => {
  const request = async (said: 'confirmed' | 'declined'): Promise<AnswerRequest> => {
    const { version, look } = await world.own('jane');
    return {
      eventId: world.eventId,
      member: { key: 'jane', name: 'jane!' },
      id: idOf(`jane-${said}`),
      answer: said,
      version,
      look,
      reason: said === 'declined' ? 'My back hurts' : null,
    };
  };
  const published: string[] = [];
  const dying = (calls: number) => ({
    ...scc.dyingAfter(calls),
    publish: async (id: string) => void published.push(id),
    now: () => NOW,
  });
  const CALLS = Array.from({ length: 16 }, (_, calls) => calls);
  const intents = async (kind: string) =>
    (await scc.notifications.ofEvent(world.eventId))
      .filter(({ notification, gate }) => gate === 'none' && notification.kind === kind)
      .map(({ notification }) => notification.recipient)
      .toSorted();

  it.each(CALLS)('after %i calls is whole when it is sent again: accepted', async (calls) => {
    const accept = await request('confirmed');
    const outcome = await answer(accept, dying(calls)).catch((error: unknown) => error);
    if (outcome instanceof Error) expect(outcome).toBeInstanceOf(Crash);
    expect(await answer(accept, { ...scc, publish: async () => {}, now: () => NOW })).toMatch(
      /^(signed-up|confirmed)$/,
    );
    expect(await world.signUps()).toEqual(['jane']);
    expect((await world.own('jane')).answer).toBe('confirmed');
    expect(await world.answers('jane')).toHaveLength(1);
    expect((await world.shown('jane'))!.news).toEqual([]);
    expect(await intents('filled')).toEqual(['ana', 'lee']);
  });

  it.each(CALLS)('after %i calls is whole when it is sent again: declined', async (calls) => {
    await world.confirm('jane');
    const no = await request('declined');
    const outcome = await answer(no, dying(calls)).catch((error: unknown) => error);
    if (outcome instanceof Error) expect(outcome).toBeInstanceOf(Crash);
    expect(await answer(no, { ...scc, publish: async () => {}, now: () => NOW })).toBe('declined');
    expect(await world.signUps()).toEqual([]);
    expect(await world.own('jane')).toMatchObject({ answer: 'declined', reason: 'My back hurts' });
    expect(await intents('declined')).toEqual(['manager']);
    expect(await intents('invited')).toEqual(['ana', 'lee']);
  });
});
