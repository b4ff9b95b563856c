import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import { eventIdOf } from '#bookings/model/ids.ts';
import { confirmed } from './bookings.ts';
import { barriers, openBrowser, overflow, visit, type Visit } from './browser.ts';
import { goTo } from './clock.ts';
import { linkIn, linkOf, mails, mailsSince, newsOf } from './look.ts';
import { phoneOf } from './phone.ts';
import { startWorld, type World } from './world.ts';

const ours = (start = '2027-05-30T09:00'): BookingFileInput => ({
  ...confirmed(),
  start,
  crew: [
    { member: 'john', role: 'deckhand', hours: 5 },
    { role: 'deckhand', hours: 5 },
    { member: 'mike', role: 'captain', hours: 3 },
  ],
});
/** John has no part in it. */
const theirs = (): BookingFileInput => ({
  ...confirmed(),
  id: 'MZT5KC',
  pageId: 'p4hxw7nt',
  start: '2027-06-12T09:00',
  crew: [{ member: 'rosa', role: 'captain', hours: 3 }],
});
const later = (): BookingFileInput => ({
  ...confirmed(),
  id: 'Q4R8TN',
  pageId: 'mt6gq3yd',
  start: '2027-07-17T10:00',
  crew: [{ member: 'mike', role: 'captain', hours: 3 }],
});
const OURS = `/crew/events/${eventIdOf('boatsetter-xhqgmdh')}`;
const THEIRS = `/crew/events/${eventIdOf('boatsetter-mzt5kc')}`;
const LATER = `/crew/events/${eventIdOf('boatsetter-q4r8tn')}`;

