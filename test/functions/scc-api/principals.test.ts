import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventIdOf, uploadKeyOf } from '#bookings/model/ids.ts';
import type { Table } from '#functions/adapters/dynamodb.ts';
import { createNotificationTable } from '#functions/adapters/notification-table.ts';
import { putEvent } from '#functions/scc-api/put-event.ts';
import { release } from '#functions/scc-api/release.ts';
import { createAssignmentStore } from '#functions/scc/assignment-store.ts';
import { createCrewRegistry } from '#functions/scc/crew-registry.ts';
import { createEntryStore } from '#functions/scc/entries/entry-store.ts';
import { createEventStore } from '#functions/scc/event-store.ts';
import { feedToken, SESSION_COOKIE, signLink } from '#functions/scc/links.ts';
import { createLocalApi, LINK_KEYS, ORIGIN_SECRET, SERVICE_KEY, sessionOf } from './local-api.ts';
import { ROUTES, type Who } from './routes.ts';
import { startLocalScc, type LocalScc } from '#test/functions/scc/local-scc.ts';
import { NOW, samplePut } from '#test/functions/scc/samples.ts';

let scc: LocalScc;
let api: ReturnType<typeof createLocalApi>;
beforeAll(async () => {
  scc = await startLocalScc();
  await scc.registry.put('john', { name: 'John Reyes', email: 'john@example.test', active: true });
  api = createLocalApi(scc);
});
afterAll(() => scc.close());

const LINK = signLink(LINK_KEYS, { member: 'john', eventId: 'e', linkVersion: 1 });
const FEED = feedToken(LINK_KEYS, { member: 'john', linkVersion: 1 });
const origin = { 'x-origin-secret': ORIGIN_SECRET };
const cookie = (value: string) => ({ cookie: `${SESSION_COOKIE}=${value}` });
const session = sessionOf('john');
const { 'x-origin-secret': _, ...aside } = session;
const PAGE = 'xhqgmdh';
const uploadKeyTo = (page: string) => ({ 'x-upload-key': uploadKeyOf(LINK_KEYS[1]!.key, page) });

/** Credentials, and as whom they let in. */
const CREDENTIALS: [string, Record<string, string>, 'nobody' | 'browser' | 'guest' | 'reader' | 'crew'][] = [
  ['nothing', {}, 'nobody'],
  ['a wrong service key', { 'x-service-key': 'wrong' }, 'nobody'],
  ['an empty service key', { 'x-service-key': '' }, 'nobody'],
  ['a wrong bearer', { authorization: 'Bearer wrong' }, 'nobody'],
  ['the service key as another scheme', { authorization: `Basic ${SERVICE_KEY}` }, 'nobody'],
  ['a session without origin secret', aside, 'nobody'],
  ['a session with a wrong origin secret', { ...aside, 'x-origin-secret': 'wrong' }, 'nobody'],
  ['the origin secret as service key', { 'x-service-key': ORIGIN_SECRET }, 'nobody'],
  ['the service key as origin secret', { ...aside, 'x-origin-secret': SERVICE_KEY }, 'nobody'],
  ['the origin secret alone', origin, 'browser'],
  ['the service key through the distribution', { 'x-service-key': SERVICE_KEY, ...origin }, 'browser'],
  ['a session as service key', { 'x-service-key': LINK, ...origin }, 'browser'],
  ['a link as session', { ...cookie(LINK), ...origin }, 'browser'],
  ['a feed as session', { ...cookie(FEED), ...origin }, 'browser'],
  ['a session of before a revocation', sessionOf('john', { linkVersion: 0 }), 'browser'],
  ['a session of nobody', sessionOf('nobody'), 'browser'],
  ['an upload key without origin secret', uploadKeyTo(PAGE), 'nobody'],
  ['the upload key of another page', { ...uploadKeyTo('otherpage'), ...origin }, 'browser'],
  ['a wrong upload key beside a session', { ...session, 'x-upload-key': 'wrong' }, 'browser'],
  ['an empty upload key beside a session', { ...session, 'x-upload-key': '' }, 'browser'],
  ['a session as upload key', { ...origin, 'x-upload-key': LINK }, 'browser'],
  [
    'an upload key beside a wrong service key',
    { ...origin, ...uploadKeyTo(PAGE), 'x-service-key': 'x' },
    'browser',
  ],
  ['an upload key', { ...uploadKeyTo(PAGE), ...origin }, 'guest'],
  ['an upload key beside a session', { ...session, ...uploadKeyTo(PAGE) }, 'guest'],
  ['a wrong bearer beside a session', { ...session, authorization: 'Bearer wrong' }, 'browser'],
  ['a wrong service key beside a session', { ...session, 'x-service-key': 'wrong' }, 'browser'],
  ['a session that another site uses', sessionOf('john', { csrf: false }), 'reader'],
  ['a session of the crew', session, 'crew'],
];

