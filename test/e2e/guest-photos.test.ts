import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventIdOf } from '#bookings/model/ids.ts';
import { PICTURES } from '#test/functions/photo-arrivals/pictures.ts';
import { confirmed } from './bookings.ts';
import { barriers, openBrowser, overflow, visit, type Visit } from './browser.ts';
import { asPhoneWould, readJpeg } from './camera.ts';
import { phoneOf, settle } from './crew-client.ts';
import { guestLinkOf, inLanguage } from './guest-reader.ts';
import { get } from './look.ts';
import { createSignal, type Signal } from './signal.ts';
import { uploadPicture } from './upload.ts';
import { startWorld, type World } from './world.ts';

/** An hour after casting off. */
const NOW = '2027-05-30T10:00:00-07:00';

let world: World;
let browser: Browser;
let link: string;
let signal: Signal;
let alex: Visit;
let screen: Buffer;
beforeAll(async () => {
  [world, browser, signal] = await Promise.all([startWorld({ now: NOW }), openBrowser(), createSignal()]);
  await world.apply([confirmed()]);
  link = await guestLinkOf(world, 'boatsetter-xhqgmdh');
  alex = await visit(browser, link, { at: NOW, proxy: { server: signal.proxy } });
  screen = await alex.page.screenshot({ type: 'jpeg' });
});
afterAll(async () => {
  await browser?.close();
  await signal?.close();
  await world?.close();
});

interface File {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}
const picture = (name: string): File => ({
  name: `${name}.jpg`,
  mimeType: 'image/jpeg',
  buffer: asPhoneWould(screen, name),
});
const HEIC: File = { name: 'IMG_0001.HEIC', mimeType: '', buffer: Buffer.from(PICTURES.heic) };
const text = (name: string, mimeType: string): File => ({
  name,
  mimeType,
  buffer: Buffer.from('Dear guest'),
});

const open = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: /^(Open the photos|Abrir las fotos)$/ }).click();
  await page.getByRole('button', { name: /^(Add photos|Añadir fotos)$/ }).waitFor();
};
const add = (page: Page, ...files: File[]): Promise<void> =>
  page.locator('#photos input[type=file]').setInputFiles(files);
const row = (page: Page, name: string): Locator => page.locator('#photos li').filter({ hasText: name });
const isDone = (page: Page, name: string, words = 'done'): Promise<void> =>
  row(page, name).getByText(words, { exact: true }).waitFor();
const gallery = (page: Page): Locator => page.locator('#photos .ph-grid li');
const wait = (locator: Locator, count: number): Promise<void> => locator.nth(count - 1).waitFor();

interface Photo {
  readonly photo: string;
  readonly type: string;
  readonly original: string;
  readonly thumbnail: string | null;
}

/** What the API shows to whoever holds the link. */
async function listed(): Promise<Photo[]> {
  const key = new URL(link).hash.slice('#k='.length);
  const answer = await get(`${world.endpoints.edge}/api/g/xhqgmdh/photos`, { 'x-upload-key': key });
  return ((await answer.json()) as { photos: Photo[] }).photos;
}
const bytesAt = async (url: string): Promise<Buffer> => Buffer.from(await (await get(url)).arrayBuffer());
const sentToBucket = () =>
  signal.transfers.filter(
    ({ method, url }) => method === 'POST' && url.startsWith(world.endpoints.aws.endpoint),
  );

