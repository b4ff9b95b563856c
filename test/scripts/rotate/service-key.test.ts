import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '#bookings/model/canonical.ts';
import { createApp } from '#functions/scc-api/app.ts';
import { createDoors } from '#scripts/rotate/doors.ts';
import { createParkedKey } from '#scripts/rotate/parked-key.ts';
import { prepareServiceKey, rotateServiceKey } from '#scripts/rotate/service-key.ts';
import { createLocalApi } from '#test/functions/scc-api/local-api.ts';
import { startLocalScc, type LocalScc } from '#test/functions/scc/local-scc.ts';
import { NAME, runQuietly, runWithCrashes, startSecrets, type SecretsWorld } from './secrets-world.ts';

let world: SecretsWorld;
let scc: LocalScc;
beforeEach(async () => {
  world = await startSecrets();
  scc = await startLocalScc();
});
afterEach(async () => {
  await world.close();
  await scc.close();
});

const PARKED = 'bosun/prod/first-service-key';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const now = () => new Date();
const value = (stage: string) => world.manager.value(NAME, stage);

type Instance = (path: string, init: RequestInit) => Promise<Response>;

/** scc-api in several instances, which a deploy replaces one after the other, and infra/stacks.ts as the operator has it. */
function startApi(count = 3) {
  const { deps } = createLocalApi(scc);
  const start = (serviceKeyHashes: readonly string[]): Instance => {
    const app = createApp({ ...deps, serviceKeyHashes });
    return async (path, init) => app.request(path, init);
  };
  let asked = 0;
  const api = {
    listed: [] as string[],
    instances: [] as Instance[],
    /** Writes what the command says into the file. */
    edit(said: string) {
      const line = /serviceKeyHashes: \[(.*)\],/.exec(said);
      if (line !== null) api.listed = line[1]!.split(', ').map((hash) => hash.slice(1, -1));
    },
    async deploy(meanwhile: () => Promise<void> = async () => undefined) {
      for (let at = 0; at < count; at++) {
        api.instances[at] = start(api.listed);
        await meanwhile();
      }
    },
    /** Whichever instance is next. */
    fetch: async (url: string, init: RequestInit) => {
      const { pathname } = new URL(url);
      return api.instances[asked++ % api.instances.length]!(pathname, init);
    },
  };
  return api;
}
type Api = ReturnType<typeof startApi>;

const doorsOf = (api: Api) =>
  createDoors(
    { sccApi: 'https://scc.test', dashboardApi: 'https://x.test', board: 'https://x.test' },
    api.fetch,
  );

/** `npm run rotate -- service-key` */
const rotate = (
  api: Api,
  options: { meanwhile?: () => Promise<void>; dyingAfter?: number; again?: boolean } = {},
) => {
  const { again = false, ...operator } = options;
  const delay = world.delayIn(2000, options.meanwhile);
  const next = rotateServiceKey({
    stack: 'prod',
    listed: api.listed,
    parked: createParkedKey(world.connect(operator), PARKED),
    secret: world.secret(operator),
    accepts: doorsOf(api).scc,
    now,
    delay,
    again,
  });
  return runQuietly(next, { delay });
};
const prepare = (api: Api, dyingAfter = Infinity) =>
  runQuietly(
    prepareServiceKey({
      stack: 'prod',
      listed: api.listed,
      parked: createParkedKey(world.connect({ dyingAfter }), PARKED),
    }),
  );

/** A stack whose first key is in use. */
async function goLive(): Promise<Api> {
  const api = startApi();
  api.edit((await prepare(api)).said);
  await api.deploy();
  expect((await rotate(api)).exit).toBe(0);
  return api;
}

describe('the first service key', () => {
  it('is made before the first deploy, which needs its hash, and put after it, wherever the machine dies', async () => {
    const api = startApi();
    const prepared = await runWithCrashes((dyingAfter) => prepare(api, dyingAfter));
    expect(prepared.exit).toBe(3);
    const hash = sha256(world.manager.value(PARKED)!);
    expect(prepared.said).toContain(`serviceKeyHashes: ['${hash}'],`);
    const repeated = await prepare(api);
    expect(repeated.exit).toBe(3);
    expect(repeated.said).toContain(hash);
    api.edit(repeated.said);
    expect((await prepare(api)).said).toContain('says so already: commit it and deploy');
    await api.deploy();
    const put = await runWithCrashes((dyingAfter) => rotate(api, { dyingAfter }));
    expect(put.crashes).toBeGreaterThan(2);
    expect(put.exit).toBe(0);
    expect(sha256(value('AWSCURRENT')!)).toBe(hash);
    expect(() => world.manager.value(PARKED)).toThrow('was marked for deletion');
    // AWS frees the name some minutes later.
    await expect(prepare(api)).rejects.toThrow('It does in some minutes: run this again then.');
    world.advance(600_000);
    expect((await rotate(api)).said).toMatch(/nothing was done/);
    for (const { said } of [prepared, repeated, put]) expect(said).not.toContain(value('AWSCURRENT')!);
  });
});

