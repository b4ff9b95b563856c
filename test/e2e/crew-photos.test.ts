import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PICTURES } from '#test/functions/photo-arrivals/pictures.ts';
import { confirmed } from './bookings.ts';
import { barriers, openBrowser } from './browser.ts';
import { phoneOf, type Phone } from './phone.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let browser: Browser;
let john: Phone;
let jane: Phone;
beforeAll(async () => {
  [world, browser] = await Promise.all([startWorld(), openBrowser()]);
  await world.apply([confirmed()]);
  [john, jane] = await Promise.all([phoneOf('john', world, browser), phoneOf('jane', world, browser)]);
});
afterAll(async () => {
  await Promise.all([john?.close(), jane?.close()]);
  await browser?.close();
  await world?.close();
});

const uploads = ({ page }: Phone): Locator => page.locator('#uploads');
const gallery = ({ page }: Phone): Locator => page.locator('#photos .gallery li');
/** A picture as a camera would make it: of the page itself. */
const picture = async (name: string) => ({
  name,
  mimeType: 'image/jpeg',
  buffer: await john.page.screenshot({ type: 'jpeg' }),
});
const add = (phone: Phone, ...files: { name: string; mimeType: string; buffer: Buffer }[]): Promise<void> =>
  uploads(phone).getByLabel('Add photos').setInputFiles(files);
const areThrough = (phone: Phone): Promise<void> =>
  uploads(phone).locator('li').first().waitFor({ state: 'detached' });

/** What a link on a phone's page leads to, redirects followed. */
async function askFor({ page }: Phone, path: string | null): Promise<Response> {
  const cookies = await page.context().cookies();
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  return fetch(`${world.endpoints.crewPortal}${path}`, { headers: { cookie } });
}

/** Whether the browser really has the picture, and has not merely a place for it. */
async function isSeen(image: Locator): Promise<boolean> {
  await image.scrollIntoViewIfNeeded();
  return image.evaluate(async (element) => {
    const { decode } = element as unknown as { decode(): Promise<void> };
    await decode.call(element);
    return (element as unknown as { naturalWidth: number }).naturalWidth > 0;
  });
}

describe('photos', () => {
  it('wait for signal, several at once, each with its progress; then the whole crew sees them', async () => {
    await john.loseSignal();
    await add(john, await picture('one.jpg'), await picture('two.jpg'), await picture('three.jpg'));
    await uploads(john).getByRole('progressbar', { name: 'three.jpg' }).waitFor();
    expect(await uploads(john).getByRole('progressbar').count()).toBe(3);
    await john.page.evaluate(WATCH_PROGRESS);
    await john.regainSignal();
    await areThrough(john);
    expect(await gallery(john).count()).toBe(3);
    const parts = (await john.page.evaluate('seenParts')) as number[];
    expect(parts.filter((part) => part > 0 && part < 1).length).toBeGreaterThan(0);

    await jane.reload();
    const images = jane.page.getByRole('img', { name: /^Photo by John/ });
    expect(await images.count()).toBe(3);
    for (const image of await images.all()) {
      expect(await image.getAttribute('src')).toMatch(/\/thumbnail$/);
      expect(await isSeen(image)).toBe(true);
    }
    expect(jane.foreign.filter((url) => !url.startsWith(world.endpoints.aws.endpoint))).toEqual([]);
    expect(jane.errors).toEqual([]);
    expect(await barriers(jane.page)).toEqual([]);
  });

  it('that nothing here can show are kept behind a placeholder', async () => {
    await add(john, { name: 'IMG_0001.HEIC', mimeType: '', buffer: Buffer.from(PICTURES.heic) });
    await gallery(john).nth(3).waitFor();
    await jane.reload();
    const last = gallery(jane).last();
    expect(await last.innerText()).toMatch(/^HEIC photo/);
    expect(await last.getByRole('img').count()).toBe(0);
    const answer = await askFor(jane, await last.getByRole('link').getAttribute('href'));
    expect(answer.headers.get('content-type')).toBe('image/heic');
  });

  it('that are none never appear, and their sender learns it', async () => {
    await add(john, { name: 'letter.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('Dear John') });
    await uploads(john).getByText('letter.jpg: being checked').waitFor();
    expect(await world.stack.settle(60_000)).toEqual([]);
    await jane.reload();
    expect(await gallery(jane).count()).toBe(4);

    await john.page.clock.setFixedTime(Date.now() + 11 * 60_000);
    await john.reload();
    await uploads(john).getByText('not uploaded: It did not arrive as a picture.').waitFor();
    await uploads(john).getByRole('button', { name: 'Remove letter.jpg' }).click();
    await areThrough(john);
    expect(await gallery(john).count()).toBe(4);
  });

  it('go again by the hand of who sent them', async () => {
    const first = gallery(john).first();
    await first.getByText('Remove').first().click();
    await first.getByRole('button', { name: 'Remove for everybody' }).click();
    await gallery(john).nth(3).waitFor({ state: 'detached' });
    await john.page.getByText('All saved.').waitFor();
    await jane.reload();
    expect(await gallery(jane).count()).toBe(3);
  });
});

describe('a receipt', () => {
  it('goes up with its expense, and nobody else can see it', async () => {
    await john.page.getByText('Add an expense').click();
    const form = john.page.locator('#expenses form').last();
    await form.getByLabel('Amount').fill('18');
    await form.getByLabel('What for').fill('Ropes');
    await form.getByLabel('Receipt').setInputFiles(await picture('receipt.jpg'));
    await form.getByRole('button', { name: 'Add' }).click();
    const expense = john.page.locator('#expenses li').filter({ hasText: 'Ropes' });
    await expense.waitFor();
    await areThrough(john);
    expect(await gallery(john).count()).toBe(3);

    const address = await expense.getByRole('link', { name: 'Receipt' }).getAttribute('href');
    const own = await askFor(john, address);
    expect(own.headers.get('content-type')).toBe('image/jpeg');
    const mike = await phoneOf('mike', world, browser);
    for (const phone of [jane, mike]) {
      await phone.reload();
      expect(await phone.page.content()).not.toMatch(/Ropes|receipt\.jpg/);
      expect((await askFor(phone, address)).status).toBe(404);
    }
    await mike.close();
  });
});

/** Collects every value that a progress bar takes. */
const WATCH_PROGRESS = `
  globalThis.seenParts = [];
  new MutationObserver(() => {
    for (const bar of document.querySelectorAll('#uploads progress')) seenParts.push(bar.value);
  }).observe(document.querySelector('#uploads'), { subtree: true, childList: true, attributes: true });
`;
