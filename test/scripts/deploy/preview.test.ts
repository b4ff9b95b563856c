import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { PREVIEW_MARKER, renderPreview } from '#scripts/deploy/preview.ts';
import { withoutSecrets } from '#scripts/deploy/state-copy.ts';
import { localConfig, localGraph, readLocalGraph } from '#test/fixtures/local-graph.ts';

const urn = (type: string, name: string) => `urn:pulumi:prod::bosun::${type}::${name}`;
const LAMBDA = 'aws:lambda/function:Function';
const SITE = 'aws:cloudfront/distribution:Distribution';
const NOTHING_HIDDEN = new Map<string, ReadonlySet<string>>();

const plain = (html: string) =>
  html.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
const render = (
  steps: readonly object[],
  hidden: ReadonlyMap<string, ReadonlySet<string>> = NOTHING_HIDDEN,
) => plain(renderPreview({ steps }, hidden));

describe('a preview as a comment', () => {
  it('says what happens to which resource, and in what it differs', () => {
    const text = render([
      { op: 'update', urn: urn(LAMBDA, 'scc-api'), diffReasons: ['code', 'environment'] },
      { op: 'create', urn: urn('aws:sqs/queue:Queue', 'new-queue') },
      { op: 'same', urn: urn(LAMBDA, 'crew-portal') },
    ]);
    expect(text.startsWith(`${PREVIEW_MARKER}\n`)).toBe(true);
    expect(text).toContain('2 resources: 1 create, 1 update');
    expect(text).toContain(
      `| update | <code>${LAMBDA}</code> | <code>scc-api</code> | <code>code</code>, <code>environment</code> |`,
    );
    expect(text).toContain('<code>new-queue</code>');
    expect(text).not.toContain('crew-portal');
  });

  it('tells of a replacement once, and warns of what cannot be had back', () => {
    const table = urn('aws:dynamodb/table:Table', 'scc-events');
    const text = render([
      { op: 'create-replacement', urn: table },
      { op: 'replace', urn: table, replaceReasons: ['hashKey'], diffReasons: ['hashKey'] },
      { op: 'delete-replaced', urn: table },
      { op: 'delete', urn: urn(LAMBDA, 'old') },
    ]);
    expect(text).toContain('2 resources: 1 delete, 1 replace');
    expect(text).toContain('- ⚠️ replace <code>aws:dynamodb/table:Table</code> <code>scc-events</code>');
    expect(text).toContain('- ⚠️ delete <code>aws:lambda/function:Function</code> <code>old</code>');
  });

  it('shows no value, no message and no name that the program would not give', () => {
    const secret = 'hunter2-hunter2';
    const text = render([
      {
        op: 'update',
        urn: `urn:pulumi:prod::bosun::${LAMBDA}::</code>@everyone ${'x'.repeat(200)}`,
        diffReasons: [`environment["${secret}"]`, 'environment'],
        oldState: { inputs: { environment: secret } },
        newState: { inputs: { environment: secret } },
        detailedDiff: { [secret]: { kind: 'update' } },
        diagnostics: [{ message: secret }],
      },
      { op: secret, urn: secret },
    ]);
    expect(text).not.toContain(secret);
    expect(text).not.toContain('@everyone');
    expect(text).toContain('of a name that is not shown');
    expect(text).toContain('another operation on');
  });

  it('counts neither the record of the deployment nor the stack itself', () => {
    const record = {
      op: 'update',
      urn: urn('aws:ssm/parameter:Parameter', 'deployment'),
      diffReasons: ['value'],
    };
    const stack = { op: 'update', urn: urn('pulumi:pulumi:Stack', 'bosun-prod') };
    expect(render([record, stack])).toContain('Nothing changes but the record of the deployment.');
    expect(render([])).toContain('Nothing changes.');
    expect(render([{ op: 'same', urn: urn(LAMBDA, 'x') }])).toContain('Nothing changes.');
  });

  it('says what it could not compare, and does not take that for a change', () => {
    const site = urn(SITE, 'guest-site');
    const hidden = new Map([[site, new Set(['origins'])]]);
    const unknown = render([{ op: 'update', urn: site, diffReasons: ['origins'] }], hidden);
    expect(unknown).toContain('Nothing changes.');
    expect(unknown).toContain(
      'Not compared, as a secret is part of it: <code>guest-site</code> (<code>origins</code>).',
    );
    const known = render([{ op: 'update', urn: site, diffReasons: ['origins', 'aliases'] }], hidden);
    expect(known).toContain('1 resource: 1 update');
    expect(known).toContain('| <code>guest-site</code> | <code>aliases</code> |');
  });

  it('is refused when it is not what Pulumi prints', () => {
    expect(() => renderPreview({ steps: 'none' }, NOTHING_HIDDEN)).toThrow('expected array');
  });
});

