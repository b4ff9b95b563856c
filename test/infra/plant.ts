import type { Graph, Resource } from '#scripts/stack/graph.ts';

/** A mistake in words, the graph of a program that makes it, and what the rule then says. */
export type Mistake = readonly [what: string, withMistake: (graph: Graph) => Graph, says: string];

/**
 * The graph with one resource declared otherwise, as `mutate` of the reader would make it, without a second run of the
 * program, which takes a thousand times as long; only what AWS would answer stays as it was. Throws when nothing changes,
 * since that would prove nothing.
 */
export const change =
  (kind: string, name: string, mistake: (inputs: Record<string, unknown>) => void) =>
  (graph: Graph): Graph => {
    const right = find(graph, kind, name);
    const wrong = { ...right, inputs: structuredClone(right.inputs) };
    mistake(wrong.inputs);
    if (JSON.stringify(wrong.inputs) === JSON.stringify(right.inputs)) throw new Error('nothing was changed');
    return { ...graph, resources: graph.resources.map((one) => (one === right ? wrong : one)) };
  };

/** The graph of a program that does not declare one resource. */
export const drop =
  (kind: string, name: string) =>
  (graph: Graph): Graph => {
    const forgotten = find(graph, kind, name);
    return { ...graph, resources: graph.resources.filter((one) => one !== forgotten) };
  };

/** The graph of a program that lets one resource be destroyed. */
export const unprotect =
  (kind: string, name: string) =>
  (graph: Graph): Graph => {
    const kept = find(graph, kind, name);
    return {
      ...graph,
      resources: graph.resources.map((one) => (one === kept ? { ...kept, protect: false } : one)),
    };
  };

function find({ resources }: Graph, kind: string, name: string): Resource {
  const found = resources.find((one) => one.type.endsWith(`:${kind}`) && one.name === name);
  if (found === undefined) throw new Error(`no ${kind} is called ${name}`);
  return found;
}
