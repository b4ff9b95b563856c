/** What came of a request to `/api`. */
export type Reply =
  | { readonly kind: 'ok'; readonly body: unknown }
  /** The same request would be refused again. */
  | { readonly kind: 'refused'; readonly status: number; readonly reason: string }
  /** No network, or a server in trouble: later. */
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'signed-out' }
  /** The session is somebody else's, so what is here is not theirs to see or send. */
  | { readonly kind: 'other-member' };

export interface Api {
  get(path: string): Promise<Reply>;
  post(path: string, body: unknown): Promise<Reply>;
  /** Asks whose session it is now, and takes its token. `ok` when it is the member's. */
  check(): Promise<Reply>;
}

/** What `GET /api/session` says. */
export interface Session {
  readonly member: { readonly key: string };
  readonly csrf: string;
}

/** Requests in the name of one member. `csrf` is the page's token, which may be older than the session. */
export function createApi(options: {
  readonly member: string;
  readonly csrf: string;
  readonly send?: typeof fetch;
}): Api {
  const { member, send = (...sent) => fetch(...sent) } = options;
  let { csrf } = options;
  const request = async (path: string, init: RequestInit): Promise<Reply> => {
    try {
      const headers = { accept: 'application/json', ...init.headers };
      return await toReply(await send(path, { ...init, headers, signal: AbortSignal.timeout(LONGEST_WAIT) }));
    } catch {
      return { kind: 'unavailable' };
    }
  };
  const check = async (): Promise<Reply> => {
    const reply = await request('/api/session', {});
    if (reply.kind !== 'ok') return reply;
    const session = reply.body as Session;
    if (session.member.key !== member) return { kind: 'other-member' };
    csrf = session.csrf;
    return reply;
  };
  const postOnce = (path: string, body: unknown): Promise<Reply> =>
    request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf-token': csrf },
      body: JSON.stringify(body),
    });
  return {
    get: (path) => request(path, {}),
    check,
    async post(path, body) {
      const reply = await postOnce(path, body);
      if (reply.kind !== 'refused' || reply.status !== 403) return reply;
      const checked = await check();
      return checked.kind === 'ok' ? postOnce(path, body) : checked;
    },
  };
}

const LONGEST_WAIT = 20_000;

/** Too many requests, or too slow a one: the same may pass later. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429]);

async function toReply(response: Response): Promise<Reply> {
  const { status } = response;
  if (response.ok) return { kind: 'ok', body: status === 204 ? null : await response.json() };
  if (status === 401) return { kind: 'signed-out' };
  if (status < 400 || status >= 500 || PASSING.has(status)) return { kind: 'unavailable' };
  const problem = (await response.json().catch(() => ({}))) as { title?: string; detail?: string };
  return { kind: 'refused', status, reason: problem.detail ?? problem.title ?? `Refused (${status})` };
}
