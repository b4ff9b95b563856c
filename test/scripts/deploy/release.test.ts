import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StackConfig } from '#infra/config.ts';
import { localAccess } from '#scripts/connect.ts';
import type { Cloud } from '#scripts/deploy/cloud.ts';
import { deployedFunctions } from '#scripts/deploy/deployed-functions.ts';
import { readOriginHashes } from '#scripts/deploy/key-hashes.ts';
import type { Pulumi } from '#scripts/deploy/pulumi.ts';
import { probesOf } from '#scripts/deploy/probes.ts';
import { release, type Release } from '#scripts/deploy/release.ts';
import { renderFindings, smoke, type Finding } from '#scripts/deploy/smoke.ts';
import { readVersions } from '#scripts/deploy/versions.ts';
import { awsCredentialsFor, openLocalKeys } from '#scripts/stack/credentials.ts';
import { localConfig, ofKind } from '#test/fixtures/local-graph.ts';
import { startWorld, type World } from '#test/e2e/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ onlooker: 'operator' });
});
afterAll(() => world.close());

const failed = (findings: readonly Finding[]) => findings.filter(({ problems }) => problems.length > 0);
const look = (ask?: typeof fetch) =>
  smoke(world.endpoints, {
    storage: world.endpoints.aws.endpoint,
    patience: 0,
    ...(ask !== undefined && { fetch: ask }),
  });

describe('a smoke test', () => {
  it('finds nothing wrong with a stack that is well, before its first booking', async () => {
    const findings = await look();
    expect(failed(findings)).toEqual([]);
    expect(findings.length).toBeGreaterThan(14);
    expect(renderFindings(findings, { stack: 'local' })).toMatch(/All \d+ answers are as they should be/);
  });

  it('asks with GET alone', async () => {
    const methods = new Set<string | undefined>();
    await look(async (url, init) => {
      methods.add(init?.method);
      return fetch(url, init);
    });
    expect([...methods]).toEqual([undefined]);
  });

  it('says what failed, where to look and how to go back', async () => {
    const findings = await look(async (url, init) => {
      if (String(url).includes('/api/crew')) return Response.json([]);
      if (String(url).endsWith('/404.html') || String(url).includes('/g/nosuchpage'))
        return new Response(null, { status: 403 });
      return fetch(url, init);
    });
    const text = renderFindings(findings, { stack: 'prod' });
    expect(text).toContain('✗ a stranger has no crew list');
    expect(text).toContain('expected status 401 or 403, found 200');
    expect(text).toContain('look: ');
    expect(text).toContain('npm run rollback -- --stack prod --function scc-api');
    expect(text).toContain('git revert');
    const back = 'npm run rollback -- --stack prod --function scc-api:5';
    expect(renderFindings(findings, { stack: 'prod', back })).toContain(
      `  ${back}    (then again with --yes)`,
    );
  });

  it('blames no version that the deploy did not make', async () => {
    const findings = await look(async (url, init) =>
      String(url).includes('/api/crew') ? Response.json([]) : fetch(url, init),
    );
    const text = renderFindings(findings, { stack: 'prod', back: null });
    expect(text).toContain('✗ a stranger has no crew list');
    expect(text).not.toContain('npm run rollback');
    expect(text).toContain('git revert');
  });

  it('notices a header that is missing, and one that should not be there', async () => {
    const findings = await look(async (url, init) => {
      const response = await fetch(url, init);
      const headers = new Headers(response.headers);
      headers.delete('strict-transport-security');
      headers.set('x-powered-by', 'bosun');
      return new Response(null, { status: response.status, headers });
    });
    const home = findings.find(({ probe }) => probe.what === 'the guest site answers');
    expect(home!.problems).toEqual([
      'header strict-transport-security: expected max-age=, found none',
      'header x-powered-by: expected none, found one',
    ]);
  });

  it('notices doors that do not answer', async () => {
    const findings = await look(async () => {
      throw new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND') });
    });
    expect(failed(findings)).toHaveLength(findings.length);
    expect(findings[0]!.problems).toEqual(['no answer (getaddrinfo ENOTFOUND)']);
  });

  it('asks for HTTPS where there is any', () => {
    const probes = probesOf(
      { ...world.endpoints, edge: 'https://a.example', crewPortal: 'https://b.example' },
      'https://s3',
    );
    expect(probes.filter(({ url }) => url.startsWith('http://a.example')).map(({ has }) => has)).toEqual([
      { location: 'https://a.example/' },
    ]);
  });

  it('blames functions that there are', async () => {
    const names = await deployedFunctions();
    const blamed = probesOf(world.endpoints, 'https://s3').flatMap(({ functions }) => functions);
    expect(blamed.filter((name) => !names.includes(name))).toEqual([]);
    const declared = ofKind(world.stack.graph, 'Function').flatMap(({ type, inputs }) =>
      type.startsWith('aws:lambda') ? [String(inputs.name)] : [],
    );
    expect(names).toEqual(declared.toSorted());
  });
});

