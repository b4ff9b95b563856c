import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import { applyBookings, type Outcome } from '#bookings/reconcile/apply.ts';
import { loadDesired, type DesiredSet } from '#bookings/reconcile/desired-set.ts';
import { LeaseLost } from '#bookings/reconcile/ledger.ts';
import type { Source } from '#bookings/reconcile/load.ts';
import { createMemorySite } from '#bookings/reconcile/memory.ts';
import type { Ports } from '#bookings/reconcile/ports.ts';
import { digestOf } from '#bookings/reconcile/prepare.ts';
import type { Run } from '#bookings/reconcile/run.ts';
import { createDashboardClient } from '#functions/adapters/dashboard-client.ts';
import { createLedgerTable } from '#functions/adapters/ledger-table.ts';
import { createPagesS3 } from '#functions/adapters/pages-s3.ts';
import { createSccClient } from '#functions/adapters/scc-client.ts';
import type { StoredEvent } from '#scripts/stack/google/event-operations.ts';
import { sourceOf } from '#test/fixtures/bookings.ts';
import { createMachine, Killed } from './machine.ts';
import { createMemory, type Memory } from './memory.ts';
import type { Seen } from './memory-table.ts';
import { createMemoryCloud, GUEST_BUCKET, type StoredObject } from './memory-cloud.ts';
import { drainEvidence, drainQueue } from './mail-round.ts';
import type { Message, SentMail } from './post.ts';
import { createServices, GUEST_URL, type Outside } from './services.ts';
import { TABLES, type TableName } from './tables.ts';
import type { Item } from './expressions.ts';

/** All members of `crew.json`. */
export const CREW = ['ana', 'jane', 'john', 'mike', 'rosa'];
const NOON = '2026-11-21T20:00:00.000Z';

/** A commit that is applied, and how. */
export interface Commit {
  readonly files: readonly BookingFileInput[] | Source;
  /** The templates of guest pages. */
  readonly build?: string;
  /** Name of the commit; a run of its own each time unless given. */
  readonly commit?: string;
  readonly includes?: (commit: string) => boolean;
  /** The pipeline's own clock, by which it renews its lease; the world's unless it stands still. */
  readonly clock?: () => number;
}

export type Applied = Outcome['status'] | 'died' | 'broken' | 'leased';

