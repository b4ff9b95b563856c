import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VALID_DAYS, type CredentialName } from '#functions/credential-watch/validity.ts';
import { openAccount, type Reach } from '#scripts/rotate/reach.ts';
import { readStatus } from '#scripts/rotate/status.ts';
import { awsCredentialsFor, openLocalKeys, type LocalKeys } from '#scripts/stack/credentials.ts';
import { rotateDashboardToken } from '#scripts/rotate/dashboard-token.ts';
import { holderOf, type KeptSecret } from '#scripts/rotate/kept-secret.ts';
import { rotateLinkKey } from '#scripts/rotate/link-key.ts';
import { runSteps, type Next } from '#scripts/rotate/steps.ts';
import { Crash } from '#test/functions/scc/local-scc.ts';
import { confirmed } from './bookings.ts';
import { goTo } from './clock.ts';
import { asOperator, tick } from './crew-client.ts';
import { get, linkOf, signIn } from './look.ts';
import { startWorld, type World } from './world.ts';

const OPERATOR = 'operator';
let world: World;
let keys: LocalKeys;
let reach: Reach;
beforeAll(async () => {
  world = await startWorld({ onlooker: OPERATOR });
  await world.apply([confirmed()]);
  keys = openLocalKeys(join(world.directory, 'state/keys.json'));
  const { aws, region } = world.endpoints;
  const access = { region, endpoint: aws.endpoint, credentials: awsCredentialsFor(OPERATOR, keys) };
  const boardUrl = `${world.endpoints.board}/macros/s/local/exec`;
  reach = (await openAccount({ stack: 'local', boardUrl }, access)).reach!;
});
afterAll(() => world?.close());

const now = () => new Date();

describe('the doors that rotations ask', () => {
  it.each<[keyof Reach['doors'], (from: LocalKeys) => string]>([
    ['dashboard', ({ dashboardToken }) => dashboardToken],
    ['scc', ({ serviceKey }) => serviceKey],
    ['board', ({ boardKey }) => boardKey],
  ])('of %s let in its own key and no other', async (door, keyOf) => {
    expect(await reach.doors[door](keyOf(keys))).toBe(true);
    expect(await reach.doors[door](keys.linkKey)).toBe(false);
  });
});

describe('a stack whose keys were put today', () => {
  it('has nothing to do', async () => {
    const statuses = await readStatus({ ...reach, now });
    expect(statuses.map(({ name, notes, isDue }) => ({ name, notes, isDue }))).toEqual(
      Object.keys(VALID_DAYS).map((name) => ({ name, notes: [], isDue: false })),
    );
  });

  it('tells when its charters end, which is how long a retired link key is needed', async () => {
    const charters = await reach.charters();
    expect(charters.map(({ endsAt }) => endsAt)).toEqual(['2027-05-30T19:00:00Z']);
  });
});

describe('credential-watch', () => {
  it('writes once a day how many days each credential has left', async () => {
    await tick(world, 'credential-watch');
    expect(await world.stack.settle(60_000)).toEqual([]);
    const left = Object.entries(VALID_DAYS).map(([name, days]) => [name, days - 1]);
    // What a function says arrives beside its answer.
    await expect.poll(daysLeft).toEqual(Object.fromEntries(left));
  });

  /** By credential, as its log has them. */
  function daysLeft(): Record<string, number> {
    const folder = join(world.directory, 'logs');
    const [file] = readdirSync(folder).filter((name) => name.startsWith('credential-watch'));
    const metrics = readFileSync(join(folder, file!), 'utf8')
      .split('\n')
      .map((line) => /\{"_aws".*\}/.exec(line)?.[0])
      .filter((line) => line !== undefined)
      .map((line) => JSON.parse(line) as { Credential: CredentialName; DaysLeft: number });
    return Object.fromEntries(metrics.map(({ Credential, DaysLeft }) => [Credential, DaysLeft]));
  }
});

