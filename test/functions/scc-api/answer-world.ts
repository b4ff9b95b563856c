import { eventIdOf } from '#bookings/model/ids.ts';
import { putEvent } from '#functions/scc-api/put-event.ts';
import { release } from '#functions/scc-api/release.ts';
import type { LocalScc } from '#test/functions/scc/local-scc.ts';
import { john, samplePut, type SampleOptions } from '#test/functions/scc/samples.ts';
import { mike, openDeckhand } from '#test/functions/scc/told-sample.ts';
import { createLocalApi, sessionOf } from './local-api.ts';

const CREW = ['mike', 'john', 'ana', 'jane', 'lee', 'kim', 'rosa'];
export type Body = Partial<Record<'id' | 'answer' | 'version' | 'look' | 'reason', unknown>>;
export const idOf = (name: string) => `${name}-of-the-test`;
let count = 0;

/** A released charter of its own with Mike, John and an open deckhand, and what its crew does on its page. */
export async function createAnswerWorld(scc: LocalScc) {
  const bookingKey = `phone-answers-${++count}`;
  const eventId = eventIdOf(bookingKey);
  const api = createLocalApi(scc);
  const putAndTell = async ({ view, revision = 1, ...options }: SampleOptions = {}) => {
    const body = { bookingKey, revision, ...options };
    await putEvent(samplePut({ ...body, view: { crew: [mike, john, openDeckhand], ...view } }), scc);
    await release({ eventId, revision }, { ...scc, publish: async () => {}, now: () => api.clock.now });
  };
  const shown = (member: string) => api.reader.charter(eventId, member, api.clock.now);
  const own = async (member: string) => (await shown(member))!.own;
  const post = (member: string, path: string, body: unknown) =>
    api.browse('POST', `/api/events/${eventId}/${path}`, sessionOf(member), body);
  /** To what the page shows, unless it says to what. */
  const answer = async (member: string, body: Body) => {
    const id = idOf(`${member}-${String(body.answer)}`);
    if ('version' in body) return post(member, 'answers', { id, ...body });
    const { version, look } = await own(member);
    return post(member, 'answers', { id, version, look, ...body });
  };
  const entries = () => scc.entries.ofEvent(eventId);
  for (const key of CREW)
    await scc.registry.put(key, { name: `${key}!`, email: `${key}@example.test`, active: true });
  await putAndTell();
  return {
    api,
    eventId,
    putAndTell,
    shown,
    own,
    post,
    entries,
    confirm: (member: string, body: Body = {}) => answer(member, { answer: 'confirmed', ...body }),
    decline: (member: string, body: Body = {}) =>
      answer(member, { answer: 'declined', reason: 'My back hurts', ...body }),
    answers: async (member: string) =>
      (await entries()).filter((one) => one.kind === 'answer' && one.member === member),
    signUps: async () => (await scc.events.find(eventId))!.signUps.map(({ member }) => member),
    /** What was published by answers: `ana filled <occasion>`. */
    told: () => api.published.map((id) => id.split('#').slice(1).join(' ')),
  };
}
export type AnswerWorld = Awaited<ReturnType<typeof createAnswerWorld>>;

export const problemOf = async (reply: Response) => [
  reply.status,
  ((await reply.json()) as { title: string }).title,
];
