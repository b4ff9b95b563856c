import { describe, expect, it } from 'vitest';
import { withTables } from '#scripts/costs.ts';
import { installedIn, readProdGraph } from '#scripts/costs/installed.ts';
import { monthlyCosts, sumOf, type Installed } from '#scripts/costs/monthly.ts';
import type { PriceKey } from '#scripts/costs/prices.ts';
import { renderCosts } from '#scripts/costs/render.ts';
import { readDocument } from './read-document.ts';

const NOTHING: Installed = {
  secrets: 0,
  alarms: 0,
  dashboards: 0,
  ownMetrics: 0,
  scheduledRuns: 0,
  polledQueues: 0,
  zones: 0,
  firewallRules: null,
};

const dollarsFor = (charters: number, installed: Partial<Installed>, price: PriceKey) =>
  monthlyCosts(charters, { ...NOTHING, ...installed }).find((line) => line.price === price)!.dollars;

describe('the costs of a month', () => {
  it('are the amount at its price, after what is always free', () => {
    expect(dollarsFor(0, { secrets: 5 }, 'secret')).toBeCloseTo(2);
    expect(dollarsFor(0, { alarms: 10 }, 'alarm')).toBe(0);
    expect(dollarsFor(0, { alarms: 57 }, 'alarm')).toBeCloseTo(4.7);
    expect(dollarsFor(0, { firewallRules: 5 }, 'firewall')).toBe(5);
    expect(dollarsFor(0, { firewallRules: 5 }, 'firewallRule')).toBe(5);
    // 1,200 a year are 100 a month, with 40 photos of 4 MB each: 16 GB a month, 192 GB at the end of the year.
    expect(dollarsFor(1200, {}, 'storage')).toBeCloseTo(192 * 0.023);
    // Each loaded six times: 96 GB, of which 100 are free.
    expect(dollarsFor(1200, {}, 'traffic')).toBe(0);
    expect(dollarsFor(2400, {}, 'traffic')).toBeCloseTo((192 - 100) * 0.09);
    expect(dollarsFor(1200, {}, 'mail')).toBeCloseTo(0.2);
  });

  it('never fall with more charters, and are more where nothing is free', () => {
    const [few, many] = [20, 2000].map((charters) => monthlyCosts(charters, NOTHING));
    for (const [index, line] of few!.entries())
      expect(many![index]!.dollars, line.unit).toBeGreaterThanOrEqual(line.dollars);
    expect(sumOf(many!, 'listed')).toBeGreaterThan(sumOf(many!));
  });

  it('stand in the document as the program and the prices give them', async () => {
    const document = readDocument('costs');
    const tables = renderCosts(installedIn(await readProdGraph()));
    expect(plain(document), 'npm run costs -- --write').toBe(plain(withTables(document, tables)));
  });
});

/** Without what a formatter may change in a table. */
const plain = (text: string) => text.replaceAll(/ +/g, ' ').replaceAll(/-{2,}/g, '-').replaceAll('| |', '||');
