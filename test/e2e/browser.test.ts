import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancelled, confirmed, pending } from './bookings.ts';
import { barriers, openBrowser, overflow, visit } from './browser.ts';
import { linkOf, mails } from './look.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let browser: Browser;
beforeAll(async () => {
  [world, browser] = await Promise.all([startWorld(), openBrowser()]);
  await world.apply([confirmed(), pending(), cancelled()]);
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

describe('on a phone, the page of a guest', () => {
  it.each([
    ['confirmed', '/g/XHQGMDH'],
    ['pending', '/g/rw8mhk4q'],
    ['cancelled', '/g/mt6gq3yd'],
    ['unknown', '/g/unknown1'],
  ] as const)(
    'that is %s fits, asks nobody else, and has no barriers by day or night',
    async (status, path) => {
      const { page, errors, foreign } = await visit(browser, `${world.endpoints.edge}${path}`);
      expect(await page.getByRole('heading', { level: 1 }).isVisible()).toBe(true);
      expect(errors.filter((error) => !isNotFound(status, error))).toEqual([]);
      expect(foreign).toEqual([]);
      expect(await overflow(page)).toBe(0);
      expect(await barriers(page)).toEqual([]);
      await page.context().close();
    },
  );

  it('says when and where', async () => {
    const { page } = await visit(browser, `${world.endpoints.edge}/g/xhqgmdh`);
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Welcome aboard, Alex');
    const facts = await page.locator('main').innerText();
    expect(facts).toContain('Sunday, May 30, 2027');
    expect(facts).toContain('9:00 AM – 12:00 PM PDT');
    expect(facts).toContain('Harbor Island West Marina, dock C, slip 14');
    expect(facts).not.toContain('$');
    await page.context().close();
  });
});

describe('on a phone, the link in a crew mail', () => {
  it('leads to the charter with one’s own pay', async () => {
    const { page, errors, foreign } = await visit(browser, await linkOf(world, 'mike'));
    expect(page.url()).toMatch(/\/crew\/events\/[0-9a-v]{20}$/);
    expect(await page.locator('h1').innerText()).toBe('Sunday, May 30, 2027');
    expect(await page.getByText('$150.00').isVisible()).toBe(true);
    expect(await page.locator('body').innerText()).not.toContain('125.00');
    expect(errors).toEqual([]);
    expect(foreign).toEqual([]);
    await page.context().close();
  });

  it('leads on to all of one’s charters, signed in', async () => {
    const { page, errors } = await visit(browser, await linkOf(world, 'john'));
    await page.getByRole('link', { name: 'My charters' }).click();
    await page.waitForURL('**/crew');
    const charter = page.getByRole('article', { name: 'Sunday, May 30, 2027' });
    expect(await charter.getByRole('link', { name: 'Answer now' }).isVisible()).toBe(true);
    expect(errors).toEqual([]);
    await page.context().close();
  });
});

describe('what the local stack shows to people', () => {
  it.each<[string, (world: World) => Promise<string> | string]>([
    ['front page', ({ endpoints }) => endpoints.front],
    ['ledger', ({ endpoints }) => `${endpoints.front}/ledger`],
    ['mailbox', ({ endpoints }) => endpoints.mailbox],
    ['a mail', async (at) => `${at.endpoints.mailbox}/messages/${(await mails(at))[0]!.id}`],
    ['calendar', ({ endpoints }) => endpoints.calendar],
    ['board', ({ endpoints }) => endpoints.board],
  ])('opens without errors: %s', async (_name, addressOf) => {
    const { page, errors, foreign, statuses } = await visit(browser, await addressOf(world));
    expect(await page.locator('h1').first().isVisible()).toBe(true);
    expect(errors.filter((error) => !isFavicon(error))).toEqual([]);
    expect(foreign).toEqual([]);
    expect(statuses[0]).toBe(200);
    expect(await overflow(page)).toBe(0);
    expect(await barriers(page)).toEqual([]);
    await page.context().close();
  });
});

/** The browser itself reports the page's own 404. */
const isNotFound = (status: string, error: string) => status === 'unknown' && /status of 404/.test(error);
const isFavicon = (error: string) => /favicon/.test(error);
