import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { brand } from '#site/guest/content/brand.ts';
import { ROOT } from '#scripts/repository.ts';
import { openBrowser } from './browser.ts';

/**
 * `node test/e2e/preview-image.ts`: draws the picture that messengers show beside a guest's link. It is the same for
 * all guests, and is kept in the repository, since what it looks like depends on the fonts of the machine that draws it.
 */
const FILE = 'site/guest/public/preview.png';
const SIZE = { width: 1200, height: 630 };

/** Of the PNG format: no opacity, and each byte less the one of the pixel to its left. */
const TRUE_COLOR = 2;
const SUB_FILTER = 1;

const [art, design] = await Promise.all(
  ['site/guest/art/jada-under-sail.svg', 'site/design/base.css'].map((file) =>
    readFile(join(ROOT, file), 'utf8'),
  ),
);

const browser = await openBrowser();
try {
  const page = await browser.newPage({ viewport: SIZE, colorScheme: 'light' });
  await page.setContent(`<!doctype html>
    <style>
      ${design}
      svg { position: fixed; inset: auto 0 0; width: 100% }
      h1 { position: fixed; inset: auto 0 1.7rem; color: var(--on-sea); font-size: 4.2rem; font-weight: 400; line-height: 1; text-align: center }
    </style>
    ${art}
    <h1>${brand.name}</h1>`);
  const picture = encodePng(await readPixels(page, await page.screenshot()));
  await writeFile(join(ROOT, FILE), picture);
  process.stdout.write(`${FILE}: ${picture.length} bytes\n`);
} finally {
  await browser.close();
}

/** Red, green, blue and opacity of each pixel, row by row. */
function readPixels(page: Page, picture: Buffer): Promise<readonly number[]> {
  const source = `data:image/png;base64,${picture.toString('base64')}`;
  return page.evaluate(async (address) => {
    const image = await createImageBitmap(await (await fetch(address)).blob());
    const context = new OffscreenCanvas(image.width, image.height).getContext('2d')!;
    context.drawImage(image, 0, 0);
    return Array.from(context.getImageData(0, 0, image.width, image.height).data);
  }, source);
}

/** Browsers write PNGs fast, not small: without opacity, as differences and packed well, half of it is left. */
function encodePng(pixels: readonly number[]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(SIZE.width, 0);
  header.writeUInt32BE(SIZE.height, 4);
  header.set([8, TRUE_COLOR], 8);
  const rows = Array.from({ length: SIZE.height }, (_, y) => encodeRow(pixels, y * SIZE.width * 4));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows), { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function encodeRow(pixels: readonly number[], start: number): Buffer {
  const row = Buffer.alloc(1 + SIZE.width * 3);
  row[0] = SUB_FILTER;
  for (let x = 0; x < SIZE.width; x += 1)
    for (let color = 0; color < 3; color += 1) {
      const at = start + x * 4 + color;
      row[1 + x * 3 + color] = pixels[at]! - (x === 0 ? 0 : pixels[at - 4]!);
    }
  return row;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