describe('a state without its secrets', () => {
  const sha = (text: string) => createHash('sha256').update(text).digest('hex');
  const env = (hashes: string) => ({ environment: { variables: { ORIGIN_SECRET_HASH: hashes } } });
  const stateWith = (...resources: object[]) => ({ version: 3, deployment: { manifest: {}, resources } });

  it('has the hashes of stand-ins where those of the origin secrets were, however many there are', () => {
    for (const count of [1, 2]) {
      const hashes = [sha('true-one'), sha('true-two')].slice(0, count);
      const { state, originSecret } = withoutSecrets(
        stateWith({ urn: 'a', inputs: env(hashes.join(',')), outputs: env(hashes.join(',')) }),
      );
      const standIns = originSecret.split(',');
      expect(standIns).toHaveLength(count);
      expect(standIns.every((secret) => secret.length >= 32)).toBe(true);
      expect(JSON.stringify(state)).not.toContain(hashes[0]);
      expect(state).toMatchObject({
        deployment: {
          resources: [
            { inputs: env(standIns.map(sha).join(',')), outputs: env(standIns.map(sha).join(',')) },
          ],
        },
      });
    }
  });

  it('has none of the properties that hold one, however deep, and keeps all others', () => {
    const mark = { '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270', ciphertext: 'c' };
    const { state, hidden } = withoutSecrets(
      stateWith({
        urn: 'a',
        id: 'i',
        inputs: { deep: [{ x: { y: mark } }], kept: [1] },
        outputs: { whole: mark, kept: [1] },
      }),
    );
    expect(state).toMatchObject({
      deployment: { resources: [{ urn: 'a', id: 'i', inputs: { kept: [1] }, outputs: { kept: [1] } }] },
    });
    expect(JSON.stringify(state)).not.toMatch(/deep|whole|ciphertext/);
    expect(hidden).toEqual(new Map([['a', new Set(['deep', 'whole'])]]));
  });

  it('leaves the program nothing else to differ in for want of the secret', async () => {
    const other = { ...localConfig, originSecrets: withoutSecrets(stateWith()).originSecret.split(',') };
    const [graph, changed] = [await localGraph(), await readLocalGraph({ config: other })];
    const differing = graph.resources.flatMap(({ type, inputs }, at) =>
      Object.keys(inputs)
        .filter((key) => JSON.stringify(inputs[key]) !== JSON.stringify(changed.resources[at]!.inputs[key]))
        .map((key) => `${type} ${key}`),
    );
    expect([...new Set(differing)].toSorted()).toEqual([`${SITE} origins`, `${LAMBDA} environment`]);
    const hashes = (text: string) => text.replace(/"ORIGIN_SECRET_HASH":"[0-9a-f,]+"/, '');
    const environments = ({ resources }: typeof graph) =>
      resources
        .filter(({ type }) => type === LAMBDA)
        .map(({ inputs }) => hashes(JSON.stringify(inputs.environment)));
    expect(environments(changed)).toEqual(environments(graph));
  });

  it('is that of an empty stack as well', () => {
    const { originSecret, hidden } = withoutSecrets({ version: 3, deployment: {} });
    expect(originSecret.length).toBeGreaterThanOrEqual(32);
    expect(hidden.size).toBe(0);
  });
});
