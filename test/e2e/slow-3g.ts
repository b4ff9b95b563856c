import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { confirmed } from './bookings.ts';
import { openBrowser } from './browser.ts';
import build from './build.ts';
import { linkOf } from './look.ts';
import { startWorld, type World } from './world.ts';

/** The slow 3G of browsers' developer tools: 400 kbit/s both ways, and 400 ms for an answer to begin. */
const SLOW_3G = {
  offline: false,
  latency: 400,
  downloadThroughput: 400_000 / 8,
  uploadThroughput: 400_000 / 8,
};

/** Milliseconds from opening the link of a mail, in a browser that has never been there. */
export interface Usable {
  /** The heading and the answer's button can be seen. */
  readonly visible: number;
  /** A click on the button would reach it. */
  readonly clickable: number;
  /** The page's script has said how it stands. */
  readonly scripted: number;
}

/** How soon a charter's page is usable at a weak signal. */
export async function measureSlow3g(world: World, browser: Browser, member = 'john'): Promise<Usable> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, isMobile: true });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', SLOW_3G);
  const link = await linkOf(world, member);
  const start = performance.now();
  const since = () => Math.round(performance.now() - start);
  const yes = page.getByRole('button', { name: 'Yes, I am coming' });
  await page.goto(link, { waitUntil: 'commit' });
  await Promise.all([page.locator('h1').waitFor(), yes.waitFor()]);
  const visible = since();
  await yes.click({ trial: true });
  const clickable = since();
  await page.getByText('All saved.').waitFor();
  const scripted = since();
  await context.close();
  return { visible, clickable, scripted };
}

const RUNS = 5;
const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[values.length >> 1]!;

/** `node test/e2e/slow-3g.ts` prints the medians. It is no test: a figure of time depends on the machine. */
async function print(): Promise<void> {
  await build();
  const [world, browser] = await Promise.all([startWorld(), openBrowser()]);
  try {
    await world.apply([confirmed()]);
    const all: Usable[] = [];
    for (let run = 0; run < RUNS; run++) all.push(await measureSlow3g(world, browser));
    for (const what of ['visible', 'clickable', 'scripted'] as const)
      process.stdout.write(`${what}: ${median(all.map((each) => each[what]))} ms\n`);
  } finally {
    await browser.close();
    await world.close();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await print();
