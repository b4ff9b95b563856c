import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAuthorizer } from '#functions/dashboard-authorizer/authorize.ts';
import { createTokenHashes } from '#functions/dashboard-authorizer/token-hashes.ts';
import { dropPreviousToken, rotateDashboardToken } from '#scripts/rotate/dashboard-token.ts';
import { holderOf, type KeptSecret, type Version } from '#scripts/rotate/kept-secret.ts';
import { NAME, runQuietly, runWithCrashes, startSecrets, type SecretsWorld } from './secrets-world.ts';

let world: SecretsWorld;
beforeEach(async () => {
  world = await startSecrets();
});
afterEach(() => world.close());

const DAY = 86_400_000;
const now = () => new Date();
const value = (stage: string) => world.manager.value(NAME, stage);

/** As API Gateway runs them: several at once, each with a memory of its own. */
const startAuthorizers = (count: number) =>
  Array.from({ length: count }, () =>
    createAuthorizer(
      createTokenHashes({
        readSecret: async (stage) => value(stage) ?? null,
        now: () => Date.now(),
        warn: () => undefined,
      }),
    ),
  );
type Authorizers = ReturnType<typeof startAuthorizers>;

const lets = async (authorizer: Authorizers[number], token: string) =>
  (await authorizer({ headers: { 'x-dashboard-token': token } })).isAuthorized;
const letsAll = async (authorizers: Authorizers, token: string) =>
  (await Promise.all(authorizers.map((one) => lets(one, token)))).every(Boolean);

/** The operator at the command line, in front of these authorizers. */
const rotate = (
  authorizers: Authorizers,
  {
    meanwhile,
    ...options
  }: { meanwhile?: () => Promise<void>; dyingAfter?: number; again?: boolean; isDryRun?: boolean } = {},
) => {
  const delay = world.delayIn(1000, meanwhile);
  const { again = false, isDryRun = false, ...operator } = options;
  const secret = world.secret({ ...operator, ...(meanwhile !== undefined && { meanwhile }) });
  const doors = { dashboard: (token: string) => letsAll(authorizers, token) };
  return runQuietly(rotateDashboardToken({ secret, doors, now, delay, again }), { delay, isDryRun });
};

/** Everybody who calls the API, and strangers who make authorizers look at the secret at the worst moments. */
function startCallers(authorizers: Authorizers) {
  const longRun = value('AWSCURRENT')!;
  const world = { calls: 0, refused: [] as string[] };
  return {
    world,
    async call() {
      for (const authorizer of authorizers) {
        for (const [who, token] of [
          ['a run that read the token long ago', longRun],
          ['a run that reads it now', value('AWSCURRENT')!],
        ] as const) {
          world.calls++;
          if (!(await lets(authorizer, token))) world.refused.push(who);
        }
        if (await lets(authorizer, 'a stranger’s')) throw new Error('a stranger was let in');
      }
    },
  };
}

