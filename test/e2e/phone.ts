import type { Browser, Page } from 'playwright-core';
import { visit, type Visit } from './browser.ts';
import { linkOf } from './look.ts';
import { createSignal, type Signal } from './signal.ts';
import type { World } from './world.ts';

/** A phone on which somebody of the crew opened the link of their newest mail, and whose signal comes and goes. */
export interface Phone extends Visit {
  readonly signal: Signal;
  loseSignal(): Promise<void>;
  regainSignal(): Promise<void>;
  /** Also without signal. Returns when the page's script has said how it stands. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

export async function phoneOf(member: string, world: World, browser: Browser): Promise<Phone> {
  const signal = await createSignal();
  const seen = await visit(browser, await linkOf(world, member), { proxy: { server: signal.proxy } });
  const { page } = seen;
  const context = page.context();
  let isLost = false;
  await isReady(page);
  return {
    ...seen,
    signal,
    async loseSignal() {
      isLost = true;
      signal.lose();
      await context.setOffline(true);
    },
    async regainSignal() {
      isLost = false;
      signal.regain();
      await context.setOffline(false);
    },
    async reload() {
      await page.reload();
      // A page that a service worker answers forgets that it is offline, until it is told anew.
      if (isLost) await context.setOffline(false);
      if (isLost) await context.setOffline(true);
      await isReady(page);
    },
    async close() {
      await context.close();
      await signal.close();
    },
  };
}

/** The page works without its script too; here, what the script adds is waited for, and that it is kept for later. */
async function isReady(page: Page): Promise<void> {
  if ((await page.locator('#charter').count()) === 0) return;
  await page.locator('#sync [role=status]').filter({ hasText: /\w/ }).waitFor();
  await page.evaluate(IS_KEPT);
}

const IS_KEPT = `(async () => {
  while ((await caches.match(location.pathname)) === undefined) await new Promise(requestAnimationFrame);
})()`;