/** What the guards say; undefined when they let in. `reader`: a session without the token that writing needs. No session is looked at where guests go. */
function refusal(route: string, as: (typeof CREDENTIALS)[number][2]): number | undefined {
  const who = ROUTES[route]!;
  if (as === 'nobody') return 401;
  if (who.includes('browser')) return undefined;
  if (as === 'guest') return who.includes('guest') ? undefined : 401;
  if (as === 'browser' || who.includes('guest')) return 401;
  const isRead = route.startsWith('GET ');
  return who.includes('crew') && (as === 'crew' || isRead) ? undefined : 403;
}

const request = (route: string, headers: Record<string, string>) => {
  const [method, path] = route.split(' ') as [string, string];
  return api.app.request(path.replace('{pageId}', PAGE).replaceAll(/\{\w+\}/g, 'x'), { method, headers });
};

/** Whatever the route makes of an empty request, its guards did not stop it. */
async function expectLetIn(reply: Response): Promise<void> {
  expect(reply.status).not.toBe(401);
  expect(reply.status).toBeLessThan(500);
  if (reply.status === 403) expect(await reply.json()).not.toMatchObject({ title: 'Forbidden' });
}

const SCHEMES: Record<Who, readonly string[]> = {
  service: ['serviceBearer', 'serviceKey'],
  crew: ['session'],
  guest: ['uploadKey'],
  browser: [],
};
const schemesOf = (route: string): string[] => {
  const who = ROUTES[route]!;
  const csrf = who.includes('crew') && !route.startsWith('GET ') ? ['csrf'] : [];
  return [...who.flatMap((one) => SCHEMES[one]), ...csrf].toSorted();
};

interface Operation {
  readonly summary?: string;
  readonly parameters?: readonly { readonly schema?: unknown }[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema?: unknown }> };
  readonly responses: Record<
    string,
    { readonly description: string; readonly content?: Record<string, { schema?: unknown }> }
  >;
  readonly security?: readonly Record<string, unknown>[];
}
const describedRoutes = async () => {
  const { paths, components } = (await (await api.app.request('/api/openapi.json')).json()) as {
    paths: Record<string, Record<string, Operation>>;
    components: { securitySchemes?: Record<string, unknown> };
  };
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
    ),
  );
  return {
    operations: Object.fromEntries(operations),
    schemes: Object.keys(components.securitySchemes ?? {}),
  };
};

/** Writes whose address says it all. */
const BODILESS: ReadonlySet<string> = new Set([
  'POST /api/crew/{member}/revoke',
  'POST /api/events/{eventId}/expenses-due',
]);