describe('rotating the dashboard token', () => {
  it('makes the first one, which is never shown, and leaves it alone for a week', async () => {
    const authorizers = startAuthorizers(2);
    const first = await rotate(authorizers);
    expect(first).toEqual({
      exit: 0,
      said: 'Puts the first dashboard token.\nThe dashboard token is in use.',
    });
    const token = value('AWSCURRENT')!;
    expect(token).toMatch(/^[\w-]{43}$/);
    world.advance(6 * DAY);
    const second = await rotate(authorizers);
    expect(second.exit).toBe(0);
    expect(second.said).toMatch(/less than a week ago, so nothing was done\. --again/);
    expect(value('AWSCURRENT')).toBe(token);
  });

  it('refuses nobody at any moment, wherever the operator’s machine dies', async () => {
    const authorizers = startAuthorizers(3);
    await rotate(authorizers);
    world.advance(90 * DAY);
    const old = value('AWSCURRENT')!;
    const callers = startCallers(authorizers);
    const result = await runWithCrashes((dyingAfter) =>
      rotate(authorizers, { dyingAfter, meanwhile: () => callers.call() }),
    );
    expect(result.crashes).toBeGreaterThan(3);
    expect(result.said).toContain('The dashboard token is in use.');
    expect(callers.world.refused).toEqual([]);
    expect(callers.world.calls).toBeGreaterThan(200);
    expect(value('AWSCURRENT')).not.toBe(old);
    expect(value('AWSPREVIOUS')).toBe(old);
    expect(value('AWSPENDING')).toBeUndefined();
    const shown = JSON.stringify(result);
    for (const secret of [old, value('AWSCURRENT')!]) expect(shown).not.toContain(secret);
  });

  it('would refuse some if the new token were used as soon as it is put', async () => {
    const authorizers = startAuthorizers(3);
    await rotate(authorizers);
    world.advance(90 * DAY);
    const callers = startCallers(authorizers);
    await callers.call();
    const secret = world.secret();
    await secret.put('x'.repeat(43), ['AWSPENDING'], await secret.versions());
    await promote(secret);
    await callers.call();
    expect(new Set(callers.world.refused)).toEqual(new Set(['a run that reads it now']));
  });

  it('keeps the old token in use while some authorizer does not take the new one', async () => {
    const authorizers = startAuthorizers(1);
    await rotate(authorizers);
    const old = value('AWSCURRENT');
    const deaf: Authorizers = [async () => ({ isAuthorized: false })];
    const { exit, said } = await rotate([...authorizers, ...deaf], { again: true });
    expect(exit).toBe(3);
    expect(said).toMatch(/does not take the new token, so the old one stays/);
    expect(value('AWSCURRENT')).toBe(old);
    world.advance(2 * 3_600_000);
    expect((await rotate([...authorizers, ...deaf])).exit).toBe(3);
    expect((await rotate(authorizers)).exit).toBe(0);
    expect(value('AWSPREVIOUS')).toBe(old);
  });

  it('says what it would do, and does nothing, when asked for that', async () => {
    const { exit, said } = await rotate(startAuthorizers(1), { isDryRun: true });
    expect({ exit, said }).toEqual({
      exit: 0,
      said: 'Next: Puts the first dashboard token.\nNothing was changed.',
    });
    expect(value('AWSCURRENT')).toBeUndefined();
  });

  it('lets one of two operators win', async () => {
    const authorizers = startAuthorizers(1);
    await rotate(authorizers);
    const [mine, theirs] = [world.secret(), world.secret()];
    const known = await mine.versions();
    await theirs.put('theirs-theirs-theirs', ['AWSPENDING'], known);
    await expect(mine.put('mine-mine-mine-mine', ['AWSPENDING'], known)).rejects.toThrow(
      /has just been changed by somebody else\. Run the command again\./,
    );
    const before = await promote(theirs);
    await expect(mine.move('AWSCURRENT', { from: before })).rejects.toThrow(/somebody else/);
    expect(value('AWSCURRENT')).toBe('theirs-theirs-theirs');
  });
});

async function promote(secret: KeptSecret): Promise<Version> {
  const versions = await secret.versions();
  const current = holderOf(versions, 'AWSCURRENT')!;
  await secret.move('AWSCURRENT', { from: current, to: holderOf(versions, 'AWSPENDING')! });
  return current;
}

describe('dropping the previous token', () => {
  it('ends it within five minutes, and the current one goes on', async () => {
    const authorizers = startAuthorizers(2);
    await rotate(authorizers);
    const old = value('AWSCURRENT')!;
    await rotate(authorizers, { again: true });
    expect(await letsAll(authorizers, old)).toBe(true);
    const { exit } = await runQuietly(dropPreviousToken({ secret: world.secret() }));
    expect(exit).toBe(0);
    world.advance(300_000);
    for (const authorizer of authorizers) expect(await lets(authorizer, old)).toBe(false);
    expect(await letsAll(authorizers, value('AWSCURRENT')!)).toBe(true);
  });
});
