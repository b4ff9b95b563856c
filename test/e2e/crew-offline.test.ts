import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { confirmed } from './bookings.ts';
import { barriers, openBrowser, overflow } from './browser.ts';
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

const BEFORE = 'Before the guests come';
const listOf = (page: Page): Locator => page.getByRole('region', { name: BEFORE });
const rowOf = (page: Page, item: string): Locator =>
  listOf(page).getByRole('listitem').filter({ hasText: item });

async function tick({ page }: Phone, item: string): Promise<void> {
  await listOf(page).getByRole('button', { name: item }).click();
  await listOf(page).getByRole('button', { name: item, pressed: true }).waitFor();
}

async function logExpense({ page }: Phone, amount: string, text: string): Promise<void> {
  await page.getByText('Add an expense').click();
  const form = page.locator('#expenses form').last();
  await form.getByLabel('Amount').fill(amount);
  await form.getByLabel('What for').fill(text);
  await form.getByRole('button', { name: 'Add' }).click();
  await page.locator('#expenses li').filter({ hasText: text }).waitFor();
}

/** Its status line says that nothing waits any more. */
const isThrough = ({ page }: Phone): Promise<void> =>
  page
    .locator('#sync [role=status]')
    .filter({ hasNotText: /Offline|waiting/ })
    .waitFor();

describe('a phone that was here once and has lost its signal', () => {
  it('still shows the charter, takes entries, and says that they wait', async () => {
    await john.loseSignal();
    await john.reload();
    expect(await john.page.locator('h1').innerText()).toBe('Sunday, May 30, 2027');
    await tick(john, 'Fuel and water checked');
    const row = rowOf(john.page, 'Life jackets');
    await row.locator('summary').click();
    await row.getByLabel('Note').fill('Two are wet');
    await row.getByRole('button', { name: 'Save note' }).click();
    await logExpense(john, '23,45', 'Zinc anode');

    expect(await rowOf(john.page, 'Fuel and water').innerText()).toContain('waiting for signal');
    expect(await row.innerText()).toMatch(/Two are wet[^]*waiting for signal/);
    const expense = john.page.locator('#expenses li').filter({ hasText: 'Zinc anode' });
    expect(await expense.innerText()).toMatch(/\$23\.45[^]*waiting for signal/);
    expect(await john.page.locator('#sync').innerText()).toMatch(
      /^Offline: shown as of .*\. 3 entries waiting to be sent\.$/,
    );
  });

  it('keeps them over another visit, with no barriers', async () => {
    await john.reload();
    expect(await rowOf(john.page, 'Fuel and water').innerText()).toContain('waiting for signal');
    expect(await barriers(john.page)).toEqual([]);
    expect(await overflow(john.page)).toBe(0);
    expect(john.foreign).toEqual([]);
  });

  it('sends them when the signal is back; the others see all but the expense', async () => {
    await john.regainSignal();
    await isThrough(john);
    expect(await rowOf(john.page, 'Fuel and water').innerText()).toMatch(/You, .* sent/);
    expect(await john.page.locator('#expenses li').filter({ hasText: 'Zinc anode' }).innerText()).toContain(
      'sent',
    );

    await jane.reload();
    expect(await rowOf(jane.page, 'Fuel and water').innerText()).toContain('John,');
    expect(await rowOf(jane.page, 'Life jackets').innerText()).toContain('Two are wet');
    expect(await jane.page.content()).not.toMatch(/Zinc|23\.45|23,45/);
  });
});

describe('two phones without signal', () => {
  it('both tick, and what they did merges', async () => {
    await Promise.all([john.loseSignal(), jane.loseSignal()]);
    await tick(john, 'VHF radio');
    await tick(john, 'Safety briefing');
    await tick(jane, 'VHF radio');
    await tick(jane, 'Sails, sheets');
    for (const phone of [john, jane]) {
      await phone.regainSignal();
      await isThrough(phone);
    }
    await john.reload();
    for (const { page } of [john, jane]) {
      expect(await listOf(page).getByText('4 of 6 done').isVisible()).toBe(true);
      expect(await rowOf(page, 'Safety briefing').innerText()).toMatch(page === john.page ? /You,/ : /John,/);
      expect(await rowOf(page, 'Sails, sheets').innerText()).toMatch(page === jane.page ? /You,/ : /Jane,/);
    }
  });

  it('a list that one finishes keeps what another did without signal, as late, until it is reopened', async () => {
    await john.loseSignal();
    await tick(john, 'Water, ice');
    await listOf(jane.page).getByRole('button', { name: 'Finish this list' }).click();
    await listOf(jane.page).getByText('Finished:').waitFor();
    await isThrough(jane);
    await john.regainSignal();
    await isThrough(john);
    await jane.reload();
    for (const { page } of [john, jane]) {
      await listOf(page).getByText('What is marked late came after that.').waitFor();
      expect(await rowOf(page, 'Water, ice').locator('.tag-late').innerText()).toBe('late');
      expect(await listOf(page).locator('.tag-late').count()).toBe(1);
    }
    await listOf(jane.page).getByRole('button', { name: 'Reopen this list' }).click();
    await listOf(jane.page).getByRole('button', { name: 'Finish this list' }).waitFor();
    expect(await listOf(jane.page).locator('.tag-late').count()).toBe(0);
    expect(await listOf(jane.page).getByText('5 of 6 done').isVisible()).toBe(true);
  });
});

describe('an expense that waited too long', () => {
  it('comes back with the reason when the captain had closed the charter, and stays on the phone', async () => {
    await john.loseSignal();
    await logExpense(john, '40', 'Diesel');
    const mike = await phoneOf('mike', world, browser);
    await mike.page.getByRole('button', { name: 'Close this charter' }).click();
    await mike.page.getByRole('button', { name: 'Open it again' }).waitFor();
    await john.regainSignal();
    const failed = john.page.locator('#sync li').filter({ hasText: 'Expense of $40.00' });
    await failed.waitFor();
    expect(await failed.innerText()).toContain('not saved');
    expect(await failed.innerText()).toContain('the captain closed the expenses');

    await john.reload();
    await failed.waitFor();
    await mike.page.getByRole('button', { name: 'Open it again' }).click();
    await mike.page.getByRole('button', { name: 'Close this charter' }).waitFor();
    await failed.getByRole('button', { name: 'Try again' }).click();
    await failed.waitFor({ state: 'detached' });
    const expense = john.page.locator('#expenses li').filter({ hasText: 'Diesel' });
    expect(await expense.innerText()).toMatch(/\$40\.00[^]*sent/);
    await mike.close();
  });
});
