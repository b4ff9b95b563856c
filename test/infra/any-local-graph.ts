import type { Graph } from '#scripts/stack/graph.ts';
import { keptGraph } from '#scripts/stack/kept-graph.ts';
import { PLACES, type Place } from '#scripts/stack/ports.ts';

/** What the program declares for a stack on this machine, from where stacks keep it: without loading Pulumi. */
export const anyLocalGraph = (): Promise<Graph> =>
  keptGraph({
    hosts: Object.fromEntries(PLACES.map((place, at) => [place, `127.0.0.1:${4000 + at}`])) as Record<
      Place,
      string
    >,
    serviceKeyHash: 'a'.repeat(64),
    originSecret: 'an-origin-secret-of-nobody-at-all-1',
    commit: 'c'.repeat(40),
    time: '2026-11-20T18:03:00.000Z',
  });