describe('rotating the service key', () => {
  /** The pipeline: runs that read the key when they begin, and use it for up to an hour. */
  function startRuns(api: Api) {
    const runs = { calls: 0, refused: 0, key: value('AWSCURRENT')!, began: Date.now() };
    const call = async (key: string) => {
      for (const instance of api.instances) {
        const headers = { 'x-service-key': key, 'content-type': 'application/json' };
        const { status } = await instance('/api/crew/john', { method: 'PUT', headers, body: '{}' });
        runs.calls++;
        // Whoever is let in hears what is wrong with the body.
        if (status !== 422) runs.refused++;
      }
    };
    return {
      runs,
      async call() {
        if (Date.now() - runs.began > HOUR)
          Object.assign(runs, { key: value('AWSCURRENT')!, began: Date.now() });
        await call(runs.key);
        await call(value('AWSCURRENT')!);
      },
    };
  }

  it('refuses nobody at any moment, wherever the machine dies and however a deploy goes', async () => {
    const api = await goLive();
    world.advance(365 * DAY);
    const old = value('AWSCURRENT')!;
    const { runs, call } = startRuns(api);
    const anyhow = () => runWithCrashes((dyingAfter) => rotate(api, { dyingAfter, meanwhile: call }));

    const begun = await anyhow();
    expect(begun.said).toMatch(/waits as AWSPENDING and is not let in yet/);
    expect((await rotate(api, { meanwhile: call })).exit).toBe(3);
    api.edit(begun.said);
    expect(api.listed).toEqual([sha256(old), sha256(value('AWSPENDING')!)]);
    await api.deploy(call);
    const promoted = await anyhow();
    expect(promoted.exit).toBe(3);
    expect(promoted.said).toMatch(/is in use; the old one is still let in\. Leave it so for an hour/);
    expect(value('AWSPREVIOUS')).toBe(old);

    await world.delayIn(600_000, call)(2 * HOUR);
    const later = await rotate(api, { meanwhile: call });
    expect(later.exit).toBe(3);
    expect(later.said).not.toMatch(/for an hour/);
    api.edit(later.said);
    expect(api.listed).toEqual([sha256(value('AWSCURRENT')!)]);
    await api.deploy(call);
    const last = await anyhow();
    expect(last.exit).toBe(0);
    expect(runs.refused).toBe(0);
    expect(runs.calls).toBeGreaterThan(200);
    expect(await doorsOf(api).scc(old)).toBe(false);
    const said = [begun, promoted, later, last].map((one) => one.said).join();
    for (const key of [old, value('AWSCURRENT')!]) expect(said).not.toContain(key);
  });

  it('does not let the new key be used while a deploy is half through', async () => {
    const api = await goLive();
    api.edit((await rotate(api, { again: true })).said);
    const old = value('AWSCURRENT');
    let halves = 0;
    await api.deploy(async () => {
      if (++halves !== 2) return;
      expect((await rotate(api)).exit).toBe(3);
      expect(value('AWSCURRENT')).toBe(old);
    });
    expect((await rotate(api)).said).toMatch(/is in use/);
    expect(value('AWSPREVIOUS')).toBe(old);
  });

  it('says so when the API was rolled back to before the key', async () => {
    const api = await goLive();
    api.instances.fill(async () => new Response(null, { status: 401 }));
    world.advance(30 * DAY);
    const { exit, said } = await rotate(api);
    expect(exit).toBe(3);
    expect(said).toMatch(/^The service key is not let in\./);
    expect(value('AWSPENDING')).toBeUndefined();
  });

  it('does nothing when the API says neither yes nor no', async () => {
    const api = await goLive();
    api.instances.fill(async () => new Response(null, { status: 418 }));
    world.advance(30 * DAY);
    await expect(rotate(api)).rejects.toThrow('418 says neither that the key is right nor that it is wrong');
    expect(value('AWSPENDING')).toBeUndefined();
  });
});
