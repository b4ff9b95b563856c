import type { Graph } from '#scripts/stack/graph.ts';
import { keptGraph } from '#scripts/stack/kept-graph.ts';
import { NOWHERE } from '#scripts/stack/local-program.ts';

/** What the program declares for a stack on this machine, from where stacks keep it: without loading Pulumi. */
export const anyLocalGraph = (): Promise<Graph> => keptGraph(NOWHERE);
