import { beforeAll, describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { parseEnv } from '#functions/env.ts';
import { localGraph, ofKind, readLocalGraph } from '#test/fixtures/local-graph.ts';
import type { Graph } from '#scripts/stack/graph.ts';

let graph: Graph;
beforeAll(async () => {
  graph = await localGraph();
});

describe('the environment of the functions', () => {
  it('is what each function asks for, no more and no less', async () => {
    const functions = lambdas(graph);
    expect(functions.map(({ name }) => name)).toEqual([
      'calendar-sync',
      'crew-notify',
      'crew-portal',
      'crew-reminders',
      'dashboard-api',
      'dashboard-authorizer',
      'expense-sync',
      'mail-events',
      'notification-sweeper',
      'photo-arrivals',
      'scc-api',
    ]);
    for (const { name, variables } of functions) {
      const schema = await schemaOf(name);
      expect(() => parseEnv(name, schema, variables)).not.toThrow();
      expect(Object.keys(variables).sort()).toEqual(Object.keys(schema.shape).sort());
    }
  });

  it('is found to be incomplete, with function and variable, when one is forgotten', async () => {
    const broken = await readLocalGraph({
      mutate({ name, inputs }) {
        if (name !== 'scc-api' || inputs.environment === undefined) return;
        delete (inputs.environment as Environment).variables.SERVICE_KEY_HASH;
      },
    });
    const { variables } = lambdas(broken).find(({ name }) => name === 'scc-api')!;
    const schema = await schemaOf('scc-api');
    expect(() => parseEnv('scc-api', schema, variables)).toThrow(
      /^scc-api cannot start: SERVICE_KEY_HASH is missing: set it to 1–2 SHA-256 hashes/,
    );
  });
});

describe('a function at its start', () => {
  it('names every variable at once and repeats no value', async () => {
    const schema = await schemaOf('scc-api');
    const { variables } = lambdas(graph).find(({ name }) => name === 'scc-api')!;
    const broken: Record<string, string> = {
      ...variables,
      ORIGIN_SECRET_HASH: 'the-secret-itself',
      CREW_URL: 'https://sailjada.com/',
    };
    delete broken.EVENTS_TABLE;
    const message = messageOf(() => parseEnv('scc-api', schema, broken));
    expect(message).toContain('ORIGIN_SECRET_HASH is wrong (expected 64 hexadecimal digits');
    expect(message).toContain('CREW_URL is wrong (expected only scheme and host)');
    expect(message).toContain('EVENTS_TABLE is missing');
    expect(message).not.toContain('the-secret-itself');
  });

  it('takes two hashes during a rotation, and not three', async () => {
    const schema = await schemaOf('scc-api');
    const { variables } = lambdas(graph).find(({ name }) => name === 'scc-api')!;
    const [one, two, three] = ['a', 'b', 'c'].map((digit) => digit.repeat(64));
    const rotating = { ...variables, SERVICE_KEY_HASH: `${one},${two}` };
    expect(parseEnv('scc-api', schema, rotating)).toMatchObject({ SERVICE_KEY_HASH: [one, two] });
    const message = messageOf(() =>
      parseEnv('scc-api', schema, { ...variables, SERVICE_KEY_HASH: `${one},${two},${three}` }),
    );
    expect(message).toContain('SERVICE_KEY_HASH is wrong (expected at most two hashes)');
  });
});

interface Environment {
  variables: Record<string, string>;
}

const lambdas = (of: Graph) =>
  ofKind(of, 'Function')
    .filter(({ type }) => type.startsWith('aws:lambda/'))
    .map(({ name, inputs }) => ({ name, variables: (inputs.environment as Environment).variables }));

async function schemaOf(name: string): Promise<z.ZodObject> {
  const path = name === 'crew-portal' ? '../../site/portal/env.ts' : `../../functions/${name}/env.ts`;
  const { envSchema } = (await import(path)) as { envSchema: z.ZodObject };
  return envSchema;
}

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
}
