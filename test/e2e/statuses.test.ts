import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { calendarEventIdOf } from '#bookings/model/ids.ts';
import { cancelled, confirmed, past, pending } from './bookings.ts';
import { calendarEntries, cards, eventOf, fingerprint, guestPage, mails, newsOf } from './look.ts';
import { startWorld, type World } from './world.ts';

const set = [confirmed(), pending(), cancelled(), past()];
let world: World;
beforeAll(async () => {
  world = await startWorld();
  const { status } = await world.apply(set);
  expect(status).toBe('applied');
});
afterAll(() => world?.close());

const FIRST_SEEN = [
  {
    when: 'confirmed',
    key: 'boatsetter-xhqgmdh',
    page: { path: '/g/xhqgmdh', state: 'confirmed', name: 'Alex Morgan' },
    entry: {
      summary: 'XHQGMDH · Alex Morgan · 9:00 AM–12:00 PM',
      transparency: 'opaque',
      start: { date: '2027-05-30' },
      end: { date: '2027-05-31' },
    },
    event: { status: 'confirmed', start: '2027-05-30T09:00', end: '2027-05-30T12:00' },
    card: { lane: 'New Bookings', title: 'Boatsetter — May 30 (3h)' },
  },
  {
    when: 'pending',
    key: 'getmyboat-k7m2p4',
    page: { path: '/g/rw8mhk4q', state: 'pending', name: 'Alex Morgan' },
    entry: {
      summary: 'HOLD K7M2P4 · Alex Morgan · 5:30 PM–8:00 PM',
      transparency: 'transparent',
      start: { date: '2027-07-17' },
      end: { date: '2027-07-18' },
    },
    event: undefined,
    card: { lane: 'Inquiries', title: 'GetMyBoat — Jul 17 (2.5h)' },
  },
  {
    when: 'cancelled',
    key: 'boatsetter-q4r8tn',
    page: { path: '/g/mt6gq3yd', state: 'cancelled', name: 'Alex Morgan' },
    entry: {
      summary: 'CANCELLED Q4R8TN · Alex Morgan · 10:00 AM–1:00 PM',
      transparency: 'transparent',
      start: { date: '2027-08-21' },
      end: { date: '2027-08-22' },
    },
    event: undefined,
    card: { lane: 'Cancelled', title: 'Boatsetter — Aug 21 (3h)' },
  },
  {
    when: 'over',
    key: 'phone-p2610',
    page: { path: '/g/y7pwd4kr', state: 'confirmed', name: 'Alex Morgan' },
    entry: {
      summary: 'P2610 · Alex Morgan · 4:00 PM–7:00 PM',
      transparency: 'opaque',
      start: { date: '2026-10-24' },
      end: { date: '2026-10-25' },
    },
    event: undefined,
    card: { lane: 'New Bookings', title: 'Phone — Oct 24 (3h)' },
  },
] as const;

describe.each(FIRST_SEEN)('a booking first seen when $when', ({ key, page, entry, event, card }) => {
  it('has a page that says so', async () => {
    const answer = await guestPage(world, page.path);
    expect(answer.status).toBe(200);
    const html = await answer.text();
    expect(html).toMatch(new RegExp(`class="state state-${page.state}"`));
    expect(html).toContain(page.name);
  });

  it('has its entry in the calendar, under the id that follows from its key', async () => {
    const own = (await calendarEntries(world)).filter(({ id }) => id === calendarEventIdOf(key, 0));
    expect(own).toHaveLength(1);
    expect(own[0]).toMatchObject(entry);
  });

  it('has an event for the crew, who were told, only where somebody has to come', async () => {
    const stored = await eventOf(world, key);
    expect(stored?.event).toEqual(event && expect.objectContaining(event));
    expect(stored?.toldRevision).toBe(event && 1);
  });

  it('has its card in the lane of its status', async () => {
    const own = (await cards(world)).filter(({ bookingKey }) => bookingKey === key);
    expect(own).toEqual([expect.objectContaining(card)]);
  });
});

describe('the four together', () => {
  it('have as many calendar entries and cards as bookings', async () => {
    expect(await calendarEntries(world)).toHaveLength(4);
    expect(await cards(world)).toHaveLength(4);
  });

  it('told the crew of the confirmed one, each once, and captain and manager in one summary', async () => {
    expect(newsOf(await mails(world))).toEqual([
      'captain and manager: Boatsetter XHQGMDH: new booking',
      'jane: you are on as deckhand',
      'john: you are on as deckhand',
      'mike: you are on as captain',
    ]);
  });

  it('show crew and internal notes in the calendar, and no money', async () => {
    const [own] = (await calendarEntries(world)).filter(({ summary }) => summary.startsWith('XHQGMDH'));
    expect(own?.description).toContain(
      'John — deckhand, 5 h\nJane — deckhand, 5 h\nMike — captain, 3 h\n\nSecond payment due two weeks before.',
    );
    expect(own?.description).not.toMatch(/\$|840|289|\d\.\d\d/);
  });

  it('show on the card of XHQGMDH what is earned with it', async () => {
    const [own] = (await cards(world)).filter(({ id }) => id === 'XHQGMDH');
    expect(own?.details.map(({ label, text }) => `${label} ${text}`)).toEqual([
      'Gross $840.75',
      'Crew costs $250.00',
      'Captain $150.00',
      'Port fee $151.34',
      'Net $289.41',
    ]);
  });
});

describe('applying the same files again', () => {
  it('finds nothing to do, writes nothing and sends nothing', async () => {
    const before = await fingerprint(world);
    const calls = world.stack.aws.calls.length;
    expect(await world.apply(set)).toEqual({ status: 'nothing-to-do', notes: [] });
    expect(callsSince(calls)).toEqual(['bosun-apply dynamodb:GetItem', 'bosun-apply ssm:GetParameter']);
    expect(await fingerprint(world)).toBe(before);
  });

  it('writes to the ledger alone when only white space changed', async () => {
    const calls = world.stack.aws.calls.length;
    const retold = set.map((file) => ({ ...file, $schema: './booking.schema.json' }));
    const sent = await mails(world);
    expect(await world.apply(retold)).toEqual({ status: 'nothing-to-do', notes: [] });
    const writes = callsSince(calls).filter((call) => /:(Put|Update|Delete|Send|Publish|Create)/.test(call));
    expect(writes).toEqual(['bosun-apply dynamodb:UpdateItem']);
    expect(await mails(world)).toEqual(sent);
  });
});

describe('the schedules', () => {
  it('find nobody left to tell', async () => {
    const sent = await mails(world);
    const ran = await fetch(`${world.endpoints.front}/_stack/tick?all`, { method: 'POST' });
    expect(ran.status).toBe(200);
    expect(await world.stack.settle(60_000)).toEqual([]);
    expect(await mails(world)).toEqual(sent);
  });
});

const callsSince = (count: number): string[] =>
  [
    ...new Set(world.stack.aws.calls.slice(count).map(({ principal, action }) => `${principal} ${action}`)),
  ].toSorted();
