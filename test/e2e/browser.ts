import chromiumForLambda from '@sparticuz/chromium';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

/** A phone: where nearly every page of ours is read. */
const PHONE = { width: 390, height: 844 };

// Our pages draw nothing in 3D, and a graphics card that is imitated for it takes a third of all that a browser does.
chromiumForLambda.setGraphicsMode = false;

/** The browser that comes inside an npm package on Linux; elsewhere the Chrome that is installed. */
export const openBrowser = async (): Promise<Browser> => {
  const { program, flags } = await browserProgram();
  return chromium.launch(
    program === undefined ? { channel: 'chrome' } : { executablePath: program, args: [...flags] },
  );
};

/** Where that browser is, undefined for the one that is installed, and what it has to be started with. */
export async function browserProgram(): Promise<{ program: string | undefined; flags: readonly string[] }> {
  if (process.platform !== 'linux') return { program: undefined, flags: ['--headless=new'] };
  return {
    program: await chromiumForLambda.executablePath(),
    flags: chromiumForLambda.args.filter((one) => !FOR_LAMBDA_ALONE.has(one)),
  };
}

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

export interface VisitOptions extends BrowserContextOptions {
  /** What the phone's clock says, with offset; it stands still. This machine's clock by default. */
  readonly at?: string;
}

/** Opens an address on a phone, in a browser that has never been there. */
export async function visit(
  browser: Browser,
  url: string,
  { at, ...options }: VisitOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({
    viewport: PHONE,
    colorScheme: 'light',
    isMobile: true,
    ...options,
  });
  // Sooner than the test's own, so that a failure says what was waited for.
  context.setDefaultTimeout(15_000);
  if (at !== undefined) await context.clock.setFixedTime(at);
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
