import { createHash } from 'node:crypto';
import { openTable, type Table } from '#functions/adapters/dynamodb.ts';
import type { HttpFetch } from '#functions/adapters/http-client.ts';
import { createNotificationTable } from '#functions/adapters/notification-table.ts';
import { createSendMail } from '#functions/adapters/ses.ts';
import { createAudit } from '#functions/calendar-sync/audit.ts';
import { createRespond } from '#functions/calendar-sync/respond.ts';
import { createSync } from '#functions/calendar-sync/sync.ts';
import { deliverBatch, type QueueBatch } from '#functions/crew-notify/batch.ts';
import { deliver, type DeliverDeps } from '#functions/crew-notify/deliver.ts';
import { createApp as createDashboard } from '#functions/dashboard-api/app.ts';
import { createBoardClient } from '#functions/dashboard-api/board.ts';
import { createBookings } from '#functions/dashboard-api/bookings.ts';
import { createCalendarSync } from '#functions/dashboard-api/calendar.ts';
import type { Log } from '#functions/log.ts';
import { recordMailEvent } from '#functions/mail-events/record.ts';
import { sweep } from '#functions/notification-sweeper/sweep.ts';
import { createApp as createScc, type SccDeps } from '#functions/scc-api/app.ts';
import { createAssignmentStore } from '#functions/scc/assignment-store.ts';
import { createCrewRegistry } from '#functions/scc/crew-registry.ts';
import { createEntryStore } from '#functions/scc/entries/entry-store.ts';
import { createEventStore } from '#functions/scc/event-store.ts';
import type { LinkKeys } from '#functions/scc/link-keys.ts';
import type { StoredEvent } from '#scripts/stack/google/event-operations.ts';
import type { Machine } from './machine.ts';
import { BOARD_KEY, BOARD_URL, createMemoryBoard, type BoardRows } from './memory-board.ts';
import { createMemoryCalendars, JADA } from './memory-calendar.ts';
import { createMemoryDocument, type MemoryTables, type Seen } from './memory-table.ts';
import { createPost, type Post } from './post.ts';
import type { TableName } from './tables.ts';

const GRACE_SECONDS = 600;
const SERVICE_KEY = 'service-key-of-this-test';
const CREW_URL = 'https://crew.example.test';
export const GUEST_URL = 'https://guest.example.test';
const SILENT: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const KEYS = [{ kid: 'one', key: 'the-link-key-of-this-test', retiredAt: null }];
const LINK_KEYS: LinkKeys = { read: async () => KEYS, reread: async () => KEYS };

export interface Outside {
  readonly tables: MemoryTables;
  readonly calendar: Map<string, StoredEvent>;
  readonly board: BoardRows;
  readonly post: Post;
}

/** Every function of the program, its own code over the same tables, each invocation a process of its own. */
export function createServices(
  { tables, calendar, board, post }: Outside,
  machine: Machine,
  { now, seen }: { now: () => Date; seen?: Seen | undefined },
) {
  const document = createMemoryDocument(tables, (what, effect) => machine.call(what, effect, 3), seen);
  const table = (name: TableName): Table => openTable(document, name, async () => undefined);
  const { publish, ses } = createPost(post, machine, now);
  const stores = {
    events: createEventStore(table('events')),
    assignments: createAssignmentStore(table('assignments')),
    entries: createEntryStore(table('entries')),
    registry: createCrewRegistry(table('crew')),
    notifications: createNotificationTable(table('notifications')),
  };
  const shared = { ...stores, linkKeys: LINK_KEYS, crewUrl: CREW_URL, guestUrl: GUEST_URL, now, log: SILENT };
  const scc = createScc({
    ...shared,
    publish,
    serviceKeyHashes: [sha256(SERVICE_KEY)],
    ...NO_BROWSERS,
  });
  const { calendars, asPerson } = createMemoryCalendars(calendar, machine, () => now().getTime());
  let stamps = 0;
  const calendarSync = createRespond({
    sync: createSync({
      calendars,
      audit: createAudit(table('audit'), { stamp: () => `${now().toISOString()}-${++stamps}` }),
      calendarIds: { jada: JADA.id },
      calendarStyle: 'all-day',
      cancelledStyle: 'mark',
    }),
    log: SILENT,
  });
  const dashboard = createDashboard({
    calendar: createCalendarSync((payload) => invoke(machine, 'calendar-sync', calendarSync, payload)),
    board: createBoardClient(
      { url: BOARD_URL, key: { read: async () => BOARD_KEY, forget: () => undefined } },
      createMemoryBoard(board, machine),
    ),
    bookings: createBookings(table('ledger')),
    log: SILENT,
  });
  const sender: DeliverDeps = {
    ...shared,
    send: createSendMail(ses, { from: 'crew@example.test', configurationSet: 'crew-mail' }),
    captainAddress: 'captain@example.test',
    managerAddress: 'manager@example.test',
    boardPage: 'https://board.example.test/',
    graceSeconds: GRACE_SECONDS,
  };
  return {
    document,
    registry: stores.registry,
    asPerson,
    serviceKey: SERVICE_KEY,
    scc: gateway(machine, 'scc-api', scc),
    dashboard: gateway(machine, 'dashboard-api', dashboard),
    crewNotify: (batch: QueueBatch) =>
      machine.run('crew-notify', () =>
        deliverBatch(batch, { deliver: (id) => deliver(id, sender), log: SILENT }),
      ),
    mailEvents: (message: string) =>
      machine.run('mail-events', () => recordMailEvent(message, { ...stores, log: SILENT })),
    sweeper: () =>
      machine.run('notification-sweeper', () =>
        sweep({ ...stores, publish, graceSeconds: GRACE_SECONDS, limit: 500, now }),
      ),
  };
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** The pipeline alone asks here. */
const NO_BROWSERS: Pick<SccDeps, 'originSecretHashes' | 'memberOf' | 'feedOf' | 'photos'> = {
  originSecretHashes: [],
  memberOf: async () => undefined,
  feedOf: async () => [],
  photos: undefined as unknown as SccDeps['photos'],
};

/** An API behind its gateway, which answers for a function that died. */
const gateway =
  (
    machine: Machine,
    name: string,
    app: { request(path: string, init: RequestInit): Response | Promise<Response> },
  ): HttpFetch =>
  (url, { signal: _signal, ...init }) => {
    const { pathname } = new URL(url);
    return machine.call(`${init.method} ${pathname}`, async () => {
      try {
        return await machine.run(name, async () => app.request(pathname, init));
      } catch {
        return new Response(null, { status: 502 });
      }
    });
  };

/** Lambda says of a function that failed or died only that it did; a lost reply the client asks for again. */
const invoke = (
  machine: Machine,
  name: string,
  handler: (payload: unknown) => Promise<unknown>,
  payload: unknown,
): Promise<unknown> =>
  machine.call(
    `invoke ${name}`,
    async () => overTheWire(await machine.run(name, () => handler(overTheWire(payload)))),
    1,
  );

const overTheWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
