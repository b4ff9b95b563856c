import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { join } from 'node:path';
import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import type { SentMail } from '#scripts/stack/aws/ses.ts';
import { confirmed } from './bookings.ts';
import { cards, get, linkIn, mails, signIn } from './look.ts';
import { findAmounts, readFolder, readTables, type Produced } from './secrets.ts';
import { startWorld, type World } from './world.ts';

/** Amounts that occur nowhere else, in cents. Pay is by member, before and after John's and Ana's raise. */
const REVENUE = {
  gross: 8_765_432,
  portFee: 1_577_778,
  'crew costs': 4_777_773,
  captains: 1_272_726,
  net: 1_137_155,
  'crew costs after': 4_870_050,
  'net after': 1_044_878,
};
const PAY: Record<string, Record<string, number>> = {
  john: { 'pay of john': 2_121_210, 'pay of john after': 2_171_715 },
  jane: { 'pay of jane': 1_565_655 },
  ana: { 'pay of the open position': 1_090_908, 'pay of the open position after': 1_132_680 },
  mike: { 'pay of mike': 575_757 },
  rosa: { 'pay of rosa': 696_969 },
};
const RATES = {
  'rate of john': 424_242,
  'rate of jane': 313_131,
  'rate of the open position': 272_727,
  'rate of mike': 191_919,
  'rate of rosa': 232_323,
};
const MEMBERS = Object.keys(PAY);
const allPay = Object.assign({}, ...Object.values(PAY)) as Record<string, number>;
const payOfOthers = (member: string) =>
  Object.assign({}, ...MEMBERS.filter((one) => one !== member).map((one) => PAY[one])) as Record<
    string,
    number
  >;

const booking = ({ john = '4242.42', open = '2727.27', ...fields } = {}): BookingFileInput => ({
  ...confirmed(),
  gross: '87654.32',
  crew: [
    { member: 'john', role: 'deckhand', hours: 5, rate: john },
    { member: 'jane', role: 'deckhand', hours: 5, rate: '3131.31' },
    { role: 'deckhand', hours: 4, rate: open },
    { member: 'mike', role: 'captain', hours: 3, rate: '1919.19' },
    { member: 'rosa', role: 'captain', hours: 3, rate: '2323.23' },
  ],
  ...fields,
});
const raised = { john: '4343.43', open: '2831.70' };

let world: World;
let sent: SentMail[];
let pages: Record<string, Produced[]>;
let said: Produced[];
let board: string[];
let tables: Awaited<ReturnType<typeof readTables>>;
let files: Produced[];

/** A charter's whole life, looked at by everybody, then every byte that is left of it. */
beforeAll(async () => {
  world = await startWorld();
  const outcomes = [await world.apply([booking()])];
  const first = await cards(world);
  outcomes.push(await world.apply([booking({ ...raised, start: '2027-06-05T14:30' } as object)]));
  board = [...first, ...(await cards(world))].flatMap(({ details }) => details.map(({ text }) => text));
  pages = await crewPages();
  said = [
    ...outcomes.map(({ notes }) => ({ where: 'what apply says', text: notes.join('\n') })),
    ...(await serviceReplies()),
  ];
  outcomes.push(
    await world.apply([booking({ ...raised, start: '2027-06-05T14:30', status: 'cancelled' } as object)]),
  );
  expect(outcomes.map(({ status, notes }) => [status, ...notes])).toEqual(outcomes.map(() => ['applied']));
  sent = await mails(world);
  await world.stack.close();
  tables = await readTables(world.directory, world.stack.graph);
  files = [
    ...(await readFolder(join(world.directory, 'state'))),
    ...(await readFolder(join(world.directory, 'logs'))),
  ];
});
afterAll(() => world?.close());

