import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import { eventIdOf } from '#bookings/model/ids.ts';
import type { ExpenseCategory } from '#functions/scc/entries/entry.ts';
import type { SentMail } from '#scripts/stack/aws/ses.ts';
import { confirmed } from './bookings.ts';
import { goTo } from './clock.ts';
import { phoneOf, settle, tick, type Phone } from './crew-client.ts';
import { cards, mails, newsOf } from './look.ts';
import { findAmounts, readFolder, readTables, whereSaid, type Produced } from './secrets.ts';
import { asProduced, repliesToServices, shownTo, tokensIn } from './shown.ts';
import { uploadPicture } from './upload.ts';
import { startWorld, type World } from './world.ts';

/** One charter with everything that a crew can do: sign up, decline, spend; another that everyone confirms. */
const busy: BookingFileInput = {
  ...confirmed(),
  guest: { ...confirmed().guest, name: 'Zebedee Quill' },
  crew: [
    { member: 'john', role: 'deckhand', hours: 5 },
    { role: 'deckhand', hours: 4 },
    { member: 'mike', role: 'captain', hours: 3 },
  ],
};
const quiet: BookingFileInput = {
  ...confirmed(),
  ...{ id: 'QUIET1', pageId: 'p4hxw7nt', start: '2027-06-12T09:00' },
  crew: [
    { member: 'ana', role: 'deckhand', hours: 4 },
    { member: 'rosa', role: 'captain', hours: 3 },
  ],
};
const BUSY = eventIdOf('boatsetter-xhqgmdh');
const QUIET = eventIdOf('boatsetter-quiet1');

/** What each spent, in cents; each in a category of their own, so that its total says it too. */
const SPENT: Record<string, [category: ExpenseCategory, cents: number, text: string]> = {
  john: ['mileage', 1_313_131, 'Dinghy paint'],
  jane: ['supplies', 1_414_141, 'Lemon crates'],
  mike: ['tips', 1_515_151, 'Harbour pilot'],
};
const EXPENSES = Object.fromEntries(
  Object.entries(SPENT).map(([member, [, cents]]) => [`expense of ${member}`, cents]),
);
const REASON = 'My sister marries that weekend';
const MEMBERS = ['john', 'jane', 'ana', 'mike', 'rosa'];
const receiptOf = (member: string) => `receipt-canary-of-${member}`;
const pictures = Object.keys(SPENT).map(receiptOf);
const ofOthers = (member: string) => Object.keys(SPENT).filter((one) => one !== member);

let world: World;
let sent: SentMail[];
/** Pages, API replies and feed, by who asked for them. */
let shown: Record<string, Produced[]>;
let replies: Produced[];
let board: string;
let tokens: string[];
let tables: Awaited<ReturnType<typeof readTables>>;
let state: Produced[];
let logs: Produced[];

beforeAll(async () => {
  world = await startWorld();
  await world.apply([busy, quiet]);
  const early = await signedIn();
  await live(early);
  goTo(world, '2027-05-29T10:00:00-07:00');
  await tick(world, 'crew-reminders');
  await askForLink('rosa@example.test');
  const phones = await signedIn();
  // One after the other: who asks in vain shall not spoil it for the next, whose own it is.
  shown = {};
  for (const member of MEMBERS)
    shown[member] = await shownTo(world, phones[member]!, { events: [BUSY, QUIET], pictures });
  replies = await repliesToServices(world, BUSY);
  board = JSON.stringify(await cards(world));
  sent = await mails(world);
  tokens = [...Object.values(early), ...Object.values(phones)].map(({ cookie }) => cookie.split('=')[1]!);
  tokens.push(...tokensIn([...sent.map(asProduced), ...Object.values(shown).flat()]));
  await world.stack.close();
  tables = await readTables(world.directory, world.stack.graph);
  state = await readFolder(join(world.directory, 'state'));
  logs = await readFolder(join(world.directory, 'logs'));
});
afterAll(() => world?.close());