describe('the photos of a charter', () => {
  it('are asked for when the guest opens them, and not before', async () => {
    const { page, foreign } = alex;
    const asked = () =>
      signal.transfers.filter(({ url }) => new URL(url).pathname.startsWith('/api/')).length;
    expect([asked(), foreign]).toEqual([0, []]);
    await open(page);
    await page.getByText('No photos yet. Yours may be the first.').waitFor();
    await page.getByText('Room left: 100.').waitFor();
    expect([asked(), foreign]).toEqual([1, []]);
  });

  it('come from the phone several at once, HEIC too, and what is no picture is refused with a reason', async () => {
    const { page, errors } = alex;
    const files = [picture('one'), text('letter.jpg', 'image/jpeg'), picture('two'), HEIC, picture('three')];
    await add(page, ...files, text('notes.txt', 'text/plain'));
    await isDone(page, 'letter.jpg', 'This picture could not be read.');
    await isDone(page, 'notes.txt', 'Only JPEG, PNG, WebP and HEIC pictures can be added.');
    for (const name of ['one.jpg', 'two.jpg', 'three.jpg', 'IMG_0001.HEIC']) await isDone(page, name);
    await wait(gallery(page), 4);
    expect(
      await page
        .locator('#photos')
        .getByRole('img', { name: /^Photo \d of 4$/ })
        .count(),
    ).toBe(3);
    const tile = gallery(page).filter({ hasText: 'No preview' });
    expect(await tile.getByRole('link', { name: /^Download/ }).count()).toBe(1);
    await row(page, 'IMG_0001.HEIC').getByText('including where it was taken').waitFor();
    // Each with its thumbnail, but for the one that no browser here can read; of the refused ones nothing left the phone.
    expect(sentToBucket().map(({ status }) => status)).toEqual(Array.from({ length: 7 }, () => 204));
    expect(errors).toEqual([]);
    expect(await barriers(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);
  });

  it('are stored upright and without what the phone knew of place and time', async () => {
    const taken = readJpeg(picture('one').buffer);
    expect(taken.blocks).toContain('Exif');
    const photos = await listed();
    const readable = photos.filter(({ type }) => type === 'image/jpeg');
    expect(readable).toHaveLength(3);
    for (const { original, thumbnail } of readable) {
      const [stored, small] = await Promise.all([bytesAt(original), bytesAt(thumbnail!)]);
      expect(readJpeg(stored)).toMatchObject({ width: taken.height, height: taken.width });
      expect(readJpeg(small)).toMatchObject({ width: 320 });
      expect(small.length).toBeLessThan(stored.length / 2);
      for (const file of [stored, small]) {
        // What is left says which colours are meant.
        expect(readJpeg(file).blocks.filter((one) => !['JFIF', 'ICC_'].includes(one))).toEqual([]);
        expect(file.includes('Exif')).toBe(false);
      }
    }
    const heic = photos.find(({ type }) => type === 'image/heic')!;
    expect(heic.thumbnail).toBeNull();
    expect(await bytesAt(heic.original)).toEqual(HEIC.buffer);
  });

  it('are there once, though somebody sends one again', async () => {
    const { page } = alex;
    await add(page, { ...picture('two'), name: 'copy.jpg' });
    await isDone(page, 'copy.jpg', 'already there');
    expect(sentToBucket()).toHaveLength(7);
    expect(await listed()).toHaveLength(4);
  });

  it('open large, by the keyboard alone', async () => {
    const { page } = alex;
    const first = gallery(page).getByRole('button').first();
    await first.focus();
    await page.keyboard.press('Enter');
    const box = page.getByRole('dialog');
    const caption = await box.locator('p').innerText();
    expect(await first.getByRole('img').getAttribute('alt')).toBe(caption);
    expect(await barriers(page)).toEqual([]);
    const seen: string[] = [];
    for (const _step of [1, 2, 3]) {
      await page.keyboard.press('ArrowRight');
      expect(await isSeen(box.getByRole('img'))).toBe(true);
      seen.push(await box.locator('p').innerText());
    }
    // All that can be shown, and the first again.
    expect([new Set(seen).size, seen.at(-1)]).toEqual([3, caption]);
    await page.keyboard.press('Escape');
    await box.waitFor({ state: 'hidden' });
    expect(await first.and(page.locator(':focus')).count()).toBe(1);
  });

  it('that got lost on the way go again', async () => {
    const { page } = alex;
    signal.lose();
    await add(page, picture('four'));
    await row(page, 'four.jpg').getByText('no answer').waitFor();
    expect(await listed()).toHaveLength(4);
    signal.regain();
    await page.getByRole('button', { name: 'Try again: four.jpg' }).click();
    await isDone(page, 'four.jpg');
    await wait(gallery(page), 5);
    expect(await listed()).toHaveLength(5);
  });
});

describe('another guest with the same link', () => {
  it('sees them, in Spanish, adds one, and it shows to the first', async () => {
    const sam = await visit(browser, inLanguage(link, 'es'), { at: NOW });
    const { page } = sam;
    await open(page);
    await wait(gallery(page), 5);
    const images = page.locator('#photos').getByRole('img', { name: /^Foto \d de 5$/ });
    expect(await images.count()).toBe(4);
    for (const image of await images.all()) expect(await isSeen(image)).toBe(true);
    await add(page, picture('one'), picture('five'), text('carta.txt', 'text/plain'));
    await isDone(page, 'one.jpg', 'ya estaba');
    await isDone(page, 'five.jpg', 'lista');
    await isDone(page, 'carta.txt', 'Solo se pueden añadir imágenes JPEG, PNG, WebP y HEIC.');
    expect(await barriers(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);
    expect(sam.errors).toEqual([]);
    expect(sam.foreign.filter((url) => !url.startsWith(world.endpoints.aws.endpoint))).toEqual([]);
    await page.context().close();

    await alex.page.getByRole('button', { name: 'Look for new photos' }).click();
    await wait(gallery(alex.page), 6);
  });
});

describe('who has not the whole link', () => {
  it('has all of the page but the photos, and is told which link shows them', async () => {
    const { page, errors, foreign } = await visit(browser, link.replace(/#.*/, ''), { at: NOW });
    const words = 'To add or see photos, open the whole link that we sent you';
    expect(await page.getByText(words).isVisible()).toBe(true);
    expect(await page.locator('#photos').getByRole('button').count()).toBe(0);
    expect([errors, foreign]).toEqual([[], []]);
    // The right one, opened in the same tab, is enough.
    await page.goto(link);
    await page.getByRole('button', { name: 'Open the photos' }).waitFor();
    expect(await page.getByText(words).isVisible()).toBe(false);
    await page.context().close();
  });

  it('is told that a wrong one opens nothing', async () => {
    const { page, foreign } = await visit(browser, link.slice(0, -1), { at: NOW });
    await page.getByRole('button', { name: 'Open the photos' }).click();
    await page.getByText('This link does not open the photos. Please use the one in our message.').waitFor();
    expect(await page.getByRole('img', { name: /^Photo/ }).count()).toBe(0);
    expect(foreign).toEqual([]);
    await page.context().close();
  });

  it('gets no photo by its address, nor a list of them', async () => {
    const [{ original, thumbnail }] = (await listed()) as [Photo];
    for (const url of [original, thumbnail!]) {
      expect((await get(url)).status).toBe(200);
      const plain = new URL(url);
      plain.search = '';
      expect((await get(plain.href)).status).toBe(403);
      const other = url.replace(/X-Amz-Signature=\w{4}/, 'X-Amz-Signature=0000');
      expect((await get(other)).status).toBe(403);
    }
    const [bucket] = new URL(original).pathname.slice(1).split('/');
    expect((await get(`${world.endpoints.aws.endpoint}/${bucket}?list-type=2`)).status).toBe(403);
  });
});

describe('what the crew photographs', () => {
  it('is not for the guests', async () => {
    const john = await phoneOf(world, 'john');
    const event = eventIdOf('boatsetter-xhqgmdh');
    await uploadPicture(john, event, { photo: 'of-the-crew-for-the-crew', purpose: 'photo' });
    await settle(world);
    const { entries } = await john.log(event);
    expect(JSON.stringify(entries)).toContain('of-the-crew-for-the-crew');
    expect(await listed()).toHaveLength(6);
    await alex.page.getByRole('button', { name: 'Look for new photos' }).click();
    await alex.page.getByText('Room left: 94.').waitFor();
    expect(await gallery(alex.page).count()).toBe(6);
    expect(alex.errors.filter((error) => !error.includes('net::ERR_'))).toEqual([]);
  });
});

/** Whether the browser really has the picture, and has not merely a place for it. */
async function isSeen(image: Locator): Promise<boolean> {
  await image.scrollIntoViewIfNeeded();
  return image.evaluate(async (element) => {
    const { decode } = element as unknown as { decode(): Promise<void> };
    await decode.call(element);
    return (element as unknown as { naturalWidth: number }).naturalWidth > 0;
  });
}
