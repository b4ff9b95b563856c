import { PLACES, type Place } from '../stack/ports.ts';
import { localProgram } from '../stack/local-program.ts';

/** A program of its own: prints how long it takes from nothing loaded to the graph of the Pulumi program, how much of
 * it the processor worked, and how many resources there are. */
const { readGraph } = await import('../stack/graph.ts');
const { resources } = await readGraph(
  localProgram({
    hosts: Object.fromEntries(PLACES.map((place) => [place, '127.0.0.1:9'])) as Record<Place, string>,
    serviceKeyHash: '0'.repeat(64),
    originSecret: '0'.repeat(32),
    commit: 'bench',
    time: '2026-01-01T00:00:00Z',
  }),
);
const { user, system } = process.cpuUsage();
process.stdout.write(
  JSON.stringify({
    milliseconds: performance.now(),
    cpu: (user + system) / 1000,
    resources: resources.length,
  }),
);
