import { localProgram, NOWHERE } from '../stack/local-program.ts';

/** A program of its own: prints how long it takes from nothing loaded to the graph of the Pulumi program, how much of
 * it the processor worked, and how many resources there are. */
const { readGraph } = await import('../stack/graph.ts');
const { resources } = await readGraph(localProgram(NOWHERE));
const { user, system } = process.cpuUsage();
process.stdout.write(
  JSON.stringify({
    milliseconds: performance.now(),
    cpu: (user + system) / 1000,
    resources: resources.length,
  }),
);