async function crewPages(): Promise<Record<string, Produced[]>> {
  const seen = await mails(world);
  const entries = MEMBERS.map(async (member) => {
    const own = seen.filter(({ to }) => to[0] === `${member}@example.test`);
    const { cookie, landing } = await signIn(linkIn(own.at(-1)!));
    const addresses = [landing, `${world.endpoints.crewPortal}/crew`];
    const shown = addresses.map(async (url) => ({ where: url, text: await bodyOf(url, { cookie }) }));
    return [member, await Promise.all(shown)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

async function serviceReplies(): Promise<Produced[]> {
  const { sccApi, serviceKey, dashboardApi, dashboardToken } = world.endpoints;
  const [eventId] = new URL(pages['john']![0]!.where).pathname.split('/').slice(-1);
  const scc = [`events/${eventId}`, 'events', 'crew', 'notifications/boatsetter-xhqgmdh'];
  const calendar = `${dashboardApi}/api/calendar?calendar=jada&from=2027-05-01&to=2027-06-30`;
  return Promise.all([
    ...scc.map(async (path) => ({
      where: path,
      text: await bodyOf(`${sccApi}/api/${path}`, { 'x-service-key': serviceKey }),
    })),
    bodyOf(calendar, { 'x-dashboard-token': dashboardToken }).then((text) => ({ where: 'calendar', text })),
  ]);
}

async function bodyOf(url: string, headers: Record<string, string>): Promise<string> {
  const answer = await get(url, headers);
  expect(answer.status, url).toBe(200);
  return answer.text();
}

const asProduced = (mail: SentMail): Produced => ({
  where: `mail to ${mail.to.join(', ')}`,
  text: JSON.stringify(mail),
});
const to = (member: string) => sent.filter((mail) => mail.to[0] === `${member}@example.test`);

describe('the search', () => {
  it('finds the amounts where they belong: on the board', () => {
    expect(board).toEqual([
      ...['$87,654.32', '$47,777.73', '$12,727.26', '$15,777.78', '$11,371.55'],
      ...['$87,654.32', '$48,700.50', '$12,727.26', '$15,777.78', '$10,448.78'],
    ]);
    const kept = files.filter(({ where }) => where === 'board.jsonl');
    expect(findAmounts(kept, REVENUE)).toHaveLength(Object.keys(REVENUE).length);
  });

  it('goes through all that there is', () => {
    expect(sent.length).toBeGreaterThanOrEqual(18);
    expect(files.length).toBeGreaterThan(15);
    for (const table of ['scc-events', 'scc-crew-assignments', 'scc-crew', 'scc-notifications'])
      expect(tables[table]?.length, table).toBeGreaterThan(0);
  });
});

describe('revenue', () => {
  it('is in no mail', () => {
    expect(findAmounts(sent.map(asProduced), { ...REVENUE, ...RATES })).toEqual([]);
  });

  it('is on no page of the crew, in no reply of SCC, and in nothing that apply says', () => {
    const shown = Object.values(pages).flat();
    expect(findAmounts([...shown, ...said], { ...REVENUE, ...RATES })).toEqual([]);
  });

  it('is in no item of any table but the ledger', () => {
    const items = Object.entries(tables)
      .filter(([name]) => name !== 'booking-ledger')
      .map(([where, all]) => ({ where, text: JSON.stringify(all) }));
    expect(findAmounts(items, { ...REVENUE, ...RATES })).toEqual([]);
  });

  it('is in no other byte on disk: no object, entry, message or log', () => {
    const others = files.filter(({ where }) => where !== 'board.jsonl' && !where.startsWith('dynamodb/'));
    expect(findAmounts(others, { ...REVENUE, ...RATES })).toEqual([]);
  });
});

describe('pay', () => {
  it.each(MEMBERS)('of others is in no mail to %s, and their own is', (member) => {
    const own = to(member).map(asProduced);
    expect(findAmounts(own, payOfOthers(member))).toEqual([]);
    const found = new Set(findAmounts(own, PAY[member]!).map((line) => line.split(': ')[1]));
    expect([...found].toSorted()).toEqual(Object.keys(PAY[member]!).toSorted());
  });

  it.each(MEMBERS)('of others is on no page of %s, and their own is', (member) => {
    expect(findAmounts(pages[member]!, payOfOthers(member))).toEqual([]);
    const now = Object.keys(PAY[member]!).at(-1);
    expect(findAmounts(pages[member]!, PAY[member]!)).toEqual([`${pages[member]![0]!.where}: ${now}`]);
  });

  it('is nobody’s business in the summary, in replies and in what apply says', () => {
    const summaries = sent.filter((mail) => mail.to[0] === 'captain@example.test').map(asProduced);
    expect(summaries).toHaveLength(3);
    expect(findAmounts([...summaries, ...said], allPay)).toEqual([]);
  });

  it('is stored in its own position’s item, and in no other', () => {
    const keyOf = (name: string) =>
      name.includes('open position') ? 'deckhand-1' : /pay of (\w+)/.exec(name)![1]!;
    const items = tables['scc-crew-assignments']!.map((item) => ({
      where: (item['assignment_key'] as { S: string }).S,
      text: JSON.stringify(item),
    }));
    expect(findAmounts(items, allPay).toSorted()).toEqual(
      Object.keys(allPay)
        .map((name) => `${keyOf(name)}: ${name}`)
        .toSorted(),
    );
    const others = ['scc-events', 'scc-crew', 'scc-entries', 'scc-notifications', 'calendar-audit'];
    const rest = others.map((where) => ({ where, text: JSON.stringify(tables[where]) }));
    expect(findAmounts(rest, allPay)).toEqual([]);
  });

  it('is in no other byte on disk but the mails', () => {
    const others = files.filter(
      ({ where }) => where !== 'mailbox.jsonl' && !where.startsWith('dynamodb/') && where !== 'board.jsonl',
    );
    expect(findAmounts(others, allPay)).toEqual([]);
  });
});
