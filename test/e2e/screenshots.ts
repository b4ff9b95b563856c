import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import { ROOT } from '#scripts/repository.ts';
import { confirmed } from './bookings.ts';
import { openBrowser, visit } from './browser.ts';
import build from './build.ts';
import { takeGuestPages } from './guest-screenshots.ts';
import { linkOf } from './look.ts';
import { startWorld, type World } from './world.ts';

/**
 * `npm run screenshots`: takes the pictures of docs/screenshots, of a world of its own in which crew and guests of one
 * charter do what they do.
 */
const FOLDER = join(ROOT, 'docs/screenshots');

const charter = (start = '2027-05-30T09:00'): BookingFileInput => ({
  ...confirmed(),
  start,
  crew: [
    { member: 'john', role: 'deckhand', hours: 5 },
    { role: 'deckhand', hours: 5 },
    { member: 'mike', role: 'captain', hours: 3 },
  ],
  notes: { crew: 'Fenders are in the port locker. Bring gloves.' },
});

await build();
await mkdir(FOLDER, { recursive: true });
const [world, browser] = await Promise.all([startWorld(), openBrowser()]);
try {
  await takeAll(world, browser);
} finally {
  await browser.close();
  await world.close();
}

async function takeAll(at: World, phones: Browser): Promise<void> {
  await at.apply([charter()]);
  await takeGuestPages(at, phones, take);
  const john = await phoneOf('john', at, phones);
  await take(john, 'unanswered');
  await take(await phoneOf('jane', at, phones), 'invited');
  await john.getByRole('button', { name: 'Yes, I am coming' }).click();
  await john.waitForURL(/notice=confirmed/);
  await fillIn(john);
  await take(john, 'checklists', { fullPage: true });
  await goOffline(john);
  await take(john, 'offline', { at: '#checklists' });
  await john.context().setOffline(false);

  await at.apply([charter('2027-05-30T11:00')]);
  const later = await phoneOf('john', at, phones);
  await take(later, 'confirm-again');
  await later.goto(`${at.endpoints.crewPortal}/crew`);
  await take(later, 'my-charters');

  const jane = await phoneOf('jane', at, phones);
  await jane.getByRole('button', { name: 'Take this place' }).click();
  await jane.waitForURL(/notice=signed-up/);
  const mike = await phoneOf('mike', at, phones);
  await take(mike, 'captain', { at: '#captain' });
  const lost = await visit(phones, `${at.endpoints.crewPortal}/crew/enter?t=nothing`);
  await take(lost.page, 'link-no-longer-works');
}

/** A phone on which a member has opened the link of their newest mail. */
async function phoneOf(member: string, at: World, phones: Browser): Promise<Page> {
  const { page } = await visit(phones, await linkOf(at, member));
  // The phone's clock is that of the world.
  await page.clock.setFixedTime(Date.now());
  return page;
}

async function fillIn(page: Page): Promise<void> {
  for (const item of ['Fuel and water checked', 'Life jackets counted, one for each guest'])
    await page.getByRole('button', { name: item }).click();
  await page.getByText('Add an expense').click();
  const form = page.locator('#expenses form').last();
  await form.getByLabel('Amount').fill('23.40');
  await form.getByLabel('What for').fill('Ice and water');
  await form.getByRole('button', { name: 'Add' }).click();
  await page.locator('#expenses').getByText('sent').first().waitFor();
  await page.getByText('All saved').waitFor();
}

async function goOffline(page: Page): Promise<void> {
  await page.context().setOffline(true);
  await page.getByRole('button', { name: 'VHF radio checked on channel 16' }).click();
  await page.getByText('waiting to be sent').first().waitFor();
}

interface Framing {
  readonly fullPage?: boolean;
  /** What to scroll to. */
  readonly at?: string;
}

async function take(page: Page, name: string, { fullPage = false, at }: Framing = {}): Promise<void> {
  if (at !== undefined) await page.locator(at).scrollIntoViewIfNeeded();
  if (at !== undefined) await page.evaluate(`document.querySelector('${at}').scrollIntoView()`);
  await page.screenshot({ path: join(FOLDER, `${name}.png`), fullPage });
  process.stdout.write(`docs/screenshots/${name}.png\n`);
}