/** The whole of Bosun in one process: its own code, around it memory that counts and can break every call. */
export function createWorld({ seen }: { readonly seen?: Seen } = {}) {
  const machine = createMachine();
  const memory = createMemory();
  const state = createState(memory);
  const { numbers } = state;
  const now = () => new Date(numbers.get('now')!);
  const services = createServices(state, machine, { now, seen });
  const cloud = createMemoryCloud(state, machine);
  let runs = 0;
  let isWithheld = false;

  const portsOf = (run: string, build: string): Ports => ({
    site: createMemorySite(build),
    ledger: createLedgerTable(
      { table: 'ledger', now: () => now().toISOString(), ...NO_DELAY },
      services.document,
    ),
    pages: createPagesS3({ sites: SITES, publicUrl: GUEST_URL, reference: run }, { ...cloud, ...NO_DELAY }),
    crew: createSccClient(
      { url: 'https://scc.example.test', serviceKey: services.serviceKey },
      { fetch: services.scc, ...NO_DELAY },
    ),
    ...createDashboardClient(
      { url: 'https://dashboard.example.test', token: 'token' },
      { fetch: services.dashboard, ...NO_DELAY },
    ),
  });

  async function apply({ files, build = 'one', commit, includes, clock }: Commit): Promise<Applied> {
    runs += 1;
    const id = `run-${runs}`;
    const { source, set } = read(files);
    const ports = portsOf(id, build);
    const run: Run = {
      id,
      commit: commit ?? `commit-${runs}`,
      digest: digestOf(source, ports.site, 'test'),
      now: now().toISOString(),
      allow: async () => ({ cancel: 99, recipients: 999 }),
      includes: async (other) => includes?.(other) ?? true,
      approved: null,
      refresh: false,
      clock: clock ?? (() => now().getTime()),
      report: () => undefined,
    };
    return machine
      .run(`pipeline of ${run.commit}`, () => applyBookings(set, run, ports))
      .then(({ status }) => status, toStatus);
  }

  const world = {
    machine,
    memory,
    state,
    apply,
    asPerson: services.asPerson,
    now,
    /** Everything as it is now; called, it puts that back. */
    savepoint(): () => Promise<void> {
      const putBack = memory.snapshot();
      return async () => {
        await machine.rest();
        machine.arm();
        putBack();
      };
    },
    pass: (seconds: number) => void numbers.set('now', numbers.get('now')! + seconds * 1000),
    /** Delivers what is in the queue, and then what SES has to say about it. */
    async drain(): Promise<void> {
      await drainQueue(state.post, services.crewNotify, machine);
      if (!isWithheld) await drainEvidence(state.post, services.mailEvents);
    },
    /** Keeps back what SES has to say, for longer than anybody waits for it. */
    withholdEvidence(isSo: boolean): void {
      isWithheld = isSo;
    },
    /** How many the sweeper brought back; undefined when it died. */
    sweep: (): Promise<number | undefined> => services.sweeper().catch(() => undefined),
    /** Clean runs, with time for leases and doubts to end, until nothing moves any more. */
    async settle(commit: Commit): Promise<void> {
      for (let round = 0; round < ROUNDS; round++) {
        await world.drain();
        world.pass(LONGER_THAN_LEASE_AND_GRACE);
        const applied = await world.apply(commit);
        await world.drain();
        const swept = await world.sweep();
        await world.drain();
        if (applied === 'nothing-to-do' && swept === 0) return;
      }
      throw new Error(`it did not come to rest in ${ROUNDS} rounds`);
    },
    /** The operator, by SCC's API. */
    async cancelByHand(eventId: string, revision: number): Promise<void> {
      const body = JSON.stringify({ revision });
      const headers = { 'content-type': 'application/json', 'x-service-key': services.serviceKey };
      const url = `https://scc.example.test/api/events/${eventId}/cancel`;
      await services.scc(url, { method: 'POST', headers, body });
    },
    async enlist(...members: string[]): Promise<void> {
      for (const member of members)
        await services.registry.put(member, { name: member, email: `${member}@example.test`, active: true });
    },
  };
  return world;
}
export type World = ReturnType<typeof createWorld>;

const ROUNDS = 12;
const LONGER_THAN_LEASE_AND_GRACE = 901;
const NO_DELAY = { delay: async () => undefined, random: () => 0.5 };
const SITES = {
  guest: { bucket: GUEST_BUCKET, distributionId: GUEST_BUCKET },
  crew: { bucket: 'crew', distributionId: 'crew' },
};

function createState(memory: Memory): Outside & {
  readonly objects: Map<string, StoredObject>;
  readonly cache: Map<string, string | null>;
  readonly numbers: Map<string, number>;
} {
  const counters = memory.map<number>('numbers');
  counters.set('now', Date.parse(NOON));
  const names = Object.keys(TABLES) as TableName[];
  return {
    tables: new Map(names.map((name) => [name, { keys: TABLES[name], items: memory.map<Item>(name) }])),
    calendar: memory.map<StoredEvent>('calendar'),
    board: memory.map<readonly (string | number | boolean)[]>('board'),
    objects: memory.map<StoredObject>('objects'),
    cache: memory.map<string | null>('cache'),
    numbers: counters,
    post: {
      mailbox: memory.map<SentMail>('mailbox'),
      queue: memory.map<Message>('queue'),
      deadLetters: memory.map<Message>('deadLetters'),
      evidence: memory.map<Message>('evidence'),
      counters,
    },
  };
}

/** The same files are read once. */
const known = new Map<string, { source: Source; set: DesiredSet }>();
const MOST_KNOWN = 400;

function read(files: Commit['files']): { source: Source; set: DesiredSet } {
  const source = 'reference' in files ? files : sourceOf(...files);
  const key = source.bookings.map(({ path, text }) => `${path}\n${text}`).join('\n');
  const kept = known.get(key);
  if (kept !== undefined) return kept;
  const reading = { source, set: loadDesired(source) };
  if (known.size === MOST_KNOWN) known.clear();
  known.set(key, reading);
  return reading;
}

function toStatus(error: unknown): Applied {
  if (error instanceof Killed) return 'died';
  if (error instanceof LeaseLost) return 'leased';
  return 'broken';
}
