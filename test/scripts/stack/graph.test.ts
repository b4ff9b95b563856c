import { isAbsolute } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stackConfig } from '#infra/config.ts';
import { GraphError } from '#scripts/stack/graph.ts';
import { graphOutputs, type OutputTable } from '#scripts/stack/graph-outputs.ts';
import {
  addresses,
  localConfig,
  localGraph,
  ofKind,
  readLocalGraph,
  resource,
} from '#test/fixtures/local-graph.ts';

const without = (type: string): OutputTable =>
  Object.fromEntries(Object.entries(graphOutputs).filter(([known]) => known !== type));

async function problemsOf(reading: Promise<unknown>): Promise<readonly string[]> {
  const error = await reading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof GraphError) return error.problems;
  throw new Error('expected the reader to refuse', { cause: error });
}

describe('the graph of the Pulumi program', () => {
  it('is the same each time, also when it is asked for twice at once', async () => {
    const [one, two] = await Promise.all([readLocalGraph(), readLocalGraph()]);
    expect(one).toEqual(two);
    expect(one.resources.length).toBeGreaterThan(100);
    expect(JSON.parse(JSON.stringify(one))).toEqual(one);
  });

  it('is sorted by type and name', async () => {
    const { resources } = await localGraph();
    const keys = resources.map(({ type, name }) => `${type}::${name}`);
    expect(keys).toEqual([...keys].sort());
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.filter((key) => key.startsWith('pulumi:'))).toEqual([]);
  });

  it('names the bundle of each function by an absolute path', async () => {
    const functions = ofKind(await localGraph(), 'Function').filter(
      ({ inputs }) => inputs.code !== undefined,
    );
    expect(functions).toHaveLength(12);
    for (const { name, inputs } of functions) {
      const { archive } = inputs.code as { archive: string };
      expect(isAbsolute(archive)).toBe(true);
      const folder = name === 'crew-portal' ? '/.build/portal/lambda' : `/.build/functions/${name}`;
      expect(archive.endsWith(folder)).toBe(true);
    }
  });

  it('lets local addresses flow through the program', async () => {
    const graph = await localGraph();
    const { origins } = resource(graph, 'Distribution', 'crew-site').inputs as {
      origins: { domainName: string }[];
    };
    expect(origins.map(({ domainName }) => domainName)).toEqual([
      'sailjada.com.s3.us-east-1.amazonaws.com',
      '127.0.0.1:4012',
      '127.0.0.1:4010',
    ]);
    expect(resource(graph, 'QueuePolicy', 'crew-notify').inputs.queueUrl).toBe(
      'http://127.0.0.1:4000/000000000000/crew-notify',
    );
  });

  it('can be read for dev and prod as well, with their names', async () => {
    const { originSecrets, deployment } = localConfig;
    const config = stackConfig('dev', { originSecrets, deployment });
    const dev = await readLocalGraph({ config });
    expect(resource(dev, 'Table', 'scc-events').inputs.name).toBe('dev-scc-events');
    expect(resource(dev, 'Function', 'scc-api').outputs.arn).toMatch(/:function:dev-scc-api$/);
  });
});

describe('the graph reader refuses', () => {
  it('a type of resource that the local stack does not know', async () => {
    const problems = await problemsOf(
      readLocalGraph({ answers: without('aws:sns/topicPolicy:TopicPolicy') }),
    );
    expect(problems).toEqual([
      'aws:sns/topicPolicy:TopicPolicy alerts: the local stack does not know this type of resource',
      'aws:sns/topicPolicy:TopicPolicy scc-mail-events: the local stack does not know this type of resource',
    ]);
  });

  it('an input made of an output that nobody gives, by resource and property', async () => {
    const answers: OutputTable = {
      ...graphOutputs,
      'aws:sqs/queue:Queue': (name) => ({
        id: name,
        state: { arn: `arn:aws:sqs:us-east-1:000000000000:${name}` },
      }),
    };
    expect(await problemsOf(readLocalGraph({ answers }))).toEqual([
      'aws:sqs/queuePolicy:QueuePolicy crew-notify-dead-letters: input queueUrl is unknown',
      'aws:sqs/queuePolicy:QueuePolicy crew-notify: input queueUrl is unknown',
      'aws:sqs/queuePolicy:QueuePolicy mail-events: input queueUrl is unknown',
    ]);
  });

  it('an unknown deep inside a property, and in the stack outputs', async () => {
    const answers: OutputTable = {
      ...graphOutputs,
      'aws:apigatewayv2/api:Api': (name) => ({ id: name, state: { executionArn: name } }),
    };
    const problems = await problemsOf(readLocalGraph({ answers }));
    expect(problems).toContain(
      'aws:cloudfront/distribution:Distribution guest-site: input origins.1.domainName is unknown',
    );
    expect(problems).toContain('aws:ssm/parameter:Parameter deployment: input value is unknown');
    expect(problems).toContain('stack output deployment.sccApi is unknown');
  });

  it('an API for which no address is reserved', async () => {
    const { scc: _, ...apiUrls } = addresses.apiUrls as { scc: string };
    const problems = await problemsOf(readLocalGraph({ addresses: { ...addresses, apiUrls } }));
    expect(problems).toContain(
      'aws:apigatewayv2/api:Api scc: no URL is reserved for it: add "scc" to apiUrls',
    );
  });

  it('a program that fails, with its own error, and reads the next one all the same', async () => {
    const config = { ...localConfig, mail: { ...localConfig.mail, from: 'nobody' } };
    await expect(readLocalGraph({ config })).rejects.toThrow(/mail.from has no mail address/);
    expect((await readLocalGraph()).resources.length).toBeGreaterThan(100);
  });
});
