import type { Graph } from '#scripts/stack/graph.ts';

/** CloudFront has to be told the secret that it proves itself with; it shows it to nobody who may not change it. */
const MAY_HOLD = ['aws:cloudfront/distribution:Distribution'];

/** Where a secret that the program is given can be read by those who may only look: variables, documents, stack outputs. */
export const exposedSecrets = (graph: Graph, secrets: readonly string[]): string[] => {
  const holds = (value: unknown) => secrets.some((secret) => JSON.stringify(value).includes(secret));
  return [
    ...graph.resources
      .filter(({ type, inputs }) => !MAY_HOLD.includes(type) && holds(inputs))
      .map(({ type, name }) => `${type.split(':').at(-1)} ${name} holds a secret`),
    ...(holds(graph.outputs) ? ['the outputs of the stack hold a secret'] : []),
  ];
};
