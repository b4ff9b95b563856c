import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import type { SentMail } from '#scripts/stack/aws/ses.ts';
import { confirmed } from './bookings.ts';
import {
  calendarEntries,
  cards,
  eventOf,
  get,
  guestPage,
  linkIn,
  linkOf,
  mails,
  mailsSince,
  newsOf,
  signIn,
  type CalendarEntry,
} from './look.ts';
import { startWorld, type World } from './world.ts';

/** One charter on its way; each step starts from where the last one left it. */
let world: World;
let before: SentMail[];
beforeAll(async () => {
  world = await startWorld();
  await world.apply([confirmed()]);
});
afterAll(() => world?.close());
beforeEach(async () => {
  before = await mails(world);
});

const change = (fields: Partial<BookingFileInput>, options = {}) =>
  world.apply([{ ...confirmed(), ...moved, ...fields }], options);
const moved = { start: '2027-06-05T14:30' };
const news = async () => newsOf(await mailsSince(world, before));
const entry = async (): Promise<CalendarEntry> => {
  const entries = await calendarEntries(world);
  expect(entries).toHaveLength(1);
  return entries[0]!;
};
const event = async () => (await eventOf(world, 'boatsetter-xhqgmdh'))?.event;
const card = async () => {
  const all = await cards(world);
  expect(all).toHaveLength(1);
  return all[0]!;
};
const page = async () => (await guestPage(world, '/g/xhqgmdh')).text();
const changedArtefacts = (outcome: Awaited<ReturnType<World['apply']>>) =>
  'plan' in outcome
    ? outcome.plan.bookings.flatMap(({ changes }) =>
        changes.map(({ artefact, action }) => `${action} ${artefact}`),
      )
    : [];

describe('another date', () => {
  let id: string;

  it('moves page, calendar entry, event and card, each in its place', async () => {
    id = (await entry()).id;
    const outcome = await change({});
    expect(outcome.status).toBe('applied');
    expect(changedArtefacts(outcome)).toEqual([
      'update page',
      'update calendar',
      'update event',
      'update card',
      'update summary',
    ]);
    expect(await entry()).toMatchObject({
      id,
      summary: 'XHQGMDH · Alex Morgan · 2:30 PM–5:30 PM',
      start: { date: '2027-06-05' },
      end: { date: '2027-06-06' },
    });
    expect(await event()).toMatchObject({ start: '2027-06-05T14:30', end: '2027-06-05T17:30' });
    expect(await card()).toMatchObject({ date: '2027-06-05', title: 'Boatsetter — Jun 5 (3h)' });
    expect(await page()).toContain('Saturday, June 5, 2027');
    expect(await page()).not.toContain('May 30');
  });

  it('has told the crew once what changed, old and new', async () => {
    const sent = before.slice(4);
    expect(newsOf(sent)).toEqual([
      'captain and manager: Boatsetter XHQGMDH: changed',
      'jane: changed: start, end',
      'john: changed: start, end',
      'mike: changed: start, end',
    ]);
    for (const { text, html } of sent)
      for (const body of [text, html]) {
        expect(body).toContain('Sunday, May 30, 2027, 9:00 AM PDT');
        expect(body).toContain('Saturday, June 5, 2027, 2:30 PM PDT');
      }
  });

  it('is found behind the link of the first mail as well', async () => {
    const { cookie, landing } = await signIn(linkIn(before.find(({ to }) => to[0] === 'john@example.test')!));
    const html = await (await get(landing, { cookie })).text();
    expect(html).toContain('Saturday, June 5, 2027');
    expect(html).toContain('2:30 PM – 5:30 PM PDT');
  });
});

describe('another gross amount', () => {
  it('changes the card alone and tells nobody', async () => {
    const [pageBefore, entryBefore, eventBefore] = await Promise.all([page(), entry(), event()]);
    const outcome = await change({ gross: '900.00' });
    expect(changedArtefacts(outcome)).toEqual(['update card']);
    expect((await card()).details.map(({ text }) => text)).toEqual([
      '$900.00',
      '$250.00',
      '$150.00',
      '$162.00',
      '$338.00',
    ]);
    expect([await page(), await entry(), await event()]).toEqual([pageBefore, entryBefore, eventBefore]);
    expect(await news()).toEqual([]);
  });
});