describe('a release', () => {
  const config: StackConfig = { ...localConfig, accountId: '123456789012' };
  const nothing = async () => undefined;
  const untouched = { up: () => Promise.reject(new Error('not this far')) };

  async function releaseWith(
    pulumi: Partial<Pulumi>,
    cloud: Partial<Cloud> = {},
    {
      originSecrets = [keys().originSecret],
      ...options
    }: Partial<Pick<Release, 'refresh' | 'includes'> & Pick<StackConfig, 'originSecrets'>> = {},
  ) {
    let said = '';
    const all: Pulumi = {
      select: nothing,
      exportState: nothing,
      importState: nothing,
      preview: nothing,
      previewJson: nothing,
      up: nothing,
      unlock: nothing,
      forgetSettings: nothing,
      ...pulumi,
    };
    const names = await deployedFunctions();
    const here: Cloud = {
      environment: {},
      expires: undefined,
      hasState: async () => true,
      versions: () => readVersions(lambda(), names, ''),
      deployment: async () => world.endpoints,
      isWorkflow: false,
      running: async () => ({ commit: 'c0ffee', time: '2027-05-01T12:00:00Z' }),
      originHashes: () => readOriginHashes(lambda(), ''),
      ...cloud,
    };
    const exit = await release({
      config: { ...config, originSecrets },
      cloud: here,
      pulumi: all,
      asks: false,
      refresh: false,
      includes: async () => true,
      ...options,
      smoke: { storage: world.endpoints.aws.endpoint, patience: 0 },
      say: (text) => void (said += text),
    }).catch((error: unknown) => error);
    return { exit, said };
  }

  const keys = () => openLocalKeys(`${world.directory}/state/keys.json`);
  const lambda = () => {
    const { region, endpoint } = localAccess(world.endpoints);
    return new LambdaClient({
      region,
      endpoint: endpoint!,
      credentials: awsCredentialsFor('operator', keys()),
    });
  };

  it('selects the stack with its key, deploys, and looks whether all is well', async () => {
    const did: string[] = [];
    const { exit, said } = await releaseWith({
      select: async (provider) => void did.push(provider),
      up: async ({ asks }) => void did.push(`up, asks: ${asks}`),
    });
    expect(exit).toBe(0);
    expect(did).toEqual(['awskms://alias/bosun-state?region=us-east-1', 'up, asks: false']);
    expect(said).toContain('No function has another version now.');
    expect(said).toMatch(/All \d+ answers/);
  });

  it('says which functions moved, and the command that moves them back', async () => {
    const now = await readVersions(lambda(), await deployedFunctions(), '');
    let asked = 0;
    const { exit, said } = await releaseWith(
      {},
      {
        versions: async () =>
          asked++ === 0
            ? now.flatMap((one) => {
                if (one.name === 'photo-arrivals') return [];
                // Not the version before: that was bad, and somebody had gone back behind it.
                const live = { 'scc-api': '5', 'crew-portal': '3' }[one.name] ?? one.live;
                return { ...one, live };
              })
            : now,
      },
    );
    expect(exit).toBe(0);
    expect(said).toMatch(/3 functions with another version:\n {2}crew-portal +3 → 1\n/);
    expect(said).toMatch(/photo-arrivals +new → 1\n/);
    expect(said).toContain(
      'npm run rollback -- --stack local --function crew-portal:3 --function scc-api:5\n',
    );
  });

  it('that Pulumi could not finish says what moved all the same, and fails', async () => {
    const broken = new Error('pulumi up did not end well');
    const { exit, said } = await releaseWith({ up: () => Promise.reject(broken) });
    expect(exit).toBe(broken);
    expect(said).toContain('Run it again: Pulumi goes on where it stopped.');
    expect(said).not.toContain('answers');
  });

  it('that failed says that first, even when nothing can be read any more', async () => {
    const broken = new Error('pulumi up did not end well');
    let asked = 0;
    const versions = async () => (asked++ === 0 ? [] : Promise.reject(new Error('ExpiredToken')));
    const { exit, said } = await releaseWith({ up: () => Promise.reject(broken) }, { versions });
    expect(exit).toBe(broken);
    expect(said).toContain('could not be read');
  });

  it('looks at what there really is when told to', async () => {
    const did: unknown[] = [];
    const pulumi = {
      previewJson: async (options: unknown) => {
        did.push(options);
        return {};
      },
      up: async (options: unknown) => void did.push(options),
    };
    await releaseWith(pulumi, { isWorkflow: true }, { refresh: true });
    expect(did).toEqual([{ refresh: true }, { asks: false, refresh: true }]);
  });

  it('fails when the stack is not well afterwards', async () => {
    const { exit, said } = await releaseWith(
      {},
      { deployment: async () => ({ ...world.endpoints, dashboardApi: 'http://127.0.0.1:9' }) },
    );
    expect(exit).toBe(1);
    expect(said).toContain('✗ the dashboard API describes itself');
    expect(said).not.toContain('npm run rollback');
    expect(said).toContain('git revert');
  });

  it('is refused where there is nowhere to keep state', async () => {
    const { exit } = await releaseWith(untouched, { hasState: async () => false });
    expect(String(exit)).toContain('npm run bootstrap -- --stack local');
  });

  it('goes back behind nothing that is deployed, and before that nothing is done', async () => {
    const { exit } = await releaseWith(untouched, {}, { includes: async (commit) => commit !== 'c0ffee' });
    expect(String(exit)).toContain('runs commit c0ffee (2027-05-01T12:00:00Z)');
  });

  it('does not begin with another origin secret than scc-api knows', async () => {
    const { exit } = await releaseWith(
      untouched,
      {},
      { originSecrets: ['a-secret-that-nobody-knows-of-yet'] },
    );
    expect(String(exit)).toContain('ORIGIN_SECRET is not the one');
  });

  it('has nothing to be compared with the first time', async () => {
    const { exit } = await releaseWith(
      {},
      { running: async () => null },
      { includes: async () => false, originSecrets: ['a-secret-that-nobody-knows-of-yet'] },
    );
    expect(exit).toBe(0);
  });

  it('by the workflow does not begin what its role may not end', async () => {
    const steps = [{ op: 'create', urn: 'urn:pulumi:prod::bosun::aws:lambda/function:Function::new' }];
    const previewJson = async () => ({ steps });
    const versions = () => Promise.reject(new Error('a function that the role does not know'));
    const { exit } = await releaseWith({ ...untouched, previewJson }, { isWorkflow: true, versions });
    expect(String(exit)).toContain('Deploy this one from your own machine');
    expect((await releaseWith({ previewJson })).exit).toBe(0);
  });
});
