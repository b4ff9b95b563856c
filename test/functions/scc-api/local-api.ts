import { createHash } from 'node:crypto';
import { createPhotosClient, createPhotoSigner } from '#functions/adapters/photos-s3.ts';
import { createLog } from '#functions/log.ts';
import { createApp, type SccDeps } from '#functions/scc-api/app.ts';
import { createCrewReader } from '#functions/scc/crew-reader.ts';
import type { LinkKey, LinkKeys } from '#functions/scc/link-keys.ts';
import { csrfToken, SESSION_COOKIE, signSession } from '#functions/scc/links.ts';
import type { LocalScc } from '#test/functions/scc/local-scc.ts';
import { NOW } from '#test/functions/scc/samples.ts';

export const SERVICE_KEY = 'service-key-of-this-test';
export const ORIGIN_SECRET = 'origin-secret-of-this-test';
export const LINK_KEYS: LinkKey[] = [
  { kid: 'old', key: 'a-link-key-that-was-retired', retiredAt: '2027-01-01T00:00:00Z' },
  { kid: 'new', key: 'the-link-key-that-signs-now', retiredAt: null },
];
export const CREW_URL = 'https://crew.example.test';
/** The keys as a function knows them whose secret nobody rotates. */
export const knownKeys = (keys: readonly LinkKey[]): LinkKeys => ({
  read: async () => keys,
  reread: async () => keys,
});
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** What the browser of a member sends from one of our pages; without the token: what another site can make it send. */
export function sessionOf(member: string, options: { linkVersion?: number; csrf?: boolean } = {}) {
  const session = signSession(LINK_KEYS, { member, linkVersion: options.linkVersion ?? 1, now: NOW });
  return {
    'x-origin-secret': ORIGIN_SECRET,
    cookie: `${SESSION_COOKIE}=${session}`,
    ...((options.csrf ?? true) && { 'x-csrf-token': csrfToken(LINK_KEYS, session), origin: CREW_URL }),
  };
}

/** scc-api over local tables. Published ids and log lines are kept for a look. */
export function createLocalApi(scc: LocalScc) {
  const published: string[] = [];
  const logged: string[] = [];
  const clock = { now: NOW };
  const reader = createCrewReader({ tables: scc.tables, linkKeys: knownKeys(LINK_KEYS) });
  const deps: SccDeps = {
    ...scc,
    serviceKeyHashes: [sha256('an older service key'), sha256(SERVICE_KEY)],
    originSecretHashes: [sha256(ORIGIN_SECRET)],
    guestUrl: 'https://guest.example.test',
    crewUrl: CREW_URL,
    // Signing asks nobody: there is no bucket.
    photos: createPhotoSigner(
      createPhotosClient({
        region: 'us-east-1',
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      }),
      { bucket: 'photos.example.test' },
    ),
    feedOf: (member) => reader.feedOf(member),
    linkKeys: knownKeys(LINK_KEYS),
    memberOf: reader.memberOf,
    publish: async (id) => void published.push(id),
    now: () => clock.now,
    log: createLog('scc-api', (line) => logged.push(line)),
  };
  const app = createApp(deps);
  const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    app.request(path, {
      method,
      headers: {
        'x-service-key': SERVICE_KEY,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  /** By a browser, so without the service key. */
  const browse = (method: string, path: string, headers: Record<string, string>, body?: unknown) => {
    const isText = typeof body === 'string';
    const type = isText ? 'application/x-www-form-urlencoded' : 'application/json';
    return app.request(path, {
      method,
      headers: { ...(body !== undefined && { 'content-type': type }), ...headers },
      ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
    });
  };
  return { app, deps, call, browse, published, logged, reader, clock };
}
