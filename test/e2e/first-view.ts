import type { Page } from 'playwright-core';
import type { Transfer } from './signal.ts';

/** What a reader notices of a page that builds up. */
export interface FirstView {
  /** Element that was the largest to be painted, as `P`. */
  readonly largest: string;
  /** What moved without having been asked to, as `0.012: SECTION.card by 20`. */
  readonly shifts: readonly string[];
}

/**
 * Has to be called before the page is opened; what it saw {@link firstView} tells. Scripts and pictures arrive when the
 * page has been painted already, as with a poor signal.
 */
export async function watchFirstView(page: Page): Promise<void> {
  await page.addInitScript(WATCH);
  await page.route(/\.(js|svg)$/, async (route) => {
    await page.evaluate(PAINTED);
    await route.continue();
  });
}

const PAINTED = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))';

/** Moves something at last, by a distance like no other, so that nothing can have moved unseen before. */
export async function firstView(page: Page): Promise<FirstView> {
  await page.evaluate(MOVE);
  await page.evaluate(until('seen.shifts.some((one) => one.includes("by 123"))'));
  const { largest, shifts } = (await page.evaluate('seen')) as FirstView;
  return { largest, shifts: shifts.filter((one) => !one.includes('by 123')) };
}

const WATCH = `
  globalThis.seen = { largest: '', shifts: [] };
  const move = ({ node, previousRect, currentRect }) =>
    node?.nodeName + '.' + node?.className + ' by ' + (currentRect.y - previousRect.y);
  new PerformanceObserver((list) => {
    seen.largest = list.getEntries().at(-1).element.tagName;
  }).observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => {
    for (const { sources, value } of list.getEntries()) seen.shifts.push(value + ': ' + sources.map(move).join());
  }).observe({ type: 'layout-shift', buffered: true });
`;

const MOVE = `scrollTo(0, 0); document.body.style.paddingTop = '123px'`;

/** From top to bottom and back, until every picture on the way has been loaded. */
export async function scrollThrough(page: Page): Promise<void> {
  for (const image of await page.locator('img').all()) await image.scrollIntoViewIfNeeded();
  await page.locator('footer').scrollIntoViewIfNeeded();
  await page.evaluate(until('[...document.images].every((one) => one.complete && one.naturalWidth > 0)'));
  await page.evaluate('scrollTo(0, 0)');
}

/** Playwright's own way to wait evaluates a text, which the page's policy forbids. */
const until = (condition: string): string =>
  `(async () => { while (!(${condition})) await new Promise(requestAnimationFrame); })()`;

/** Bytes that came over the network for those of the addresses that fit. */
export const bytesOf = (transfers: readonly Transfer[], which: (path: string) => boolean): number =>
  transfers.filter(({ url }) => which(new URL(url).pathname)).reduce((sum, { bytes }) => sum + bytes, 0);
