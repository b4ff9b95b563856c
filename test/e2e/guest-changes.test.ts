import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import { firstNameOf } from '#bookings/model/booking.ts';
import { HOSTILE_NAMES } from '#test/fixtures/hostile-names.ts';
import { cancelled, confirmed, pending } from './bookings.ts';
import { openBrowser } from './browser.ts';
import { BEFORE } from './guest-bookings.ts';
import { descriptionIn, entryIn, faultsOf, read } from './guest-reader.ts';
import { calendarEntries, guestPage, mails } from './look.ts';
import { startWorld, type World } from './world.ts';

const ids = ['kd3xmrh9', 'p4hxw7nt', 'w6tqk2hn', 'z9fmr4cd'];
/** The worst that a name can be: each as a booking of its own. */
const hostile = ['closing markup', '200 emoji', 'Arabic and Latin', 'iCalendar'].map((what, at) => {
  const { name } = HOSTILE_NAMES.find((one) => one.what === what)!;
  const booking: BookingFileInput = {
    ...confirmed(),
    id: `HNAME${at}`,
    pageId: ids[at]!,
    start: `2027-09-${10 + at}T10:00`,
    guest: { name, count: 6, language: 'en' },
  };
  return { what, name, booking };
});

let world: World;
let browser: Browser;
beforeAll(async () => {
  [world, browser] = await Promise.all([startWorld(), openBrowser()]);
  await apply();
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

const apply = (fields: Partial<BookingFileInput> = {}) =>
  world.apply([
    { ...confirmed(), ...fields },
    pending(),
    cancelled(),
    ...hostile.map(({ booking }) => booking),
  ]);
const textOf = async (path: string) => (await guestPage(world, path)).text();
const ADDRESSES = ['/g/xhqgmdh', '/g/xhqgmdh/en', '/g/xhqgmdh/es', '/g/xhqgmdh.ics'];
const allOf = () => Promise.all(ADDRESSES.map(textOf));
const languageOf = (html: string) => /<html lang="(\w+)"/.exec(html)?.[1];

describe('the calendar file of a guest', () => {
  it('is downloaded from the page, and puts the charter where it belongs', async () => {
    const { page } = await read(browser, `${world.endpoints.edge}/g/xhqgmdh`, { at: BEFORE });
    const coming = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Apple or file' }).click();
    const file = await coming;
    expect(file.suggestedFilename()).toBe('xhqgmdh.ics');
    const text = await readFile(await file.path(), 'utf8');
    const entry = entryIn(text);
    expect(entry).toMatchObject({
      uid: 'xhqgmdh@queenofsandiego.com',
      status: 'CONFIRMED',
      summary: 'JADA charter',
      location: 'Harbor Island West Marina, dock C, slip 14, San Diego',
    });
    expect([entry.start, entry.end].map((one) => new Date(one!).toISOString())).toEqual([
      '2027-05-30T16:00:00.000Z',
      '2027-05-30T19:00:00.000Z',
    ]);
    expect(descriptionIn(text).at(-1)).toBe(`${world.endpoints.edge}/g/xhqgmdh`);
    expect(text).not.toContain('#k=');
    await page.context().close();
  });

  it.each([
    ['/g/xhqgmdh.ics', 'CONFIRMED', 'JADA charter'],
    ['/g/rw8mhk4q.ics', 'TENTATIVE', 'On hold: JADA charter'],
    ['/g/mt6gq3yd.ics', 'CANCELLED', 'Cancelled: JADA charter'],
  ])('is one for calendars, and says how the charter stands: %s is %s', async (path, status, summary) => {
    const answer = await guestPage(world, path);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/calendar; charset=utf-8',
    ]);
    expect(answer.headers.get('cache-control')).toContain('max-age=0, must-revalidate');
    expect(entryIn(await answer.text())).toMatchObject({ status, summary });
  });
});