async function signedIn(): Promise<Record<string, Phone>> {
  const phones = MEMBERS.map(async (member) => [member, await phoneOf(world, member)] as const);
  return Object.fromEntries(await Promise.all(phones));
}

/** Jane signs up, John declines, all who are aboard spend; on the quiet charter everyone confirms. */
async function live({ john, jane, ana, mike, rosa }: Record<string, Phone>): Promise<void> {
  await jane!.answer(await jane!.look(BUSY), 'confirmed');
  for (const phone of [john!, jane!, mike!]) await spend(phone);
  await john!.answer(await john!.look(BUSY), 'declined', REASON);
  for (const phone of [ana!, rosa!]) await phone.answer(await phone.look(QUIET), 'confirmed');
  await settle(world);
  await tick(world, 'expense-sync');
}

async function spend(phone: Phone): Promise<void> {
  const { member } = phone;
  const [category, cents, text] = SPENT[member]!;
  const receipt = receiptOf(member);
  await uploadPicture(phone, BUSY, { photo: receipt, purpose: 'receipt' });
  await uploadPicture(phone, BUSY, { photo: receipt, purpose: 'receipt', variant: 'thumbnail' });
  await settle(world);
  const id = `expense-of-${member}-0`;
  const made = { id, lamport: 50, at: '2026-12-01T20:00:00Z', kind: 'expense', expense: id } as const;
  const { body } = await phone.enter(BUSY, [{ ...made, category, cents, text, receipt, removed: false }]);
  expect(body.entries.map(({ status }) => status)).toEqual(['stored']);
}

async function askForLink(email: string): Promise<void> {
  const body = new URLSearchParams({ email });
  await fetch(`${world.endpoints.crewPortal}/api/crew-links`, { method: 'POST', body, redirect: 'manual' });
  await settle(world);
}

const itemsOf = (name: string): Produced => ({ where: name, text: JSON.stringify(tables[name]) });
const files = () => state.filter(({ where }) => !where.startsWith('dynamodb/'));

describe('the search', () => {
  it('goes through mails of every kind', () => {
    expect([...new Set(newsOf(sent))].toSorted()).toEqual([
      'ana: a colleague was faster',
      'ana: deckhand wanted',
      'ana: you are on as deckhand',
      'captain and manager: Boatsetter QUIET1: new booking',
      'captain and manager: Boatsetter XHQGMDH: new booking',
      'captain and manager: John declined (deckhand)',
      'captain: everyone has confirmed',
      'captain: no answer yet from Mike',
      'jane: deckhand wanted',
      'john: you are on as deckhand',
      'mike: please confirm, it starts in 23 hours',
      'mike: you are on as captain',
      'rosa: you are on as captain',
      'rosa: your new link',
    ]);
  });

  it('finds tokens of every kind', () => {
    expect(tokens.length).toBeGreaterThan(20);
    expect(logs.length).toBeGreaterThan(5);
  });
});

describe('an expense', () => {
  it.each(MEMBERS)('of others is nowhere to be seen for %s, who sees their own', (member) => {
    const others = Object.fromEntries(
      ofOthers(member).map((one) => [`expense of ${one}`, EXPENSES[`expense of ${one}`]!]),
    );
    expect(findAmounts(shown[member]!, others)).toEqual([]);
    for (const one of ofOthers(member)) {
      expect(whereSaid(shown[member]!, SPENT[one]![2])).toEqual([]);
      expect(whereSaid(shown[member]!, receiptOf(one))).toEqual([]);
    }
    if (!(member in SPENT)) return;
    const own = { own: EXPENSES[`expense of ${member}`]! };
    expect(findAmounts(shown[member]!, own)).toEqual([
      `/crew/events/${BUSY}: own`,
      `/api/events/${BUSY}/log: own`,
    ]);
    expect(whereSaid(shown[member]!, receiptOf(member))).toHaveLength(3);
  });

  it('is in no mail, and in no reply to a service', () => {
    const said = [...sent.map(asProduced), ...replies];
    expect(findAmounts(said, EXPENSES)).toEqual([]);
    for (const [member, [, , text]] of Object.entries(SPENT))
      expect([...whereSaid(said, text), ...whereSaid(said, receiptOf(member))]).toEqual([]);
  });

  it('is kept among the entries, and on the board as a total of its category', () => {
    const expenses = Object.fromEntries(Object.values(SPENT).map(([category, cents]) => [category, cents]));
    expect(JSON.parse(board)).toEqual(expect.arrayContaining([expect.objectContaining({ expenses })]));
    const holders = Object.keys(tables).filter((name) => findAmounts([itemsOf(name)], EXPENSES).length > 0);
    expect(holders).toEqual(['scc-entries']);
    const others = files().filter(({ where }) => where !== 'board.jsonl');
    expect(findAmounts(others, EXPENSES)).toEqual([]);
  });
});

