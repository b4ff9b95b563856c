import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancelled, confirmed, pending } from './bookings.ts';
import { openBrowser } from './browser.ts';
import { bytesOf, firstView, scrollThrough, watchFirstView } from './first-view.ts';
import { amended, BEFORE, spanish, STATES } from './guest-bookings.ts';
import { faultsOf, guestLinkOf, headings, inLanguage, read, sheets } from './guest-reader.ts';
import { get, guestPage } from './look.ts';
import { createSignal } from './signal.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let browser: Browser;
let link: string;
beforeAll(async () => {
  [world, browser] = await Promise.all([startWorld(), openBrowser()]);
  await world.apply([confirmed(), spanish(), amended(), pending(), cancelled()]);
  link = await guestLinkOf(world, 'boatsetter-xhqgmdh');
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

const at = (path: string) => `${world.endpoints.edge}${path}`;
const heading = (page: Page) => page.getByRole('heading', { level: 1 }).innerText();
describe('a guest’s page on a phone', () => {
  it.each(STATES)(
    'greets and has no barriers in either language: $what',
    async ({ page: id, at: now, greets }) => {
      // One visit after the other, as the second language is one press away.
      const seen = await read(browser, at(`/g/${id}/en#${new URL(link).hash.slice(1)}`), { at: now });
      const { page } = seen;
      expect(await heading(page)).toBe(greets[0]);
      expect(await faultsOf(seen)).toEqual([]);
      await page.getByRole('link', { name: 'Español' }).click();
      await page.waitForURL(/\/es#k=/);
      expect(await heading(page)).toBe(greets[1]);
      expect(await faultsOf(seen)).toEqual([]);
      expect(seen.statuses.filter((status) => status >= 400)).toEqual([]);
      await page.context().close();
    },
  );
});

describe('a page knows the day of the charter', () => {
  const ELSEWHERE = ['America/Los_Angeles', 'Pacific/Auckland', 'Pacific/Honolulu'];
  /** Seven days after the end are over at noon on June 6. */
  const MOMENTS = [
    ['2027-05-29T23:59:00-07:00', 'Welcome aboard, Alex', true],
    ['2027-05-30T00:01:00-07:00', 'Today we sail, Alex', true],
    ['2027-05-30T11:59:00-07:00', 'Today we sail, Alex', true],
    ['2027-05-30T12:01:00-07:00', 'It was good to have you aboard, Alex', true],
    ['2027-06-06T11:59:00-07:00', 'It was good to have you aboard, Alex', true],
    ['2027-06-06T12:01:00-07:00', 'It was good to have you aboard, Alex', false],
  ] as const;

  it.each(ELSEWHERE)('by the clock at the berth, on a phone that lives by that of %s', async (timezoneId) => {
    const { page, errors } = await read(browser, link, { at: BEFORE, timezoneId });
    for (const [moment, greeting, hasPhotos] of MOMENTS) {
      await page.clock.setFixedTime(moment);
      await page.reload();
      expect([moment, await heading(page)]).toEqual([moment, greeting]);
      expect(await page.getByRole('button', { name: 'Open the photos' }).isVisible()).toBe(hasPhotos);
      expect(await page.getByText('The photos of this charter were here until').isVisible()).toBe(!hasPhotos);
    }
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('also when it was left open overnight', async () => {
    const { page } = await read(browser, link, { at: '2027-05-29T22:00:00-07:00' });
    await page.clock.setFixedTime('2027-05-30T07:00:00-07:00');
    await page.evaluate('document.dispatchEvent(new Event("visibilitychange"))');
    expect(await heading(page)).toBe('Today we sail, Alex');
    await page.context().close();
  });

  it('and afterwards thanks, asks for a review, and leaves out what was to be done before', async () => {
    const { page } = await read(browser, link, { at: '2027-05-31T09:00:00-07:00' });
    expect(await page.getByRole('link', { name: 'Write a review' }).getAttribute('href')).toMatch(/^https:/);
    expect(await headings(page)).toEqual([
      'It was good to have you aboard, Alex',
      'How was your day?',
      'Your charter',
      'Photos',
      expect.stringContaining('JADA'),
      'Questions?',
    ]);
    await page.context().close();
  });
});

describe('a page in two languages', () => {
  it('is first in that of the booking, and the other is one press away, with the key', async () => {
    const { page } = await read(browser, await guestLinkOf(world, 'boatsetter-mzt5kc'), { at: BEFORE });
    const key = new URL(page.url()).hash;
    expect(key).toMatch(/^#k=.{20,}/);
    const shown = async () => [await page.locator('html').getAttribute('lang'), new URL(page.url()).hash];
    expect(await shown()).toEqual(['es', key]);
    await page.getByRole('link', { name: 'English' }).click();
    await page.waitForURL(/\/g\/p4hxw7nt\/en#/);
    expect(await shown()).toEqual(['en', key]);
    expect(await page.getByRole('button', { name: 'Open the photos' }).isVisible()).toBe(true);
    await page.getByRole('link', { name: 'Español' }).click();
    await page.waitForURL(/\/g\/p4hxw7nt\/es#/);
    expect(await shown()).toEqual(['es', key]);
    await page.context().close();
  });

  it('is the same to the byte under its own address as under that of its language', async () => {
    for (const [id, language] of [
      ['p4hxw7nt', 'es'],
      ['xhqgmdh', 'en'],
    ]) {
      const [own, same] = await Promise.all(
        [`/g/${id}`, `/g/${id}/${language}`].map((path) => guestPage(world, path)),
      );
      expect(await own!.text()).toBe(await same!.text());
    }
  });
});

describe('a page without JavaScript', () => {
  it.each([
    ['en', 'open the whole link that we sent you', 'Photos need JavaScript'],
    ['es', 'abra el enlace completo que le enviamos', 'Las fotos necesitan JavaScript'],
  ] as const)(
    'says all of it but the photos, and which link leads to them: %s',
    async (language, link_, words) => {
      const url = at(`/g/kd3xmrh9/${language}`);
      const withScript = await read(browser, url, { at: BEFORE });
      const all = await headings(withScript.page);
      await withScript.page.context().close();
      expect(all.length).toBeGreaterThan(12);
      const { page, errors } = await read(browser, url, { javaScriptEnabled: false });
      expect(await headings(page)).toEqual(all);
      expect(await page.getByText(link_).isVisible()).toBe(true);
      expect(await page.locator('noscript p').innerText()).toContain(words);
      expect(await page.getByRole('button').count()).toBe(0);
      const other = page.getByRole('link', { name: language === 'en' ? 'Español' : 'English' });
      await other.click();
      expect(await heading(page)).toContain(', Sam');
      expect(errors).toEqual([]);
      await page.context().close();
    },
  );
});

describe('a page on paper', () => {
  it.each(['en', 'es'])('is one sheet, with what helps there: %s', async (language) => {
    for (const id of ['xhqgmdh', 'kd3xmrh9', 'rw8mhk4q', 'mt6gq3yd']) {
      const { page } = await read(browser, at(`/g/${id}/${language}`), { at: BEFORE, colorScheme: 'dark' });
      expect([id, await sheets(page, 'Letter'), await sheets(page, 'A4')]).toEqual([id, 1, 1]);
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      const text = await page.locator('body').innerText();
      expect(text).toContain('Harbor Island West Marina, dock C, slip 14');
      expect(text).toContain('+1 619 555 0142');
      if (['xhqgmdh', 'kd3xmrh9'].includes(id)) expect(text).toContain('+1 619 555 0177');
      // Black on white, also from a phone that shows it by night.
      expect(await page.evaluate('getComputedStyle(document.body).color')).toMatch(/^rgb\((\d|[1-5]\d), /);
      await page.context().close();
    }
  });
});

describe('a page to whom it is only mentioned', () => {
  const previewOf = async (path: string) => {
    const html = await (await guestPage(world, path)).text();
    return html.match(/<(title>[^<]*|meta (property|name)="(og:|twitter:|description)[^>]*)/g)!;
  };

  it('tells nothing of the booking: all previews in a language are the same', async () => {
    const english = await previewOf('/g/xhqgmdh/en');
    expect(english.length).toBeGreaterThan(8);
    expect(english.join()).not.toMatch(/Alex|Morgan|JADA|2027|May|xhqgmdh/i);
    for (const id of ['kd3xmrh9', 'p4hxw7nt', 'rw8mhk4q', 'mt6gq3yd']) {
      expect(await previewOf(`/g/${id}/en`)).toEqual(english);
      expect(await previewOf(`/g/${id}/es`)).toEqual(await previewOf('/g/xhqgmdh/es'));
    }
  });

  it('shows a picture that is there', async () => {
    const image = /og:image" content="([^"]+)/.exec((await previewOf('/g/xhqgmdh')).join())![1]!;
    const answer = await get(image);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/png']);
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([1200, 630]);
  });
});

describe('the first view', () => {
  it.each(['/g/xhqgmdh/en', '/g/xhqgmdh/es', '/g/kd3xmrh9/en', '/g/kd3xmrh9/es'])(
    'is small: %s',
    async (path) => {
      const signal = await createSignal();
      const proxy = { server: signal.proxy };
      const { page } = await read(browser, at(path) + new URL(link).hash, { at: BEFORE, proxy });
      await scrollThrough(page);
      // Which a browser without a window does not ask for.
      await page.evaluate('fetch(document.querySelector("link[rel=icon]").href)');
      const { transfers } = signal;
      const [html, script] = [
        bytesOf(transfers, (one) => one === path),
        bytesOf(transfers, (one) => one.endsWith('.js')),
      ];
      const rest = bytesOf(transfers, () => true) - html - script;
      expect(html).toBeGreaterThan(4000);
      expect(html).toBeLessThanOrEqual(14 * 1024);
      expect(script).toBeGreaterThan(1000);
      expect(script).toBeLessThanOrEqual(10 * 1024);
      expect(rest).toBeGreaterThan(1000);
      expect(rest).toBeLessThanOrEqual(35 * 1024);
      await page.context().close();
      await signal.close();
    },
  );

  it.each([
    ['a phone', { width: 390, height: 844 }],
    ['a desk', { width: 1280, height: 800 }],
    // All of the page at once, so that what moves further down shows too.
    ['a wall', { width: 390, height: 9000 }],
  ])('is text first, and nothing in it moves, on %s', async (_where, viewport) => {
    for (const url of [link, inLanguage(link, 'es'), at('/g/xhqgmdh')]) {
      const { page } = await read(browser, 'about:blank', { at: BEFORE, viewport });
      await watchFirstView(page);
      await page.goto(url);
      await scrollThrough(page);
      const { largest, shifts } = await firstView(page);
      expect(shifts).toEqual([]);
      expect(largest).toMatch(/^(H1|P)$/);
      expect(await page.evaluate(BLOCKING)).toEqual([]);
      // Nothing moves by itself either, so that who asked for less motion gets the same.
      expect(await page.evaluate('document.getAnimations().length')).toBe(0);
      await page.context().close();
    }
  });
});

/** Addresses that had to be there before anything could be painted. */
const BLOCKING = `performance.getEntriesByType('resource')
  .filter(({ renderBlockingStatus }) => renderBlockingStatus !== 'non-blocking').map(({ name }) => name)`;
