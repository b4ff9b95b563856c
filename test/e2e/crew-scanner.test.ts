import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { confirmed } from './bookings.ts';
import { openBrowser, visit } from './browser.ts';
import { fingerprint, get, linkOf, mails, mailsSince, newsOf, signIn } from './look.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let browser: Browser;
beforeAll(async () => {
  [world, browser] = await Promise.all([startWorld(), openBrowser()]);
  await world.apply([confirmed()]);
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

const TIMES = 20;

describe('a scanner that opens the link of a mail before its reader does', () => {
  const crewUrl = () => world.endpoints.crewPortal;
  /** What a scanner that keeps cookies finds behind a link: charter, list and feed. */
  const readAll = async (link: string) => {
    const { cookie, landing } = await signIn(link);
    const pages = [landing, `${crewUrl()}/crew`];
    const texts = await Promise.all(pages.map(async (url) => (await get(url, { cookie })).text()));
    const feed = feedIn(texts[1]!);
    expect(await (await get(feed)).text()).toContain('BEGIN:VCALENDAR');
    const heads = await Promise.all([...pages, feed].map((url) => get(url, { cookie }, 'HEAD')));
    expect(heads.map(({ status }) => status)).toEqual([200, 200, 200]);
  };

  it.each<[string, (link: string) => Promise<unknown>]>([
    ['asks for its head', async (link) => expect((await get(link, {}, 'HEAD')).status).toBe(303)],
    ['gets it', async (link) => expect((await get(link)).status).toBe(303)],
    ['follows where it leads, without cookies', async (link) => (await fetch(link)).text()],
    ['follows where it leads, and reads all that it finds', readAll],
  ])('and %s, twenty times, changes nothing', async (_what, scan) => {
    const link = await linkOf(world, 'john');
    const before = await fingerprint(world);
    for (let time = 0; time < TIMES; time++) await scan(link);
    expect(await fingerprint(world)).toBe(before);
  });

  it(
    'and runs the scripts of what it finds, twenty times, changes nothing',
    { timeout: 60_000 },
    async () => {
      const link = await linkOf(world, 'john');
      const before = await fingerprint(world);
      for (let time = 0; time < TIMES; time += 4)
        await Promise.all([1, 2, 3, 4].map(() => scanWithScripts(link)));
      expect(await fingerprint(world)).toBe(before);
    },
  );

  async function scanWithScripts(link: string): Promise<void> {
    const { page, errors, writes } = await visit(browser, link);
    await page.getByText('All saved.').waitFor();
    await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)');
    await page.goto(`${crewUrl()}/crew`);
    expect((await page.request.get(feedIn(await page.content()))).status()).toBe(200);
    expect([...errors, ...writes]).toEqual([]);
    await page.context().close();
  }

  it('leaves the link to its reader, who confirms', async () => {
    const { page } = await visit(browser, await linkOf(world, 'john'));
    await page.getByRole('button', { name: 'Yes, I am coming' }).click();
    await page.getByText('You are confirmed. See you on board.').waitFor();
    expect(await answerOf(page)).toBe('You are coming');
    await page.context().close();
  });
});

const feedIn = (html: string): string => /href="(http[^"]+\/api\/feeds\/[^"]+\.ics)"/.exec(html)![1]!;
const answerOf = (page: Page): Promise<string> => page.locator('#answer').innerText();

describe('who confirmed, when the captain moves the charter', () => {
  it('is asked again, sees what changed, confirms it, and may still decline', async () => {
    const { page, errors } = await visit(browser, await linkOf(world, 'john'));
    expect(await answerOf(page)).toBe('You are coming');
    await world.apply([{ ...confirmed(), start: '2027-05-30T11:00' }]);

    await page.reload();
    expect(await answerOf(page)).toBe('Are you still coming?');
    expect(await page.getByText('Please confirm again').isVisible()).toBe(true);
    const change = page.locator('.changes li').first();
    expect(await change.locator('del').innerText()).toMatch(/9:00.AM/);
    expect(await change.locator('ins').innerText()).toMatch(/11:00.AM/);
    await page.getByRole('button', { name: 'Yes, I am still coming' }).click();
    await page.getByText('You are confirmed.').waitFor();
    expect(await answerOf(page)).toBe('You are coming');
    expect(await page.locator('.changes').count()).toBe(0);

    const before = await mails(world);
    await page.getByText('I cannot come after all').click();
    await page.getByLabel('Why?').fill('My boat sank.');
    await page.getByRole('button', { name: 'Decline' }).click();
    await page.getByText('You declined. The captain and the booking manager were told.').waitFor();
    expect(await answerOf(page)).toBe('You are not coming');
    expect(await page.getByText('Your reason: My boat sank.').isVisible()).toBe(true);
    expect(errors).toEqual([]);
    expect(await world.stack.settle(60_000)).toEqual([]);
    const told = await mailsSince(world, before);
    expect(newsOf(told)).toEqual(['captain and manager: John declined (deckhand)']);
    expect(told[0]!.text).toContain('My boat sank.');
    await page.context().close();
  });
});

describe('without JavaScript', () => {
  it('a charter is confirmed, its checklist done and an expense logged, by forms', async () => {
    const { page } = await visit(browser, await linkOf(world, 'jane'), { javaScriptEnabled: false });
    /** Sends a form, and reads what the page that it leads to says first. */
    const send = async (button: Locator) => {
      await Promise.all([page.waitForEvent('load'), button.click()]);
      return page.locator('.notice').innerText();
    };
    expect(await send(page.getByRole('button', { name: /Yes, I am/ }))).toContain('You are confirmed.');
    expect(await answerOf(page)).toBe('You are coming');

    const list = page.getByRole('region', { name: 'Before the guests come' });
    expect(await send(list.getByRole('button', { name: 'Fuel and water checked' }))).toContain('Saved.');
    expect(await list.getByText('1 of 6 done').isVisible()).toBe(true);
    const row = list.getByRole('listitem').filter({ hasText: 'Fuel and water checked' });
    await row.locator('summary').click();
    await row.getByLabel('Note').fill('Half a tank');
    expect(await send(row.getByRole('button', { name: 'Save note' }))).toContain('Saved.');
    expect(await row.locator('.note').innerText()).toBe('Half a tank');

    expect(await send(list.getByRole('button', { name: 'Finish this list' }))).toContain('Saved.');
    expect(await list.getByText('Finished: You,').isVisible()).toBe(true);
    expect(await list.getByRole('button', { name: 'Fuel and water checked' }).count()).toBe(0);
    expect(await send(list.getByRole('button', { name: 'Reopen this list' }))).toContain('Saved.');
    expect(await send(list.getByRole('button', { name: 'Fuel and water checked' }))).toContain('Saved.');
    expect(await list.getByText('0 of 6 done').isVisible()).toBe(true);

    await page.getByText('Add an expense').click();
    const form = page.locator('#expenses form').last();
    await form.getByLabel('Amount').fill('$1,234.5');
    await form.getByLabel('What for').fill('A new jib');
    expect(await send(form.getByRole('button', { name: 'Add' }))).toContain('Saved.');
    expect(await page.locator('#expenses .total b').innerText()).toBe('$1,234.50');
    await page.context().close();
  });
});
