import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseEnv } from '#functions/env.ts';
import { ROOT } from '#scripts/repository.ts';
import type { Graph } from '#scripts/stack/graph.ts';
import { localGraph, readLocalGraph } from '#test/fixtures/local-graph.ts';
import { messageOf } from '#test/fixtures/refusals.ts';
import { change } from './plant.ts';
import { proveRules } from './prove-rules.ts';
import { uselessVariables, wrongVariables, type EnvironmentSchema } from './rules/environment.ts';
import { lambdasOf, variablesOf } from './rules/triggers.ts';

/** Everything that is built to run as a function. */
const NAMES = [
  'crew-portal',
  ...readdirSync(join(ROOT, 'functions')).filter((name) =>
    existsSync(join(ROOT, 'functions', name, 'handler.ts')),
  ),
];

const schemas: Record<string, EnvironmentSchema> = {};
let graph: Graph;
beforeAll(async () => {
  graph = await localGraph();
  for (const name of NAMES) schemas[name] = await schemaOf(name);
});

async function schemaOf(name: string): Promise<EnvironmentSchema> {
  const path = name === 'crew-portal' ? '../../site/portal/env.ts' : `../../functions/${name}/env.ts`;
  const { envSchema } = (await import(path)) as { envSchema: EnvironmentSchema };
  return envSchema;
}

const setVariable = (name: string, variable: string, value?: string) =>
  change('Function', name, ({ environment }) => {
    const { variables } = environment as { variables: Record<string, string> };
    if (value === undefined) delete variables[variable];
    else variables[variable] = value;
  });

describe('the functions', () => {
  it('are all declared', () => {
    expect(lambdasOf(graph).map(({ name }) => name)).toEqual(NAMES.toSorted());
  });
});

proveRules([
  {
    says: 'every function gets the variables that it asks for, and no others',
    broken: (of) => wrongVariables(of, schemas),
    mistakes: [
      ['a variable', setVariable('scc-api', 'CREW_TABLE'), 'scc-api: CREW_TABLE is missing'],
      [
        'to take one away',
        setVariable('scc-api', 'OLD_TABLE', 'scc-old'),
        'scc-api: OLD_TABLE is not asked for',
      ],
      [
        'what a value looks like',
        setVariable('crew-portal', 'CREW_URL', 'sailjada.com'),
        'crew-portal: CREW_URL is refused',
      ],
    ],
  },
  {
    says: 'every variable names something of ours that the function may touch',
    broken: uselessVariables,
    mistakes: [
      [
        'a name',
        setVariable('mail-events', 'NOTIFICATIONS_TABLE', 'notifications'),
        'NOTIFICATIONS_TABLE of mail-events names nothing: notifications',
      ],
      [
        'a right',
        change('RolePolicy', 'scc-api', (inputs) => {
          inputs.policy = String(inputs.policy).replaceAll('sns:Publish', 'sns:Subscribe');
        }),
        'NOTIFICATIONS_TOPIC of scc-api: its role may do nothing with arn:aws:sns:us-east-1:000000000000:scc-crew-notifications',
      ],
    ],
  },
]);

describe('a function at its start', () => {
  it('is found to be incomplete in the program itself, when it forgets a variable', async () => {
    const broken = await readLocalGraph({
      mutate({ name, inputs }) {
        if (name !== 'scc-api' || inputs.environment === undefined) return;
        delete (inputs.environment as { variables: Record<string, string> }).variables.SERVICE_KEY_HASH;
      },
    });
    expect(wrongVariables(broken, schemas)).toEqual(['scc-api: SERVICE_KEY_HASH is missing']);
    expect(() => parseEnv('scc-api', schemas['scc-api']!, variables(broken))).toThrow(
      /^scc-api cannot start: SERVICE_KEY_HASH is missing: set it to 1–2 SHA-256 hashes/,
    );
  });

  it('names every variable at once and repeats no value', () => {
    const broken: Record<string, string> = {
      ...variables(graph),
      ORIGIN_SECRET_HASH: 'the-secret-itself',
      CREW_URL: 'https://sailjada.com/',
    };
    delete broken.EVENTS_TABLE;
    const message = messageOf(() => parseEnv('scc-api', schemas['scc-api']!, broken));
    expect(message).toContain('ORIGIN_SECRET_HASH is wrong (expected 64 hexadecimal digits');
    expect(message).toContain('CREW_URL is wrong (expected only scheme and host)');
    expect(message).toContain('EVENTS_TABLE is missing');
    expect(message).not.toContain('the-secret-itself');
  });

  it('takes two hashes during a rotation, and not three', () => {
    const [one, two, three] = ['a', 'b', 'c'].map((digit) => digit.repeat(64));
    const rotating = { ...variables(graph), SERVICE_KEY_HASH: `${one},${two}` };
    expect(parseEnv('scc-api', schemas['scc-api']!, rotating)).toMatchObject({
      SERVICE_KEY_HASH: [one, two],
    });
    const tooMany = { ...rotating, SERVICE_KEY_HASH: `${one},${two},${three}` };
    expect(messageOf(() => parseEnv('scc-api', schemas['scc-api']!, tooMany))).toContain(
      'SERVICE_KEY_HASH is wrong (expected at most two hashes)',
    );
  });
});

const variables = (of: Graph) => variablesOf(lambdasOf(of).find(({ name }) => name === 'scc-api')!.inputs);
