import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { UserError } from '#bookings/model/problem.ts';
import { LeaseLost } from '#bookings/reconcile/ledger.ts';
import { createMemoryLedger } from '#bookings/reconcile/memory-ledger.ts';
import { shardOf } from '#functions/adapters/ledger-items.ts';
import { createLedgerTable } from '#functions/adapters/ledger-table.ts';
import { ledgerContract } from '#test/bookings/reconcile/ledger-contract.ts';
import { sampleRecord } from '#test/bookings/reconcile/sample-record.ts';
import { startLocalTables, type LocalTables } from './local-tables.ts';

let tables: LocalTables;
beforeAll(async () => {
  tables = await startLocalTables();
});
afterAll(() => tables.close());

function createClock() {
  let time = Date.parse('2027-01-01T00:00:00Z');
  return {
    now: () => new Date(time).toISOString().replace('.000Z', 'Z'),
    advance: (seconds: number) => {
      time += seconds * 1000;
    },
  };
}

ledgerContract('the memory twin', async () => {
  const { now, advance } = createClock();
  return { ledger: createMemoryLedger({ now }), advance };
});

ledgerContract('the table', async () => {
  const { now, advance } = createClock();
  return { ledger: createLedgerTable({ table: await tables.createTable(), now }, tables.client), advance };
});

const take = {
  owner: 'run-1',
  seconds: 600,
  commit: 'abc',
  open: [],
  standing: { fence: 0, finished: 0 },
  buildHash: null,
  shared: {},
};
const complete = { digest: 'digest', buildHash: 'build', commit: 'abc' };

