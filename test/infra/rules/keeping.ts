import { ofKind } from '#test/fixtures/graph-parts.ts';
import type { Graph } from '#scripts/stack/graph.ts';
import { lambdasOf } from './triggers.ts';

/** What git cannot give back. */
const IRREPLACEABLE = ['Table', 'Bucket', 'Secret'];

/** What holds data and could be destroyed by a slip, or not be brought back to how it was an hour ago. */
export const perishable = (graph: Graph): string[] => [
  ...IRREPLACEABLE.flatMap((kind) => ofKind(graph, kind))
    .filter(({ protect }) => !protect)
    .map(({ type, name }) => `${type.split(':').at(-1)} ${name} is not protected`),
  ...ofKind(graph, 'Table')
    .filter(
      ({ inputs }) => (inputs.pointInTimeRecovery as { enabled?: boolean } | undefined)?.enabled !== true,
    )
    .map(({ name }) => `Table ${name} cannot be restored to a point in time`),
];

/** Functions that leave no log or trace, and logs that are kept for ever. */
export const unseen = (graph: Graph): string[] => [
  ...lambdasOf(graph).flatMap(({ name, id, inputs }) => [
    ...(ofKind(graph, 'LogGroup').some((group) => group.inputs.name === `/aws/lambda/${id}`)
      ? []
      : [`${name} logs where nobody set how long`]),
    ...((inputs.tracingConfig as { mode?: string } | undefined)?.mode === 'Active'
      ? []
      : [`${name} is not traced`]),
  ]),
  ...ofKind(graph, 'LogGroup')
    .filter(({ inputs }) => typeof inputs.retentionInDays !== 'number')
    .map(({ name }) => `LogGroup ${name} is kept for ever`),
];

/** Queues whose messages would be delivered again while a function still works on them: AWS asks for six times its timeout. */
export const impatientQueues = (graph: Graph): string[] =>
  ofKind(graph, 'EventSourceMapping').flatMap(({ inputs }) => {
    const queue = ofKind(graph, 'Queue').find(({ outputs }) => outputs.arn === inputs.eventSourceArn);
    const name = String(inputs.functionName).split(':function:').at(-1)!.split(':')[0];
    const lambda = lambdasOf(graph).find(({ id }) => id === name);
    const hidden = Number(queue?.inputs.visibilityTimeoutSeconds ?? 30);
    const timeout = Number(lambda?.inputs.timeout ?? 3);
    return hidden >= 6 * timeout
      ? []
      : [`Queue ${queue?.name} hides messages for ${hidden} s, and ${name} may take ${timeout}`];
  });
