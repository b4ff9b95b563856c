import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllowances } from '#bookings/reconcile/guard.ts';
import { allowTrailers, includesCommit } from '#scripts/repository.ts';
import { createSession } from '#scripts/session.ts';
import { createGitCheckout } from './booking/checkout.ts';

let checkout: ReturnType<typeof createGitCheckout>;
let done: string;
let side: string;

beforeAll(() => {
  checkout = createGitCheckout();
  checkout.commit('Old\n\nBosun-Allow: cancel:9');
  done = checkout.commit('Applied\n\nBosun-Allow: over:8');
  checkout.git('checkout', '--quiet', '-b', 'storm');
  side = checkout.commit(
    'Cancel all\n\nThe storm.\n\nBosun-Allow: cancel:4\nReviewed-by: Mike\nBosun-Allow: recipients:80',
  );
  checkout.git('checkout', '--quiet', 'main');
  checkout.commit(
    'Says Bosun-Allow: over:7 in a sentence\n\nBosun-Allow: over:6 is a line of text.\n\nMore text.',
  );
  checkout.git('merge', '--quiet', '--no-ff', '--no-edit', 'storm');
});
afterAll(() => checkout.close());

describe('the trailer Bosun-Allow', () => {
  it('counts in all commits after the one that was last completely applied, merged ones too', async () => {
    expect((await allowTrailers(checkout.root, done)).toSorted()).toEqual(['cancel:4', 'recipients:80']);
    expect(parseAllowances(await allowTrailers(checkout.root, done))).toEqual({ cancel: 4, recipients: 80 });
  });

  it('counts in the whole history before anything was applied', async () => {
    expect((await allowTrailers(checkout.root, null)).toSorted()).toEqual([
      'cancel:4',
      'cancel:9',
      'over:8',
      'recipients:80',
    ]);
  });

  it('counts no more once its commit was applied', async () => {
    expect(await allowTrailers(checkout.root, 'HEAD')).toEqual([]);
  });

  it('is none of a commit that nobody knows here, and none without git', async () => {
    expect(await allowTrailers(checkout.root, 'f'.repeat(40))).toEqual([]);
    expect(await allowTrailers('/', done)).toEqual([]);
  });

  it('is what a session allows, unless --allow says otherwise', async () => {
    const session = await createSession({ stack: 'local', dir: 'none', allow: ['cancel:1'] }, checkout.root);
    expect(await session.allowances(done)).toEqual({ cancel: 1, recipients: 80 });
  });
});

describe('a checkout', () => {
  it('with a part of the history says so, and not that a commit is older', async () => {
    const shallow = `${checkout.root}-shallow`;
    checkout.git('clone', '--quiet', '--depth', '1', `file://${checkout.root}`, shallow);
    try {
      await expect(includesCommit(shallow, done)).rejects.toThrow('git fetch --unshallow');
      const head = checkout.git('rev-parse', 'HEAD').trim();
      expect(await includesCommit(shallow, head)).toBe(true);
    } finally {
      await rm(shallow, { recursive: true });
    }
  });

  it('knows whether a commit is part of its history', async () => {
    expect(await includesCommit(checkout.root, side)).toBe(true);
    const later = checkout.git('commit-tree', '-m', 'elsewhere', 'HEAD^{tree}').trim();
    expect(await includesCommit(checkout.root, later)).toBe(false);
    expect(await includesCommit(checkout.root, 'f'.repeat(40))).toBe(false);
  });
});