describe('the reason of a decline', () => {
  it('is for captain and booking manager, and for who gave it', () => {
    const told = sent.filter((mail) => JSON.stringify(mail).includes(REASON));
    expect(told.map(({ to }) => to)).toContainEqual(['captain@example.test', 'manager@example.test']);
    for (const { to } of told)
      for (const address of to) expect(['captain@example.test', 'manager@example.test']).toContain(address);
    const readers = MEMBERS.filter((member) => whereSaid(shown[member]!, REASON).length > 0);
    expect(readers).toEqual(['john', 'mike']);
    expect(whereSaid(shown['mike']!, REASON)).toEqual([
      `/crew/events/${BUSY}`,
      `/api/events/${BUSY}/answers`,
    ]);
    expect(whereSaid(replies, REASON)).toEqual([]);
  });

  it('is kept among the entries, and in the mails that say it', () => {
    expect(Object.keys(tables).filter((name) => itemsOf(name).text.includes(REASON))).toEqual([
      'scc-entries',
    ]);
    expect(whereSaid(files(), REASON)).toEqual(['mailbox.jsonl']);
  });
});

describe('money', () => {
  const OWN: Record<string, string> = { john: '125', jane: '100', ana: '100', mike: '150', rosa: '150' };
  const amounts = (text: string) => text.match(/\$\s?\d[\d,.]*\d/g) ?? [];

  it.each(MEMBERS)('in mails to %s is their own pay', (member) => {
    const own = sent
      .filter(({ to }) => to[0] === `${member}@example.test`)
      .map((mail) => JSON.stringify(mail));
    expect(own.length).toBeGreaterThan(0);
    const pay = `$${OWN[member]}.00`;
    expect(own.join()).toContain(pay);
    expect(amounts(own.join().replaceAll(pay, ''))).toEqual([]);
  });

  it('is in no mail to captain and manager, and in no calendar', () => {
    const others = sent.filter(({ to }) => !MEMBERS.includes(to[0]!.split('@')[0]!));
    expect(others.length).toBeGreaterThan(4);
    const feeds = Object.values(shown).map((all) => all.at(-1)!);
    expect(feeds.every(({ text }) => text.includes('BEGIN:VCALENDAR'))).toBe(true);
    for (const { where, text } of [...others.map(asProduced), ...feeds])
      expect(amounts(text), where).toEqual([]);
    expect(whereSaid(feeds, 'Zebedee')).toEqual([]);
  });
});

describe('the logs', () => {
  it('hold no token, no address, no reason, no name of a guest and no amount', () => {
    for (const secret of [...tokens, REASON, 'Zebedee', ...MEMBERS.map((member) => `${member}@example.test`)])
      expect(whereSaid(logs, secret), secret).toEqual([]);
    expect(findAmounts(logs, { ...EXPENSES, pay: 12_500, 'pay of the captain': 15_000 })).toEqual([]);
    for (const member of Object.keys(SPENT)) expect(whereSaid(logs, receiptOf(member))).toEqual([]);
  });

  it('and nothing else that is kept holds a session or a CSRF token', () => {
    const sessions = tokens.filter((token) => !whereSaid(files(), token).includes('mailbox.jsonl'));
    expect(sessions.length).toBeGreaterThan(10);
    for (const token of sessions) expect(whereSaid(state, token), token).toEqual([]);
  });
});
