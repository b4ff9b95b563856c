import ical, { type VEvent } from 'node-ical';
import type { Browser, Page } from 'playwright-core';
import { barriers, overflow, visit, type Visit, type VisitOptions } from './browser.ts';
import { asOperator } from './crew-client.ts';
import type { World } from './world.ts';

type At = Pick<World, 'endpoints'>;

/** The whole link as the operator sends it, with the key to the photos. */
export async function guestLinkOf(world: At, bookingKey: string): Promise<string> {
  const { body } = await asOperator<{ url: string }>(world, 'GET', `/api/guest-links/${bookingKey}`);
  return body.url;
}

/** The same link to the page in one language. */
export const inLanguage = (link: string, language: 'en' | 'es'): string => link.replace('#', `/${language}#`);

/** A page as a guest finds it who opens it on a phone. What it wants to say in a dialogue is an error. */
export async function read(browser: Browser, url: string, options: VisitOptions = {}): Promise<Visit> {
  const seen = await visit(browser, url, options);
  seen.page.on('dialog', async (dialog) => {
    seen.errors.push(`dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  return seen;
}

/** A small old phone, whose owner may read in large type. */
const NARROW = { width: 320, height: 568 };

/** What keeps people from reading it, by day and by night, and what it should not have done meanwhile. */
export async function faultsOf({ page, errors, foreign }: Visit): Promise<string[]> {
  const found = await barriers(page);
  const phone = page.viewportSize()!;
  const wide = await overflow(page);
  await page.setViewportSize(NARROW);
  const widerStill = await overflow(page);
  await page.setViewportSize(phone);
  return [
    ...found,
    ...[wide, widerStill].filter((pixels) => pixels > 0).map((pixels) => `${pixels} pixels too wide`),
    ...errors,
    ...foreign.map((url) => `asked elsewhere: ${url}`),
  ];
}

/** Headings that show, from top to bottom. */
export const headings = (page: Page): Promise<string[]> =>
  page.locator('h1:visible, h2:visible').allInnerTexts();

/** The one entry of a calendar file, as a calendar reads it. */
export function entryIn(file: string): VEvent {
  const found = Object.values(ical.sync.parseICS(file)).filter((one) => one?.type === 'VEVENT');
  if (found.length !== 1) throw new Error(`a calendar file with ${found.length} entries`);
  return found[0]!;
}

/** Lines of its description; node-ical takes an escaped backslash before an n for a line break. */
export function descriptionIn(file: string): string[] {
  const value = /^DESCRIPTION:(.*)$/m.exec(file.replaceAll('\r\n ', ''))![1]!.trimEnd();
  return value.replaceAll(/\\(.)/g, (_escaped, one: string) => (one === 'n' ? '\n' : one)).split('\n');
}

/** How many sheets of paper it takes. */
export async function sheets(page: Page, format: 'Letter' | 'A4'): Promise<number> {
  const file = await page.pdf({ format });
  return file.toString('latin1').match(/\/Type \/Page\b(?!s)/g)?.length ?? 0;
}
