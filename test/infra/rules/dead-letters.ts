import { ofKind } from '#test/fixtures/graph-parts.ts';
import type { Graph, Resource } from '#scripts/stack/graph.ts';
import { roleStatements, statementsOf } from './statements.ts';
import { lambdasOf, triggersOf } from './triggers.ts';

/** Two weeks, the longest that SQS keeps a message: time for somebody to come back from a holiday. */
const LONGEST = 14 * 24 * 60 * 60;

/** A queue of dead letters and who sends to it. */
interface Sending {
  readonly from: string;
  readonly queueArn: string;
  /** A role by its name, or a topic by its ARN, which SQS knows as the source. SQS itself needs nobody's leave. */
  readonly as?: { readonly role: string } | { readonly topic: string };
}

/** What may be lost without a trace: messages, deliveries, and invocations whose error nobody sees. */
export const lostWithoutTrace = (graph: Graph): string[] =>
  [
    ...queuesWithoutDeadLetters(graph),
    ...ofKind(graph, 'TopicSubscription')
      .filter(({ inputs }) => ['sqs', 'lambda'].includes(String(inputs.protocol)))
      .filter(({ inputs }) => inputs.redrivePolicy === undefined)
      .map(({ name }) => `TopicSubscription ${name}: what it cannot deliver is lost`),
    ...ofKind(graph, 'Schedule')
      .filter(({ inputs }) => scheduleQueue(inputs) === undefined)
      .map(({ name }) => `Schedule ${name}: a run that it cannot start is lost`),
    ...asyncWithoutDeadLetters(graph),
  ].toSorted();

/** Queues of dead letters that are not kept long enough, do not exist, or that their sender may not send to. */
export function deafDeadLetters(graph: Graph): string[] {
  const queues = new Map(ofKind(graph, 'Queue').map((queue) => [String(queue.outputs.arn), queue]));
  return sendingsOf(graph)
    .flatMap(({ from, queueArn, as }) => {
      const queue = queues.get(queueArn);
      if (queue === undefined) return [`${from}: ${queueArn} is no queue of ours`];
      const keeps = Number(queue.inputs.messageRetentionSeconds ?? 345_600);
      return [
        ...(keeps < LONGEST ? [`Queue ${queue.name}: keeps dead letters for ${keeps} s only`] : []),
        ...(maySend(graph, queue, as) ? [] : [`${from}: may not send to Queue ${queue.name}`]),
      ];
    })
    .toSorted();
}

/** Names of the queues that hold what failed. */
export const deadLetterQueues = (graph: Graph): Set<string> => {
  const arns = new Set(sendingsOf(graph).map(({ queueArn }) => queueArn));
  return new Set(
    ofKind(graph, 'Queue')
      .filter(({ outputs }) => arns.has(String(outputs.arn)))
      .map(({ inputs }) => String(inputs.name)),
  );
};

function queuesWithoutDeadLetters(graph: Graph): string[] {
  const isDeadLetters = deadLetterQueues(graph);
  return ofKind(graph, 'Queue')
    .filter(({ inputs }) => !isDeadLetters.has(String(inputs.name)) && inputs.redrivePolicy === undefined)
    .map(({ name }) => `Queue ${name}: what cannot be handled is tried until it is lost`);
}

/** By the qualifier with which it is invoked: what is set for one alias does not hold for another. */
function asyncWithoutDeadLetters(graph: Graph): string[] {
  const lost = triggersOf(graph).filter(({ isAsynchronous, functionName, qualifier }) => {
    if (!isAsynchronous) return false;
    const lambda = lambdasOf(graph).find(({ id }) => id === functionName);
    return deadLetterConfig(lambda) === undefined && onFailure(graph, functionName, qualifier) === undefined;
  });
  return [...new Set(lost.map(({ from, functionName }) => `${from}: what ${functionName} fails on is lost`))];
}

function sendingsOf(graph: Graph): Sending[] {
  const redrives = (resource: Resource, as?: Sending['as']): Sending[] =>
    resource.inputs.redrivePolicy === undefined
      ? []
      : [{ from: named(resource), queueArn: redriveTarget(resource), ...(as && { as }) }];
  return [
    ...ofKind(graph, 'Queue').flatMap((queue) => redrives(queue)),
    ...ofKind(graph, 'TopicSubscription').flatMap((one) =>
      redrives(one, { topic: String(one.inputs.topic) }),
    ),
    ...ofKind(graph, 'Schedule').flatMap((schedule) => {
      const queueArn = scheduleQueue(schedule.inputs);
      const { roleArn } = schedule.inputs.target as { roleArn: string };
      return queueArn === undefined
        ? []
        : [{ from: named(schedule), queueArn, as: { role: roleArn.split('/').at(-1)! } }];
    }),
    ...lambdasOf(graph).flatMap((lambda) => {
      const own = deadLetterConfig(lambda);
      const failures = ofKind(graph, 'FunctionEventInvokeConfig')
        .filter(({ inputs }) => inputs.functionName === lambda.id)
        .flatMap(({ inputs }) => destinationOf(inputs) ?? []);
      const as = { role: String(lambda.inputs.role).split('/').at(-1)! };
      return [...(own === undefined ? [] : [own]), ...failures].map((queueArn) => ({
        from: named(lambda),
        queueArn,
        as,
      }));
    }),
  ];
}

function maySend(graph: Graph, queue: Resource, as: Sending['as']): boolean {
  if (as === undefined) return true;
  const arn = String(queue.outputs.arn);
  if ('role' in as)
    return roleStatements(graph).some(
      ({ role, statement }) =>
        role === as.role && statement.Action.includes('sqs:SendMessage') && statement.Resource.includes(arn),
    );
  const policies = ofKind(graph, 'QueuePolicy').filter(({ inputs }) => inputs.queueUrl === queue.id);
  return policies
    .flatMap((policy) => statementsOf(policy))
    .some(
      ({ Action, Resource, Principal, Condition }) =>
        Action.includes('sqs:SendMessage') &&
        Resource.includes(arn) &&
        JSON.stringify(Principal).includes('sns.amazonaws.com') &&
        JSON.stringify(Condition ?? {}).includes(as.topic),
    );
}

const named = ({ type, name }: Resource): string => `${type.split(':').at(-1)} ${name}`;

const redriveTarget = ({ inputs }: Resource): string =>
  (JSON.parse(String(inputs.redrivePolicy)) as { deadLetterTargetArn: string }).deadLetterTargetArn;

const scheduleQueue = (inputs: Resource['inputs']): string | undefined =>
  (inputs.target as { deadLetterConfig?: { arn?: string } }).deadLetterConfig?.arn;

const deadLetterConfig = (lambda: Resource | undefined): string | undefined =>
  (lambda?.inputs.deadLetterConfig as { targetArn?: string } | undefined)?.targetArn;

const destinationOf = (inputs: Resource['inputs']): string | undefined =>
  (inputs.destinationConfig as { onFailure?: { destination?: string } } | undefined)?.onFailure?.destination;

const onFailure = (graph: Graph, functionName: string, qualifier: string | undefined): string | undefined =>
  ofKind(graph, 'FunctionEventInvokeConfig')
    .filter(({ inputs }) => inputs.functionName === functionName && inputs.qualifier === qualifier)
    .map(({ inputs }) => destinationOf(inputs))
    .find((destination) => destination !== undefined);
