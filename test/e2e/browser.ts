import chromiumForLambda from '@sparticuz/chromium';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

/** A phone: where nearly every page of ours is read. */
const PHONE = { width: 390, height: 844 };

/** The browser that comes inside an npm package on Linux; elsewhere the Chrome that is installed. */
export const openBrowser = async (): Promise<Browser> =>
  process.platform === 'linux'
    ? chromium.launch({
        executablePath: await chromiumForLambda.executablePath(),
        args: chromiumForLambda.args.filter((one) => !FOR_LAMBDA_ALONE.has(one)),
      })
    : chromium.launch({ channel: 'chrome' });

/** In a single process, closing one page closes the browser. */
const FOR_LAMBDA_ALONE: ReadonlySet<string> = new Set(['--single-process', '--no-zygote']);

/** What a visit shows besides the page itself. */
export interface Visit {
  readonly page: Page;
  /** Everything that the console reports as an error, scripts' and the policy's refusals included. */
  readonly errors: string[];
  /** Origins other than the page's own that were asked for anything. */
  readonly foreign: string[];
  readonly statuses: number[];
  /** Methods of the page's requests that are no mere reads. */
  readonly writes: string[];
}

/** Opens an address on a phone, in a browser that has never been there. */
export async function visit(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({
    viewport: PHONE,
    colorScheme: 'light',
    isMobile: true,
    ...options,
  });
  // Sooner than the test's own, so that a failure says what was waited for.
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const seen: Visit = { page, errors: [], foreign: [], statuses: [], writes: [] };
  page.on('console', (message) => {
    if (message.type() === 'error') seen.errors.push(message.text());
  });
  page.on('pageerror', (error) => seen.errors.push(error.message));
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (!['GET', 'HEAD'].includes(request.method())) seen.writes.push(request.method());
    if (protocol.startsWith('http') && origin !== new URL(url).origin) seen.foreign.push(request.url());
  });
  page.on('response', (response) => seen.statuses.push(response.status()));
  await page.goto(url, { waitUntil: 'load' });
  return seen;
}

/** What axe finds wrong by day, and by night too where colours are concerned, as `rule: element`. */
export async function barriers(page: Page): Promise<string[]> {
  await page.emulateMedia({ colorScheme: 'light' });
  const byDay = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  await page.emulateMedia({ colorScheme: 'dark' });
  const byNight = await new AxeBuilder({ page }).setLegacyMode(true).withRules(['color-contrast']).analyze();
  return [...byDay.violations, ...byNight.violations].flatMap(({ id, nodes }) =>
    nodes.map(({ target }) => `${id}: ${target.join(' ')}`),
  );
}

/** How many pixels wider than the screen the page is. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