describe('the table', () => {
  const create = async (client: DynamoDBDocumentClient = tables.client) => {
    const { now, advance } = createClock();
    const table = await tables.createTable();
    return {
      table,
      advance,
      ledger: createLedgerTable({ table, now, delay: async () => undefined }, client),
    };
  };

  it('reads as empty where it does not exist, and says what to do when it is written', async () => {
    const ledger = createLedgerTable({ table: 'missing', now: createClock().now }, tables.client);
    expect((await ledger.readHead()).digest).toBeNull();
    expect((await ledger.readIndex()).targets.size).toBe(0);
    expect((await ledger.readBookings(['boatsetter-a'])).size).toBe(0);
    const refusal = await ledger.takeLease(take).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(UserError);
    expect((refusal as Error).message).toBe(
      "The ledger's table missing does not exist: deploy the infrastructure first",
    );
  });

  it('reads hundreds of bookings, and all targets in one call', async () => {
    const calls: string[] = [];
    const { ledger } = await create(countingCalls(tables.client, calls));
    const keys = Array.from({ length: 250 }, (_, number) => `boatsetter-${number}`);
    const lease = await ledger.takeLease(take);
    await Promise.all(
      keys.map((key) => ledger.record(lease, sampleRecord(key, { target: `target of ${key}` }))),
    );

    calls.length = 0;
    const { targets } = await ledger.readIndex();
    expect(calls).toEqual(['GetCommand', 'BatchGetCommand']);
    calls.length = 0;
    await ledger.readIndex(await ledger.readHead());
    expect(calls).toEqual(['GetCommand', 'BatchGetCommand']);
    expect(targets.size).toBe(250);
    expect(targets.get('boatsetter-17')).toBe('target of boatsetter-17');
    calls.length = 0;
    expect([...(await ledger.readBookings(keys)).keys()].toSorted()).toEqual(keys.toSorted());
    expect(calls).toEqual(['BatchGetCommand', 'BatchGetCommand', 'BatchGetCommand']);
    calls.length = 0;
    await ledger.readHead();
    expect(calls).toEqual(['GetCommand']);
  });

  it('asks again for what a batch left unread', async () => {
    const { ledger, table } = await create(leavingHalfUnread(tables.client));
    const lease = await ledger.takeLease(take);
    for (const key of ['a-1', 'a-2', 'a-3']) await ledger.record(lease, sampleRecord(key));
    expect((await ledger.readBookings(['a-1', 'a-2', 'a-3'])).size).toBe(3);
    expect((await ledger.readIndex()).targets.size).toBe(3);
    expect(table).toMatch(/^ledger-/);
  });

  it('takes the lease and gives it back when the reply was lost and the write came twice', async () => {
    const { ledger } = await create(writingTwice(tables.client));
    const lease = await ledger.takeLease(take);
    expect(lease).toEqual({ owner: 'run-1', fence: 1 });
    const record = sampleRecord('boatsetter-a');
    await ledger.reserve(lease, { ...record, completed: false }, undefined);
    await ledger.record(lease, record);
    await ledger.finish(lease, { open: [], shared: {}, complete });
    expect((await ledger.readHead()).digest).toBe('digest');
    await ledger.settle(await ledger.readHead(), { ...complete, digest: 'next' });
    expect((await ledger.readHead()).digest).toBe('next');
  });

  it('refuses the late write of a lower fence by the item alone, whatever was read from HEAD before', async () => {
    const { table, ledger, advance } = await create();
    const late = await ledger.takeLease(take);
    advance(600);
    const asOfThen = createLedgerTable(
      { table, now: createClock().now },
      await withHeadAsOfNow(tables.client, table),
    );
    // The look at HEAD comes from before the other took over, the write after.
    await ledger.finish(late, { open: [], shared: {}, complete: null });
    const current = await ledger.takeLease({ ...take, owner: 'run-2', standing: await ledger.readHead() });
    await ledger.record(current, sampleRecord('boatsetter-a', { target: 'current' }));

    const write = asOfThen.record(late, sampleRecord('boatsetter-a', { target: 'late' }));
    await expect(write).rejects.toThrow(LeaseLost);
    expect((await ledger.readBookings(['boatsetter-a'])).get('boatsetter-a')?.target).toBe('current');
  });

  it('leaves nothing to a run whose dead lease was settled over', async () => {
    const { ledger, advance } = await create();
    const dead = await ledger.takeLease({ ...take, open: ['boatsetter-a'] });
    advance(600);
    await ledger.settle(await ledger.readHead(), complete);
    await expect(ledger.reserve(dead, sampleRecord('boatsetter-a'), undefined)).rejects.toThrow(LeaseLost);
    expect((await ledger.readBookings(['boatsetter-a'])).size).toBe(0);
    expect((await ledger.readHead()).digest).toBe('digest');
  });

  it('keeps a target in the shard of its booking, beside the fence', async () => {
    const { table, ledger } = await create();
    const lease = await ledger.takeLease(take);
    await ledger.record(lease, sampleRecord('boatsetter-xhqgmdh'));
    const pk = shardOf('boatsetter-xhqgmdh');
    expect(pk).toMatch(/^SHARD#[0-3][0-9a-f]$/);
    const { Item } = await tables.client.send(new GetCommand({ TableName: table, Key: { pk } }));
    expect(Item).toEqual({ pk, fence: 1, 't:boatsetter-xhqgmdh': 'target-1' });
  });

  it('leaves out undefined members of a view', async () => {
    const { ledger } = await create();
    const lease = await ledger.takeLease(take);
    const record = sampleRecord('boatsetter-a');
    const page = { ...record.artefacts.page!, view: { status: 'pending', notes: undefined } };
    await ledger.record(lease, { ...record, artefacts: { page } });
    const stored = (await ledger.readBookings(['boatsetter-a'])).get('boatsetter-a');
    expect(stored?.artefacts.page?.view).toStrictEqual({ status: 'pending' });
  });
});

type Command = Parameters<DynamoDBDocumentClient['send']>[0];
type Reply = Record<string, unknown>;
type Send = (command: Command) => Promise<Reply>;

/** A client whose calls pass through `send`. */
function intercept(
  client: DynamoDBDocumentClient,
  send: (command: Command, next: Send) => Promise<Reply>,
): DynamoDBDocumentClient {
  const next: Send = (command) => client.send(command) as unknown as Promise<Reply>;
  return new Proxy(client, {
    get: (target, name, receiver) =>
      name === 'send' ? (command: Command) => send(command, next) : Reflect.get(target, name, receiver),
  });
}

const countingCalls = (client: DynamoDBDocumentClient, calls: string[]) =>
  intercept(client, (command, next) => {
    calls.push(command.constructor.name);
    return next(command);
  });

/** Every write happens, its reply is lost, and it is sent again: what the SDK does on a broken connection. */
const writingTwice = (client: DynamoDBDocumentClient) =>
  intercept(client, async (command, next) => {
    if (/^(Put|Update)/.test(command.constructor.name)) await next(command);
    return next(command);
  });

const leavingHalfUnread = (client: DynamoDBDocumentClient) =>
  intercept(client, async (command, next) => {
    const items = (command.input as { RequestItems?: Record<string, { Keys: unknown[] }> }).RequestItems;
    if (items === undefined) return next(command);
    const [table, request] = Object.entries(items)[0]!;
    const half = Math.ceil(request.Keys.length / 2);
    const left = request.Keys.slice(half);
    request.Keys = request.Keys.slice(0, half);
    const reply = await next(command);
    return { ...reply, UnprocessedKeys: left.length > 0 ? { [table]: { ...request, Keys: left } } : {} };
  });

/** Reads of HEAD answer for ever what is stored now. */
async function withHeadAsOfNow(
  client: DynamoDBDocumentClient,
  table: string,
): Promise<DynamoDBDocumentClient> {
  const head = (await client.send(
    new GetCommand({ TableName: table, Key: { pk: 'HEAD' } }),
  )) as unknown as Reply;
  return intercept(client, async (command, next) => (command instanceof GetCommand ? head : next(command)));
}
