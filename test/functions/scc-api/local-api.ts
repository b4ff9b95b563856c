import { createHash } from 'node:crypto';
import { createLog } from '#functions/log.ts';
import { createApp } from '#functions/scc-api/app.ts';
import { createCrewReader } from '#functions/scc/crew-reader.ts';
import type { LinkKey, LinkKeys } from '#functions/scc/link-keys.ts';
import type { LocalScc } from '#test/functions/scc/local-scc.ts';
import { NOW } from '#test/functions/scc/samples.ts';

export const SERVICE_KEY = 'service-key-of-this-test';
export const ORIGIN_SECRET = 'origin-secret-of-this-test';
export const LINK_KEYS: LinkKey[] = [
  { kid: 'old', key: 'a-link-key-that-was-retired', retiredAt: '2027-01-01T00:00:00Z' },
  { kid: 'new', key: 'the-link-key-that-signs-now', retiredAt: null },
];
/** The keys as a function knows them whose secret nobody rotates. */
export const knownKeys = (keys: readonly LinkKey[]): LinkKeys => ({
  read: async () => keys,
  reread: async () => keys,
});
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** scc-api over local tables. Published ids and log lines are kept for a look. */
export function createLocalApi(scc: LocalScc) {
  const published: string[] = [];
  const logged: string[] = [];
  const clock = { now: NOW };
  const reader = createCrewReader({ tables: scc.tables, linkKeys: knownKeys(LINK_KEYS) });
  const app = createApp({
    ...scc,
    serviceKeyHashes: [sha256('an older service key'), sha256(SERVICE_KEY)],
    originSecretHashes: [sha256(ORIGIN_SECRET)],
    guestUrl: 'https://guest.example.test',
    linkKeys: knownKeys(LINK_KEYS),
    memberOf: reader.memberOf,
    publish: async (id) => void published.push(id),
    now: () => clock.now,
    log: createLog('scc-api', (line) => logged.push(line)),
  });
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
  return { app, call, published, logged, reader, clock };
}