let world: World;
let browser: Browser;
beforeAll(async () => {
  [world, browser] = await Promise.all([startWorld(), openBrowser()]);
  await world.apply([ours(), theirs()]);
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

const at = (path: string) => `${world.endpoints.crewPortal}${path}`;
const heading = (page: Page) => page.locator('h1').innerText();

/** What keeps people from a page, on a phone, by day and by night; and what it should not have done meanwhile. */
async function faultsOf({ page, errors, foreign }: Visit, expectedErrors = /^$/): Promise<string[]> {
  const wide = await overflow(page);
  return [
    ...(await barriers(page)),
    ...(wide > 0 ? [`${wide} pixels too wide`] : []),
    ...errors.filter((error) => !expectedErrors.test(error)),
    ...foreign.filter((url) => !url.startsWith(world.endpoints.aws.endpoint)),
  ];
}

describe('the page of a charter', () => {
  it('is small, with all that it brings along and keeps for later', async () => {
    const phone = await phoneOf('john', world, browser);
    await phone.page.getByText('All saved.').waitFor();
    const sizeOf = (which: RegExp) =>
      phone.signal.transfers
        .filter(({ url }) => which.test(url))
        .reduce((sum, transfer) => sum + transfer.bytes, 0);
    expect(phone.signal.transfers.map(({ url }) => new URL(url).pathname)).toContain('/sw.js');
    expect(sizeOf(/\.js$/)).toBeGreaterThan(0);
    expect(sizeOf(/\.js$/)).toBeLessThanOrEqual(15 * 1024);
    expect(sizeOf(/./)).toBeLessThanOrEqual(40 * 1024);
    await phone.close();
  });

  it(
    'has no barriers, unanswered, confirmed, with checklists begun, changed, and in the list',
    { timeout: 60_000 },
    async () => {
      const john = await visit(browser, await linkOf(world, 'john'));
      const { page } = john;
      expect(await page.locator('#answer').innerText()).toBe('Are you coming?');
      expect(await faultsOf(john)).toEqual([]);

      await page.getByRole('button', { name: 'Yes, I am coming' }).click();
      await page.getByText('You are confirmed.').waitFor();
      await page.getByText('All saved.').waitFor();
      await page.getByRole('button', { name: 'Fuel and water checked' }).click();
      await page.locator('#checklists').getByText('1 of 6 done').waitFor();
      await page.locator('#checklists').getByText('sent').waitFor();
      await page.getByText('Add an expense').click();
      expect(await faultsOf(john)).toEqual([]);

      await world.apply([ours('2027-05-30T11:00'), theirs()]);
      await page.goto(at(OURS));
      expect(await page.locator('#answer').innerText()).toBe('Are you still coming?');
      expect(await faultsOf(john)).toEqual([]);
      await page.getByRole('link', { name: 'My charters' }).click();
      await page.getByRole('heading', { name: 'My charters' }).waitFor();
      expect(await page.getByRole('link', { name: 'See changes and answer' }).isVisible()).toBe(true);
      expect(await faultsOf(john)).toEqual([]);
      await page.context().close();
    },
  );

  it('is not shown to who has no part in it', async () => {
    const { page } = await visit(browser, await linkOf(world, 'john'));
    await page.goto(at(THEIRS));
    expect(await heading(page)).toBe('Not one of your charters');
    expect(await page.locator('main').innerText()).not.toMatch(/Alex|JADA|June/);
    await page.context().close();
  });
});

describe('an open position', () => {
  it('is taken by one of two phones, and the other is told kindly', async () => {
    const [ana, jane] = await Promise.all([
      visit(browser, await linkOf(world, 'ana')),
      visit(browser, await linkOf(world, 'jane')),
    ]);
    expect(await jane.page.getByText('The first to take it has it.').isVisible()).toBe(true);
    expect(await faultsOf(jane)).toEqual([]);

    const before = await mails(world);
    await ana.page.getByRole('button', { name: 'Take this place' }).click();
    await ana.page.getByText('The place is yours. See you on board.').waitFor();
    expect(await ana.page.locator('#answer').innerText()).toBe('You are coming');

    await jane.page.getByRole('button', { name: 'Take this place' }).click();
    await jane.page.getByText('Somebody else was first: the place is taken.').waitFor();
    expect(await heading(jane.page)).toBe('My charters');
    expect(await jane.page.getByText('Nothing is planned for you at the moment.').isVisible()).toBe(true);
    await jane.page.goto(at(OURS));
    expect(await heading(jane.page)).toBe('Not one of your charters');
    expect(await jane.page.locator('main').innerText()).toContain('the place has been taken meanwhile');
    expect(await world.stack.settle(60_000)).toEqual([]);
    expect(newsOf(await mailsSince(world, before))).toEqual(['jane: a colleague was faster']);
    await Promise.all([ana, jane].map(({ page }) => page.context().close()));
  });

  it('is shown to the captain as signed up for, with the command that fixes it', async () => {
    const mike = await visit(browser, await linkOf(world, 'mike'));
    const captain = mike.page.locator('#captain');
    await captain.getByText('Ana signed up. The booking still says open').click();
    const fix = captain.locator('details').filter({ hasText: 'Ana signed up' }).locator('code');
    expect(await fix.innerText()).toMatch(/booking.* amend .*ana/);
    expect(await faultsOf(mike)).toEqual([]);
    await mike.page.context().close();
  });
});

describe('a link', () => {
  it('that is forged signs nobody in, and offers a new one to the address on file', async () => {
    const forged = await visit(browser, `${await linkOf(world, 'john')}x`);
    const { page } = forged;
    expect(await heading(page)).toBe('This link no longer works');
    expect(await faultsOf(forged, /status of 410/)).toEqual([]);
    expect(await page.context().cookies()).toEqual([]);

    const before = await mails(world);
    await page.getByLabel('Your e-mail address').fill('Rosa@example.test');
    await page.getByRole('button', { name: 'Mail me a new link' }).click();
    await page.waitForURL(at('/crew/sent'));
    expect(await heading(page)).toBe('Look into your mail');
    expect(await faultsOf(forged, /status of 410/)).toEqual([]);
    await page.context().close();

    expect(await world.stack.settle(60_000)).toEqual([]);
    const [sent, ...others] = await mailsSince(world, before);
    expect(others).toEqual([]);
    expect(sent!.to).toEqual(['rosa@example.test']);
    const rosa = await visit(browser, linkIn(sent!));
    expect(new URL(rosa.page.url()).pathname).toBe(THEIRS);
    await rosa.page.context().close();
  });

  it('that was revoked takes the session with it, and the pages that the phone kept', async () => {
    const phone = await phoneOf('ana', world, browser);
    const { page } = phone;
    const old = await linkOf(world, 'ana');
    const { sccApi, serviceKey } = world.endpoints;
    const headers = { 'x-service-key': serviceKey };
    await fetch(`${sccApi}/api/crew/ana/revoke`, { method: 'POST', headers });

    await phone.reload();
    expect(await heading(page)).toBe('Please open the link from your mail');
    await phone.loseSignal();
    await phone.reload();
    expect(await heading(page)).toBe('You are offline');
    expect(await page.locator('body').innerText()).not.toMatch(/JADA|Alex|May 30/);
    await phone.regainSignal();

    const before = await mails(world);
    await page.goto(old);
    expect(await heading(page)).toBe('This link no longer works');
    await page.getByRole('button', { name: 'Mail me a new link' }).click();
    await page.waitForURL(at('/crew/sent'));
    expect(await world.stack.settle(60_000)).toEqual([]);
    const [sent] = await mailsSince(world, before);
    await page.goto(linkIn(sent!));
    expect(new URL(page.url()).pathname).toBe(OURS);
    expect(await page.locator('#answer').innerText()).toMatch(/coming/);
    await phone.close();
  });

  it(
    'that expired, a week after the charter, leads to a new one for the next',
    { timeout: 60_000 },
    async () => {
      const old = await linkOf(world, 'mike');
      await world.apply([ours('2027-05-30T11:00'), theirs(), later()]);
      goTo(world, '2027-06-08T12:00:00-07:00');

      const mike = await visit(browser, old);
      const { page } = mike;
      expect(await heading(page)).toBe('This link no longer works');
      expect(await faultsOf(mike, /status of 410/)).toEqual([]);
      const before = await mails(world);
      await page.getByRole('button', { name: 'Mail me a new link' }).click();
      await page.waitForURL(at('/crew/sent'));
      expect(await world.stack.settle(60_000)).toEqual([]);
      const [sent, ...others] = await mailsSince(world, before);
      expect(others).toEqual([]);
      await page.goto(linkIn(sent!));
      expect(new URL(page.url()).pathname).toBe(LATER);
      expect(await page.locator('#answer').innerText()).toBe('Are you coming?');
      await page.context().close();
    },
  );
});