describe('the routes of scc-api', () => {
  it('are all in the table', async () => {
    const { operations } = await describedRoutes();
    expect(Object.keys(operations).toSorted()).toEqual(Object.keys(ROUTES).toSorted());
    const handled = api.app.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    expect([...new Set(handled)].toSorted()).toEqual(
      [...Object.keys(ROUTES), 'GET /api/openapi.json'].toSorted(),
    );
  });

  it('are described with what they do, take and answer, and who may use them', async () => {
    const { operations, schemes } = await describedRoutes();
    for (const [route, operation] of Object.entries(operations)) {
      expect(operation.summary, route).toMatch(/\w/);
      expect(operation.parameters?.length ?? 0, route).toBeGreaterThanOrEqual(
        route.match(/\{/g)?.length ?? 0,
      );
      for (const { schema } of operation.parameters ?? []) expect(schema, route).toBeDefined();
      const isWrite = !route.startsWith('GET ') && !BODILESS.has(route);
      expect(Object.keys(operation.requestBody?.content ?? {}).length > 0, route).toBe(isWrite);
      for (const { schema } of Object.values(operation.requestBody?.content ?? {}))
        expect(schema, route).toBeDefined();
      for (const [status, reply] of Object.entries(operation.responses)) {
        expect(reply.description, `${route} ${status}`).toMatch(/\w/);
        const contents = Object.values(reply.content ?? {});
        if (!['204', '302', '303'].includes(status)) expect(contents.length, `${route} ${status}`).toBe(1);
        for (const { schema } of contents) expect(schema, `${route} ${status}`).toBeDefined();
      }
      expect(Object.keys(operation.responses), route).toContain('401');
      const named = (operation.security ?? []).flatMap((one) => Object.keys(one));
      expect([...new Set(named)].toSorted(), route).toEqual(schemesOf(route));
      for (const name of named) expect(schemes, route).toContain(name);
    }
  });

  describe.each(Object.keys(ROUTES))('%s', (route) => {
    it.each(CREDENTIALS)('lets in or refuses %s, and does not say why', async (_name, headers, as) => {
      const reply = await request(route, headers);
      const status = refusal(route, as);
      if (status === undefined) return expectLetIn(reply);
      expect(reply.status).toBe(status);
      const title = status === 401 ? 'Unauthorized' : 'Forbidden';
      const { requestId, ...problem } = (await reply.json()) as Record<string, unknown>;
      expect(problem).toEqual({ type: 'about:blank', status, title });
      return expect(reply.headers.get('x-request-id')).toBe(requestId);
    });

    it.each([
      ['the header', { 'x-service-key': SERVICE_KEY }],
      ['a bearer', { authorization: `Bearer ${SERVICE_KEY}` }],
      ['the key before the rotation', { 'x-service-key': 'an older service key' }],
      [
        'a bearer beside a wrong header',
        { 'x-service-key': 'wrong', authorization: `Bearer ${SERVICE_KEY}` },
      ],
      ['the header beside a wrong bearer', { 'x-service-key': SERVICE_KEY, authorization: 'Bearer wrong' }],
    ])('lets the service in by %s where it is the service’s', async (_name, headers) => {
      const reply = await request(route, headers);
      if (ROUTES[route]!.includes('service')) await expectLetIn(reply);
      else expect(reply.status).toBe(403);
    });
  });
});

describe('opening anything', () => {
  const bookingKey = 'phone-scanned';
  const PHOTO = 'photo-of-the-day-0001';
  const eventId = eventIdOf(bookingKey);
  const VALUES: Record<string, string> = {
    eventId,
    bookingKey,
    member: 'john',
    feed: `${FEED}.ics`,
    photo: PHOTO,
    variant: 'original',
    pageId: PAGE,
  };
  const opened = Object.keys(ROUTES)
    .filter((route) => route.startsWith('GET '))
    .map((route) => route.slice(4).replaceAll(/\{(\w+)\}/g, (_all, name: string) => VALUES[name] ?? 'x'));
  const visitors: Record<string, string>[] = [
    { 'x-service-key': SERVICE_KEY },
    session,
    sessionOf('mia'),
    { ...uploadKeyTo(PAGE), ...origin },
    origin,
    {},
  ];

  it.each(['GET', 'HEAD'])('by %s changes nothing, whoever does it and however often', async (method) => {
    await putEvent(samplePut({ bookingKey }), scc);
    await release({ eventId, revision: 1 }, { ...scc, publish: async () => {}, now: () => NOW });
    const at = NOW.toISOString();
    const stamp = { member: 'john', lamport: 1, at, receivedAt: at };
    const photo = {
      ...stamp,
      id: `photo-${PHOTO}`,
      kind: 'photo',
      photo: PHOTO,
      type: 'image/jpeg',
    } as const;
    await scc.entries.append(eventId, photo);
    const writes: string[] = [];
    const refuse = (name: string) => async () => {
      writes.push(name);
      throw new Error(`${name} was written to`);
    };
    const unwritable = (name: keyof LocalScc['tables']): Table => ({
      ...scc.tables[name],
      put: refuse(name),
      update: refuse(name),
    });
    const tables = {
      events: unwritable('events'),
      assignments: unwritable('assignments'),
      crew: unwritable('crew'),
      entries: unwritable('entries'),
      notifications: unwritable('notifications'),
    };
    const reading = createLocalApi({
      ...scc,
      tables,
      events: createEventStore(tables.events),
      assignments: createAssignmentStore(tables.assignments),
      registry: createCrewRegistry(tables.crew),
      notifications: createNotificationTable(tables.notifications),
      entries: createEntryStore(tables.entries),
    });
    const answers = new Map(opened.map((path) => [path, new Set<number>()]));
    for (const path of [...opened, ...opened])
      for (const headers of visitors)
        answers.get(path)!.add((await reading.app.request(path, { method, headers })).status);
    expect(writes).toEqual([]);
    expect(reading.published).toEqual([]);
    for (const [path, statuses] of answers) {
      expect(
        [...statuses].some((status) => status < 400 || status === 410),
        path,
      ).toBe(true);
      expect(
        [...statuses].filter((status) => status >= 500),
        path,
      ).toEqual([]);
    }
  });
});
