import { afterEach, describe, expect, it, vi } from 'vitest';
import { prodGraph, readDevGraph, readProdGraph } from '#test/fixtures/prod-graph.ts';
import { change } from './plant.ts';
import { proveRules } from './prove-rules.ts';
import { contested, unnamed } from './rules/names.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

describe('the program', () => {
  it('declares the same whenever and by whomever it is run', async () => {
    const first = await prodGraph();
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2031-07-04T09:00:00Z') });
    for (const [variable, value] of Object.entries({ TZ: 'Pacific/Auckland', USER: 'another', CI: '1' }))
      vi.stubEnv(variable, value);
    expect(await readProdGraph()).toEqual(first);
  });

  it('can be deployed twice into one account', async () => {
    expect(contested(await readDevGraph(), await prodGraph())).toEqual([]);
    expect(contested(await prodGraph(), await prodGraph())).toContain('Table scc-events');
  });
});

proveRules([
  {
    says: 'nothing has a name that somebody else makes up',
    broken: unnamed,
    mistakes: [
      [
        'the name of a queue',
        change('Queue', 'crew-notify', (inputs) => delete inputs.name),
        'Queue crew-notify has no name',
      ],
    ],
  },
]);
