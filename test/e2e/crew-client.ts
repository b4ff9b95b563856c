import { randomUUID } from 'node:crypto';
import type { DeviceEntry, Entry } from '#functions/scc/entries/entry.ts';
import { get, linkOf, signIn } from './look.ts';
import type { World } from './world.ts';

/** What one look at the page of a charter leaves in a phone: enough to answer what was shown. */
export interface Look {
  readonly eventId: string;
  readonly html: string;
  readonly csrf: string;
  /** Of the place as it was shown; undefined where the page asks nothing. */
  readonly version: string | undefined;
  /** Of all that was shown; undefined where the page asks nothing and has no news. */
  readonly look: string | undefined;
}

export interface Reply<T = Record<string, unknown>> {
  readonly status: number;
  readonly body: T;
}

export interface EntryReply {
  readonly entries: { id: string; status: string; code?: string; reason?: string }[];
}

/** A crew member's phone, without the browser: pages and HTTP, at the crew site's own address. */
export interface Phone {
  readonly member: string;
  readonly cookie: string;
  /** Of the session, as its pages carry it. */
  readonly csrf: string;
  look(eventId: string): Promise<Look>;
  /** Answers what was seen, as the page's script does. */
  answer(seen: Look, said: 'confirmed' | 'declined', reason?: string): Promise<Reply>;
  /** The same by the page's own form, followed to the page that it leads to. */
  answerByForm(seen: Look, said: 'confirmed' | 'declined', reason?: string): Promise<string>;
  enter(eventId: string, entries: readonly DeviceEntry[]): Promise<Reply<EntryReply>>;
  /** As the page's form does; answers where it leads to. */
  submit(seen: Look, fields: Readonly<Record<string, string>>): Promise<string>;
  close(eventId: string, kind?: 'close' | 'open'): Promise<Reply>;
  log(eventId: string): Promise<{ entries: Entry[]; closed: object | null }>;
  send<T>(path: string, body: unknown): Promise<Reply<T>>;
}

type At = Pick<World, 'endpoints'>;

/** Opens a link, by default that of the member's newest mail. */
export async function phoneOf(world: At, member: string, link?: string): Promise<Phone> {
  const site = world.endpoints.crewPortal;
  const { cookie } = await signIn(link ?? (await linkOf(world, member)));
  const read = (path: string) => get(`${site}${path}`, { cookie });
  const { csrf } = (await (await read('/api/session')).json()) as { csrf: string };

  async function send<T>(path: string, body: unknown): Promise<Reply<T>> {
    const answer = await fetch(`${site}${path}`, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json', 'x-csrf-token': csrf, origin: site },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as T };
  }

  async function submitTo(path: string, fields: Readonly<Record<string, string>>): Promise<string> {
    const answer = await fetch(`${site}${path}`, {
      method: 'POST',
      headers: { cookie, origin: site },
      body: new URLSearchParams(fields),
      redirect: 'manual',
    });
    if (answer.status !== 303) throw new Error(`a form led nowhere: ${answer.status}`);
    return answer.headers.get('location') ?? '';
  }

  const sayings = ({ version, look }: Look, said: string, reason: string | undefined) => ({
    id: randomUUID(),
    answer: said,
    version: version ?? '',
    ...(look !== undefined && { look }),
    ...(reason !== undefined && { reason }),
  });

  return {
    member,
    cookie,
    csrf,
    async look(eventId) {
      const answer = await read(`/crew/events/${eventId}`);
      const html = await answer.text();
      if (answer.status !== 200) throw new Error(`${member} sees no charter ${eventId}: ${answer.status}`);
      const version = /name="version" value="([0-9a-f]{16})"/.exec(html)?.[1];
      const shown = /name="look" value="([0-9a-f]{16})"/.exec(html)?.[1];
      return {
        eventId,
        html,
        csrf: /name="csrf" value="([^"]+)"/.exec(html)?.[1] ?? '',
        version,
        look: shown,
      };
    },
    answer: (seen, said, reason) => send(`/api/events/${seen.eventId}/answers`, sayings(seen, said, reason)),
    answerByForm: (seen, said, reason) =>
      submitTo(`/api/events/${seen.eventId}/answers`, { csrf: seen.csrf, ...sayings(seen, said, reason) }),
    enter: (eventId, entries) => send(`/api/events/${eventId}/entries`, { entries }),
    submit: ({ eventId, csrf: token }, fields) =>
      submitTo(`/api/events/${eventId}/entries`, { csrf: token, id: randomUUID(), ...fields }),
    close: (eventId, kind = 'close') => send(`/api/events/${eventId}/${kind}`, { id: randomUUID() }),
    log: async (eventId) =>
      (await (await read(`/api/events/${eventId}/log`)).json()) as {
        entries: Entry[];
        closed: object | null;
      },
    send,
  };
}

/** SCC as the operator's tools ask it. */
export async function asOperator<T>(
  { endpoints }: At,
  method: string,
  path: string,
  body?: unknown,
): Promise<Reply<T>> {
  const answer = await fetch(`${endpoints.sccApi}${path}`, {
    method,
    headers: { 'x-service-key': endpoints.serviceKey, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as T };
}

/** Runs one schedule now, and waits until all mail that follows from it has arrived. */
export async function tick(world: World, name: string): Promise<{ name: string; error?: string }> {
  const path = `/_stack/tick?name=${encodeURIComponent(name)}`;
  const answer = await fetch(`${world.endpoints.front}${path}`, { method: 'POST' });
  const [run] = (await answer.json()) as { name: string; error?: string }[];
  await settle(world);
  return run!;
}

/** Waits until nothing is on its way any more. */
export async function settle({ stack }: Pick<World, 'stack'>): Promise<void> {
  const left = await stack.settle(60_000);
  if (left.length > 0) throw new Error(`still on their way: ${left.join(', ')}`);
}