describe('another crew', () => {
  const withFourth = [...confirmed().crew!, { role: 'deckhand' as const, hours: 4 }];
  const withAna = confirmed().crew!.map((one) => (one.member === 'john' ? { ...one, member: 'ana' } : one));

  it('invites who could fill an open position, and nobody else hears of it', async () => {
    await change({ crew: withFourth });
    expect(await news()).toEqual([
      'ana: deckhand wanted',
      'captain and manager: Boatsetter XHQGMDH: changed',
    ]);
  });

  it('tells who came and who went, and closes the charter to who went', async () => {
    const { cookie, landing } = await signIn(await linkOf(world, 'john'));
    expect((await get(landing, { cookie })).status).toBe(200);
    await change({ crew: withAna });
    expect(await news()).toEqual([
      'ana: you are on as deckhand',
      'captain and manager: Boatsetter XHQGMDH: changed',
      'john: you are no longer on',
    ]);
    expect((await get(landing, { cookie })).status).toBe(410);
  });

  it('and back again tells the same two', async () => {
    await change({});
    expect(await news()).toEqual([
      'ana: you are no longer on',
      'captain and manager: Boatsetter XHQGMDH: changed',
      'john: you are on as deckhand',
    ]);
  });
});

describe('cancelling', () => {
  it('withdraws everything, and page and entry stay and say so', async () => {
    const outcome = await change({ status: 'cancelled' });
    expect(changedArtefacts(outcome)).toEqual([
      'cancel page',
      'cancel calendar',
      'cancel event',
      'cancel card',
      'cancel summary',
    ]);
    expect(await entry()).toMatchObject({
      summary: 'CANCELLED XHQGMDH · Alex Morgan · 2:30 PM–5:30 PM',
      transparency: 'transparent',
    });
    expect(await event()).toMatchObject({ status: 'cancelled' });
    expect((await card()).lane).toBe('Cancelled');
    expect(await page()).toContain('class="state state-cancelled"');
    expect((await guestPage(world, '/g/xhqgmdh')).status).toBe(200);
    expect(await news()).toEqual([
      'captain and manager: Boatsetter XHQGMDH: cancelled',
      'jane: cancelled',
      'john: cancelled',
      'mike: cancelled',
    ]);
  });

  it('again tells nobody again', async () => {
    expect(await change({ status: 'cancelled' })).toMatchObject({ status: 'nothing-to-do' });
    expect(await news()).toEqual([]);
  });

  it('leaves the crew a page that asks nobody to come and promises no pay', async () => {
    const { cookie, landing } = await signIn(await linkOf(world, 'john'));
    const html = await (await get(landing, { cookie })).text();
    expect(html).toContain('This charter has been cancelled. You are not needed for it.');
    expect(html).not.toMatch(/\$\d/);
  });
});

describe('confirming again', () => {
  it('puts everything back and tells everybody', async () => {
    await change({});
    expect(await entry()).toMatchObject({
      summary: 'XHQGMDH · Alex Morgan · 2:30 PM–5:30 PM',
      transparency: 'opaque',
    });
    expect(await event()).toMatchObject({ status: 'confirmed', start: '2027-06-05T14:30' });
    expect(await card()).toMatchObject({ lane: 'New Bookings' });
    expect((await card()).details[0]).toEqual({ label: 'Gross', text: '$840.75' });
    expect(await page()).toContain('class="state state-confirmed"');
    expect(await news()).toEqual([
      'captain and manager: Boatsetter XHQGMDH: confirmed again',
      'jane: you are on as deckhand',
      'john: you are on as deckhand',
      'mike: you are on as captain',
    ]);
  });
});

describe('back to pending', () => {
  it('puts the event on hold, and tells the crew not to come', async () => {
    await change({ status: 'pending' });
    expect(await entry()).toMatchObject({
      summary: 'HOLD XHQGMDH · Alex Morgan · 2:30 PM–5:30 PM',
      transparency: 'transparent',
    });
    expect(await event()).toMatchObject({ status: 'on-hold' });
    expect((await card()).lane).toBe('Inquiries');
    expect(await page()).toContain('class="state state-pending"');
    expect(await news()).toEqual([
      'captain and manager: Boatsetter XHQGMDH: on hold',
      'jane: on hold',
      'john: on hold',
      'mike: on hold',
    ]);
    for (const { to, text } of await mailsSince(world, before))
      if (to.length === 1) expect(text).toContain('please do not come unless you hear from us again');
  });
});

describe('a file that is taken away', () => {
  it('is refused: nothing that was promised disappears silently', async () => {
    const outcome = await world.apply([]);
    expect(outcome).toMatchObject({
      status: 'refused',
      refusals: [{ rule: 'missing', bookingKeys: ['boatsetter-xhqgmdh'] }],
    });
    expect(await entry()).toMatchObject({ summary: expect.stringMatching(/^HOLD XHQGMDH/) });
    expect(await news()).toEqual([]);
  });
});