describe('while a rotation runs, and dies after each of its writes,', () => {
  /** Dies after its first write. */
  const dying = (secret: KeptSecret): KeptSecret => ({
    ...secret,
    async put(...given) {
      await secret.put(...given);
      throw new Crash('after the value was put');
    },
    async move(...given) {
      await secret.move(...given);
      throw new Crash('after a label was moved');
    },
  });
  /** Time passes in steps, in which people go on. */
  const delayIn = (step: number, call: () => Promise<void>) => async (milliseconds: number) => {
    for (let passed = 0; passed < milliseconds; passed += step) {
      goTo(world, new Date(Date.now() + step).toISOString());
      await call();
    }
  };
  async function rotate(
    next: (secret: KeptSecret) => Next,
    secret: KeptSecret,
    call: () => Promise<void>,
    step: number,
  ) {
    const said: string[] = [];
    const run = (by: KeptSecret) =>
      runSteps(next(by), {
        delay: delayIn(step, call),
        say: (text) => void said.push(text),
        isDryRun: false,
      });
    for (let deaths = 0; ; deaths++) {
      const exit = await run(dying(secret)).catch((error: unknown) => {
        if (error instanceof Crash) return undefined;
        throw error;
      });
      await call();
      if (exit !== undefined) return { exit, deaths, said: said.join('\n') };
    }
  }

  it('the dashboard lets in whoever reads the token now and whoever read it before, and no stranger', async () => {
    const secret = reach.secretOf('dashboard-token');
    const statuses = new Map<string, number>();
    const ask = async (who: string, token: string) => {
      const { status } = await get(`${world.endpoints.dashboardApi}/api/bookings`, {
        'x-dashboard-token': token,
      });
      statuses.set(`${who}: ${status}`, (statuses.get(`${who}: ${status}`) ?? 0) + 1);
    };
    const current = async () => secret.text(holderOf(await secret.versions(), 'AWSCURRENT')!);
    const old = await current();
    const call = async () => {
      await ask('before', old);
      await ask('now', await current());
      await ask('stranger', 'x'.repeat(43));
    };
    let again = true;
    const next = (by: KeptSecret) => {
      const deps = { secret: by, doors: reach.doors, now, delay: async () => undefined, again };
      again = false;
      return rotateDashboardToken(deps);
    };
    const { exit, deaths, said } = await rotate(next, secret, call, 2000);
    expect({ exit, deaths }).toEqual({ exit: 0, deaths: 3 });
    expect(await current()).not.toBe(old);
    expect([...statuses.keys()].toSorted()).toEqual(['before: 200', 'now: 200', 'stranger: 403']);
    expect(statuses.get('now: 200')).toBeGreaterThan(15);
    for (const token of [old, await current()]) expect(said).not.toContain(token);
  });

  it('links, sessions and guests’ keys work that were made before, and those that are made now', async () => {
    const { crewPortal, edge, sccApi } = world.endpoints;
    const secret = reach.secretOf('link-key');
    const link = await linkOf(world, 'john');
    const guestLink = async () => {
      const answer = await get(`${sccApi}/api/guest-links/boatsetter-xhqgmdh`, {
        'x-service-key': keys.serviceKey,
      });
      return new URL(((await answer.json()) as { url: string }).url);
    };
    const before = { ...(await signIn(link)), guest: await guestLink() };
    const statuses = new Set<string>();
    const links = new Set<string>();
    const call = async () => {
      const now = await signIn(link);
      const { body } = await asOperator<{ url: string }>(world, 'POST', '/api/crew/john/link', {
        bookingKey: 'boatsetter-xhqgmdh',
      });
      const { url } = body;
      links.add(url);
      statuses.add(`link ${(await get(url)).status}`);
      for (const { cookie } of [before, now, await signIn(url)]) {
        statuses.add(`page ${(await get(`${crewPortal}/crew`, { cookie })).status}`);
        statuses.add(`api ${(await get(`${crewPortal}/api/session`, { cookie })).status}`);
      }
      for (const { pathname, hash } of [before.guest, await guestLink()]) {
        const headers = { 'x-upload-key': hash.slice(3) };
        statuses.add(`guest ${(await get(`${edge}/api${pathname}/photos`, headers)).status}`);
      }
    };
    let again = true;
    const next = (by: KeptSecret) => {
      const deps = { secret: by, now, again };
      again = false;
      return rotateLinkKey(deps);
    };
    const { exit, deaths } = await rotate(next, secret, call, 120_000);
    expect({ exit, deaths }).toEqual({ exit: 0, deaths: 2 });
    await delayIn(120_000, call)(6 * 60_000);
    expect([...statuses].toSorted()).toEqual(['api 200', 'guest 200', 'link 303', 'page 200']);
    // One by the old key, one by the new.
    expect(links.size).toBe(2);
    expect((await guestLink()).hash).not.toBe(before.guest.hash);
  });
});