describe('a guest whose name is trouble', () => {
  const url = (id: string) => `${world.endpoints.edge}/g/${id}`;

  it.each(hostile)('is greeted by it, and nothing runs: $what', async ({ name, booking }) => {
    const seen = await read(browser, url(booking.pageId), { at: BEFORE });
    const named = seen.page.locator('h1:visible bdi');
    expect(await named.textContent()).toBe(firstNameOf(name));
    expect(await named.locator('*').count()).toBe(0);
    expect(await faultsOf(seen)).toEqual([]);
    await seen.page.context().close();
  });

  it.each(hostile)(
    'is named in the calendar file, unchanged, in one entry: $what',
    async ({ name, booking }) => {
      const file = await textOf(`/g/${booking.pageId}.ics`);
      expect(descriptionIn(file)[0]).toBe(`Guest: ${name}`);
      const entry = entryIn(file);
      expect(entry).toMatchObject({ uid: `${booking.pageId}@queenofsandiego.com`, summary: 'JADA charter' });
      expect(new Date(entry.start).toISOString()).toBe(`${booking.start.slice(0, 10)}T17:00:00.000Z`);
    },
  );

  it('is named in the operator’s calendar, unchanged, and its page runs nothing', async () => {
    const entries = await calendarEntries(world);
    const { page, errors } = await read(browser, `${world.endpoints.calendar}/?month=2027-09`);
    const shown = await page.locator('body').textContent();
    for (const { name, booking } of hostile) {
      const entry = entries.find(({ summary }) => summary.startsWith(booking.id))!;
      expect(entry.summary).toContain(name);
      expect(shown).toContain(entry.summary);
    }
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('is named in mails, unchanged, and the mailbox runs nothing', async () => {
    const sent = await mails(world);
    for (const { name, booking } of hostile) {
      const about = sent.filter(({ subject }) => subject.includes(booking.id));
      expect(about.map(({ to }) => to)).toEqual([['captain@example.test', 'manager@example.test']]);
      const { page, errors } = await read(browser, `${world.endpoints.mailbox}/messages/${about[0]!.id}`);
      expect(await page.locator('pre').textContent()).toContain(name);
      expect(await page.frameLocator('iframe').locator('body').textContent()).toContain(name);
      expect(errors).toEqual([]);
      await page.context().close();
    }
  });
});

describe('another date', () => {
  it('moves the page under all its addresses and the calendar file, which stays the same entry', async () => {
    const before = await allOf();
    const old = entryIn(before[3]!);
    await apply({ start: '2027-06-05T14:30' });
    const after = await allOf();
    for (const at of ADDRESSES.keys()) expect(after[at], ADDRESSES[at]).not.toBe(before[at]);
    for (const html of [after[0]!, after[1]!]) expect(html).toContain('Saturday, June 5, 2027');
    expect(after[2]).toContain('sábado, 5 de junio de 2027');
    for (const html of after.slice(0, 3)) expect(html).not.toMatch(/May 30|30 de mayo/);
    const entry = entryIn(after[3]!);
    expect(entry.uid).toBe(old.uid);
    expect(Number(entry.sequence)).toBeGreaterThan(Number(old.sequence));
    expect(new Date(entry.start).toISOString()).toBe('2027-06-05T21:30:00.000Z');
  });
});

describe('another language', () => {
  it('turns the page over, and leaves nothing of the old one behind', async () => {
    const guest = { ...confirmed().guest, language: 'es' as const };
    await apply({ start: '2027-06-05T16:00', guest });
    const [own, english, spanish, file] = await allOf();
    expect([own, english, spanish].map((html) => languageOf(html!))).toEqual(['es', 'en', 'es']);
    expect(own).toBe(spanish);
    for (const html of [own, english, spanish]) {
      expect(html).toMatch(/4:00/);
      expect(html).not.toMatch(/2:30/);
    }
    expect(entryIn(file!).summary).toBe('Paseo en JADA');
  });
});

describe('cancelling', () => {
  it('withdraws the entry from the guest’s calendar, under the same id, later in the sequence', async () => {
    const old = entryIn(await textOf('/g/xhqgmdh.ics'));
    await apply({ start: '2027-06-05T16:00', status: 'cancelled' });
    const entry = entryIn(await textOf('/g/xhqgmdh.ics'));
    expect(entry).toMatchObject({ uid: old.uid, status: 'CANCELLED', summary: 'Cancelled: JADA charter' });
    expect(Number(entry.sequence)).toBeGreaterThan(Number(old.sequence));
    const pages = (await allOf()).slice(0, 3);
    for (const html of pages) expect(html).toContain('class="state state-cancelled"');
  });
});
