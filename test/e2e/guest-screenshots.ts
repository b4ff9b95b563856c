import type { Browser, Page } from 'playwright-core';
import { visit } from './browser.ts';
import { guestLinkOf, inLanguage } from './guest-reader.ts';
import type { World } from './world.ts';

/** How a picture is taken and kept. */
type Take = (
  page: Page,
  name: string,
  framing?: { readonly fullPage?: boolean; readonly at?: string },
) => Promise<void>;

const BERTH_MORNING = '2027-05-30T07:30:00-07:00';
const EVENING = '2027-05-30T19:00:00-07:00';

/** A guest's page in the readings that it has, and the photos that guests share. */
export async function takeGuestPages(world: World, browser: Browser, take: Take): Promise<void> {
  const link = await guestLinkOf(world, 'boatsetter-xhqgmdh');
  const { page } = await visit(browser, link);
  await take(page, 'guest');

  const { page: spanish } = await visit(browser, 'about:blank', { colorScheme: 'dark' });
  await spanish.clock.setFixedTime(BERTH_MORNING);
  await spanish.goto(inLanguage(link, 'es'));
  await take(spanish, 'guest-day-es');

  await page.clock.setFixedTime(EVENING);
  await page.reload();
  await take(page, 'guest-after');
  await share(page);
  await take(page, 'guest-photos', { at: '#photos' });
}

/** Pictures that look like some: those of the vessel, as a camera would send them. */
async function share(page: Page): Promise<void> {
  const pictures = [];
  for (const image of await page.locator('main img').all()) {
    await image.scrollIntoViewIfNeeded();
    pictures.push(await image.screenshot({ type: 'jpeg' }));
  }
  await page.getByRole('button', { name: 'Open the photos' }).click();
  const files = pictures.map((buffer, index) => ({
    name: `IMG_${index}.jpg`,
    mimeType: 'image/jpeg',
    buffer,
  }));
  await page.locator('#photos input[type=file]').setInputFiles(files);
  for (let shown = 0; shown < files.length; shown++) await page.locator('#photos img').nth(shown).waitFor();
}
