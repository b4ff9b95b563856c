import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, PutCommand, QueryCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventIdOf } from '#bookings/model/ids.ts';
import { renderTerminal, type ShownPlan } from '#bookings/reconcile/render-plan.ts';
import { createDocumentClient } from '#functions/adapters/dynamodb.ts';
import { exitOf, exitOfRefresh } from '#scripts/outcome.ts';
import { planNow } from '#scripts/plan.ts';
import { createSession } from '#scripts/session.ts';
import { awsCredentialsFor, openLocalKeys } from '#scripts/stack/credentials.ts';
import type { Caller } from '#scripts/stack/stand-in.ts';
import { confirmed } from './bookings.ts';
import { calendarEntries, cards, eventOf, guestPage, mails } from './look.ts';
import { startWorld, type World } from './world.ts';

/** Somebody with access to everything, who changes things by hand. */
const PERSON = 'person';
const KEY = 'boatsetter-xhqgmdh';
const PAGES = ['/g/xhqgmdh', '/g/xhqgmdh/en', '/g/xhqgmdh/es', '/g/xhqgmdh.ics'];

let world: World;
let tables: Tables;
beforeAll(async () => {
  world = await startWorld({ onlooker: PERSON });
  tables = createTables(world);
  await world.apply([confirmed()]);
});
afterAll(() => world?.close());

/** As `npm run plan -- --refresh` makes it. */
async function plan(): Promise<ShownPlan> {
  const session = await createSession({ stack: 'local', dir: world.directory, allow: [] }, world.checkout);
  return (await planNow(session, { refresh: true })).plan;
}

const restorations = (text: string): string[] =>
  text
    .replaceAll(/[⁨⁩]/g, '')
    .split('\n')
    .filter((line) => line.includes('↺'))
    .map((line) => line.trim());

/** All that people find: pages, calendar, event with what people were told and are paid, card. */
async function outside() {
  const pages = await Promise.all(PAGES.map(async (path) => (await guestPage(world, path)).text()));
  const events = (await tables.items('events')).map(({ told, ...item }) => ({
    ...item,
    told: { ...(told as Told), news: (told as Told).news.toSorted() },
  }));
  const items = [...events, ...(await tables.items('assignments'))];
  const entries = await calendarEntries(world);
  return {
    pages,
    items,
    entries: entries.map(({ summary, description, transparency, start, end }) => [
      ...[summary, description, transparency, start, end],
    ]),
    cards: await cards(world),
    event: await eventOf(world, KEY),
  };
}

interface Told {
  readonly news: readonly string[];
}

interface Round {
  readonly what: string;
  readonly edit: () => Promise<void>;
  /** Of the plan's lines. */
  readonly found: readonly string[];
}

const ROUNDS: readonly Round[] = [
  {
    what: 'changed',
    async edit() {
      editEntry({ start: { date: '2027-06-01' }, end: { date: '2027-06-02' } });
      await overwrite('g/xhqgmdh.html');
      await tables.edit('events', ({ view }) => ({ view: { ...(view as object), hours: 9 } }));
      typeInto('title', 'Mine now');
    },
    found: [
      '↺ restore page: g/xhqgmdh.html other content → as rendered',
      '↺ restore calendar: end 2027-06-01 → 2027-05-30; start 2027-06-01 → 2027-05-30',
      '↺ restore event: hours 9 → 3',
      '↺ restore card: title edited → as put',
    ],
  },
  {
    what: 'deleted',
    async edit() {
      editEntry({ status: 'cancelled' });
      await s3('g/xhqgmdh.en.html', { method: 'DELETE' });
      await tables.remove('events');
      world.stack.outside.rows.delete(ROW);
    },
    found: [
      '↺ restore page: g/xhqgmdh.en.html missing → as rendered',
      '↺ restore calendar: it is gone',
      '↺ restore event: it is gone',
      '↺ restore card: it is gone',
    ],
  },
  {
    what: 'changed where nobody looks',
    async edit() {
      editEntry({ summary: 'Family day', transparency: 'transparent' });
      await overwrite('g/xhqgmdh.ics');
      await tables.edit('events', () => ({ page_id: 'another1' }));
      await tables.edit('assignments', ({ pay }) => ({ pay: paidMore(pay as Paid) }));
      typeInto('card', '{}');
    },
    found: [
      '↺ restore page: g/xhqgmdh.ics other content → as rendered',
      '↺ restore calendar: free true → false; title Family day → XHQGMDH · Alex Morgan · 9:00 AM–12:00 PM',
      '↺ restore event: attributes.page_id another1 → xhqgmdh; pay.jane',
      '↺ restore card: card unreadable → as put',
    ],
  },
];

describe('what somebody did by hand', () => {
  it.each(ROUNDS)('is named and put back, and nobody hears of it: $what', async ({ edit, found }) => {
    const before = await outside();
    const mailbox = await mails(world);
    expect(exitOfRefresh(await plan())).toBe(0);
    await edit();

    const drifted = await plan();
    const text = renderTerminal(drifted, []);
    expect(restorations(text)).toEqual(found);
    expect(exitOfRefresh(drifted)).toBe(3);
    expect(text).not.toMatch(/840\.?75|999999|289\.?41/);
    expect(await world.apply([confirmed()])).toMatchObject({ status: 'nothing-to-do' });

    const outcome = await world.apply([confirmed()], { refresh: true });
    expect(outcome).toMatchObject({ status: 'applied', results: [{ told: [] }] });
    expect(exitOf(outcome)).toBe(0);
    expect(restorations(outcome.notes.join('\n'))).toEqual(
      found.map((line) => line.replace('↺ restore', '↺ XHQGMDH · JADA · 2027-05-30T09:00: restored')),
    );
    expect(await outside()).toEqual(before);
    expect(await mails(world)).toEqual(mailbox);
    expect(await plan()).toMatchObject({ bookings: [], site: [], unanswered: [] });
  });

  it('does not hide a change of the booking, of which people are told as ever', async () => {
    const mailbox = await mails(world);
    await tables.remove('events');
    await world.apply([{ ...confirmed(), start: '2027-06-05T09:00' }]);
    const news = (await mails(world)).slice(mailbox.length).map(({ subject }) => subject);
    expect(news).toHaveLength(mailbox.length);
    expect(news.filter((subject) => /you are on/i.test(subject))).toEqual([]);
  });
});

describe('the plan of a checkout without a commit that was applied', () => {
  it('names that commit, as what it brought would be changed back', async () => {
    const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.test'];
    const git = (...words: string[]) =>
      execFileSync('git', ['-C', world.checkout, ...identity, ...words], { encoding: 'utf8' }).trim();
    git('init', '--quiet');
    git('add', 'bookings');
    git('commit', '--quiet', '--message', 'One');
    await world.apply([{ ...confirmed(), start: '2027-06-12T09:00' }]);
    const applied = git('rev-parse', 'HEAD');
    expect((await plan()).behind).toBeNull();
    git('commit', '--quiet', '--amend', '--message', 'Another, made beside it');
    expect((await plan()).behind).toBe(applied);
    expect(await world.apply([confirmed()])).toMatchObject({ status: 'stale-checkout', seen: applied });
  });
});

const ROW = 'Cards!2';
const COLUMNS = ['bookingKey', 'lane', 'title', 'details', 'expensesText', 'revision', 'card'];

function typeInto(column: string, text: string): void {
  const { rows } = world.stack.outside;
  rows.set(ROW, rows.get(ROW)!.with(COLUMNS.indexOf(column), text));
}

function editEntry(changes: object): void {
  const { events } = world.stack.outside;
  const [id, entry] = [...events.entries()][0]!;
  events.set(id, { ...entry, ...changes, version: entry.version + 1 });
}

const ANYONE: Caller = { principal: PERSON, authorize: () => undefined };
const s3 = (key: string, init: RequestInit): Promise<Response> =>
  world.stack.aws.s3.fetch(
    new Request(`http://s3.local/${world.endpoints.buckets.guest}/${key}`, init),
    ANYONE,
  );

/** Replaces the bytes of an object, and keeps all that is said about it. */
async function overwrite(key: string): Promise<void> {
  const objects = world.stack.aws.s3.objects(world.endpoints.buckets.guest);
  const { metadata, headers } = objects.find((object) => object.key === key)!;
  const kept = Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]);
  const all = { ...headers, ...(Object.fromEntries(kept) as Record<string, string>) };
  expect((await s3(key, { method: 'PUT', headers: all, body: 'Sold!' })).status).toBe(200);
}

type Paid = Record<string, { cents: number; currency: string }>;
const paidMore = (pay: Paid): Paid =>
  Object.fromEntries(Object.entries(pay).map(([revision, paid]) => [revision, { ...paid, cents: 999_999 }]));

type TableName = 'events' | 'assignments';
interface Tables {
  items(table: TableName): Promise<Record<string, unknown>[]>;
  /** Changes the first item of the booking. */
  edit(table: TableName, change: (item: Record<string, unknown>) => object): Promise<void>;
  remove(table: TableName): Promise<void>;
}

/** SCC's tables, as far as they are of the one booking. */
function createTables({ endpoints, directory }: World): Tables {
  const credentials = awsCredentialsFor(PERSON, openLocalKeys(join(directory, 'state/keys.json')));
  const { region, aws } = endpoints;
  const document: DynamoDBDocumentClient = createDocumentClient(
    new DynamoDBClient({ region, endpoint: aws.endpoint, credentials }),
  );
  const items: Tables['items'] = async (table) => {
    const query = new QueryCommand({
      TableName: endpoints.tables[table],
      KeyConditionExpression: 'event_id = :id',
      ExpressionAttributeValues: { ':id': eventIdOf(KEY) },
    });
    return (await document.send(query)).Items ?? [];
  };
  return {
    items,
    async edit(table, change) {
      const [item] = await items(table);
      const Item = { ...item, ...change(item!) };
      await document.send(new PutCommand({ TableName: endpoints.tables[table], Item }));
    },
    async remove(table) {
      const [item] = await items(table);
      const { event_id, created_timestamp } = item!;
      const Key = { event_id, created_timestamp };
      await document.send(new DeleteCommand({ TableName: endpoints.tables[table], Key }));
    },
  };
}
