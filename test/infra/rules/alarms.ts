import { ofKind } from '#test/fixtures/graph-parts.ts';
import type { Graph, Resource } from '#scripts/stack/graph.ts';
import { deadLetterQueues } from './dead-letters.ts';
import { lambdasOf } from './triggers.ts';

/** One metric that an alarm looks at: `AWS/SQS ApproximateNumberOfMessagesVisible`, with its dimensions. */
interface Watched {
  readonly alarm: Resource;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

interface Metric {
  readonly namespace?: string;
  readonly metricName?: string;
  readonly dimensions?: Readonly<Record<string, string>>;
}

/** Dimension → what it has to name. Others mean nothing of ours, as `Credential`, or hold constants, as `Operation`. */
const DIMENSIONS: Readonly<Record<string, (graph: Graph) => unknown[]>> = {
  FunctionName: (graph) => lambdasOf(graph).map(({ id }) => id),
  QueueName: (graph) => ofKind(graph, 'Queue').map(({ inputs }) => inputs.name),
  TableName: (graph) => ofKind(graph, 'Table').map(({ inputs }) => inputs.name),
  TopicName: (graph) => ofKind(graph, 'Topic').map(({ inputs }) => inputs.name),
  ApiId: (graph) => ofKind(graph, 'Api').map(({ id }) => id),
  DistributionId: (graph) => ofKind(graph, 'Distribution').map(({ id }) => id),
  CertificateArn: (graph) => ofKind(graph, 'Certificate').map(({ outputs }) => outputs.arn),
};

/** Alarms that would ring where nobody hears it, or never. */
export const unheardAlarms = (graph: Graph): string[] =>
  alarmsOf(graph)
    .flatMap((alarm) =>
      [...problemsOfTarget(graph, alarm), ...problemsOfMetrics(graph, alarm)].map(
        (problem) => `${String(alarm.inputs.name ?? alarm.inputs.alarmName)}: ${problem}`,
      ),
    )
    .toSorted();

/** What may fail without an alarm. */
export function unwatched(graph: Graph): string[] {
  const watched = alarmsOf(graph).flatMap(watchedBy);
  const isWatched = (metric: string, dimensions: Record<string, unknown>) =>
    watched.some(
      (one) =>
        one.metric === metric &&
        (isOfAll(one) || Object.entries(dimensions).every(([name, value]) => one.dimensions[name] === value)),
    );
  const needed: [metric: string, dimensions: Record<string, unknown>][] = [
    ...lambdasOf(graph).flatMap(({ id: FunctionName }): [string, Record<string, unknown>][] =>
      ['Errors', 'Throttles'].map((metric) => [`AWS/Lambda ${metric}`, { FunctionName }]),
    ),
    ...[...deadLetterQueues(graph)].map((QueueName): [string, Record<string, unknown>] => [
      'AWS/SQS ApproximateNumberOfMessagesVisible',
      { QueueName },
    ]),
    ...ofKind(graph, 'EventSourceMapping').map(({ inputs }): [string, Record<string, unknown>] => [
      'AWS/SQS ApproximateAgeOfOldestMessage',
      { QueueName: String(inputs.eventSourceArn).split(':').at(-1) },
    ]),
    ...ofKind(graph, 'Api').map(({ id: ApiId }): [string, Record<string, unknown>] => [
      'AWS/ApiGateway 5xx',
      { ApiId },
    ]),
    ...scheduledFunctions(graph).map((FunctionName): [string, Record<string, unknown>] => [
      'AWS/Lambda Invocations',
      { FunctionName },
    ]),
    ['AWS/SES Reputation.BounceRate', {}],
    ['AWS/SES Reputation.ComplaintRate', {}],
  ];
  return needed
    .filter(([metric, dimensions]) => !isWatched(metric, dimensions))
    .map(([metric, dimensions]) => `${metric} ${Object.values(dimensions).join(' ')}`.trim())
    .toSorted();
}

/** Without a dimension it is all functions of the region together (Lambda developer guide, "Types of metrics"). */
const isOfAll = ({ metric, dimensions }: Watched): boolean =>
  metric.startsWith('AWS/Lambda ') && Object.keys(dimensions).length === 0;

/** Alarms on a job's runs that would take silence for good news. */
export const deafToSilence = (graph: Graph): string[] =>
  alarmsOf(graph)
    .filter((alarm) => watchedBy(alarm).some(({ metric }) => metric === 'AWS/Lambda Invocations'))
    .filter(({ inputs }) => inputs.treatMissingData !== 'breaching')
    .map(({ inputs }) => String(inputs.name));

const alarmsOf = (graph: Graph): Resource[] =>
  ['MetricAlarm', 'CompositeAlarm'].flatMap((kind) => ofKind(graph, kind));

function watchedBy(alarm: Resource): Watched[] {
  return [alarm.inputs as Metric, ...queriesOf(alarm).flatMap(({ metric }) => metric ?? [])]
    .filter(({ metricName }) => metricName !== undefined)
    .map(({ namespace, metricName, dimensions = {} }) => ({
      alarm,
      metric: `${namespace} ${metricName}`,
      dimensions,
    }));
}

function problemsOfTarget(graph: Graph, { inputs }: Resource): string[] {
  const actions = (inputs.alarmActions ?? []) as string[];
  const topics = new Map(ofKind(graph, 'Topic').map((topic) => [topic.id, topic]));
  if (actions.length === 0) return ['tells nobody'];
  if (inputs.actionsEnabled === false) return ['is switched off'];
  return actions.flatMap((action) => {
    const topic = topics.get(action);
    if (topic === undefined) return [`tells ${action}, which is no topic of ours`];
    // Its key lets no alarm in, and AWS's keys cannot be changed (repost.aws, cloudwatch-configure-alarm-sns).
    if (topic.inputs.kmsMasterKeyId === 'alias/aws/sns')
      return [`tells ${topic.name}, whose key it may not use`];
    const isHeard = ofKind(graph, 'TopicSubscription').some(({ inputs: one }) => one.topic === action);
    return isHeard ? [] : [`tells ${topic.name}, to which nobody listens`];
  });
}

function problemsOfMetrics(graph: Graph, alarm: Resource): string[] {
  const missing = alarm.inputs.treatMissingData === undefined && alarm.type.endsWith(':MetricAlarm');
  const unreadable = queriesOf(alarm)
    .filter(({ expression }) => expression !== undefined && !INSIGHTS.test(expression))
    .map(() => 'asks what Metrics Insights cannot read');
  const strange = watchedBy(alarm).flatMap(({ dimensions }) =>
    Object.entries(dimensions)
      .filter(([name, value]) => DIMENSIONS[name]?.(graph).includes(value) === false)
      .map(([name, value]) => `looks at ${name} ${value}, which does not exist`),
  );
  return [...(missing ? ['does not say what silence means'] : []), ...unreadable, ...strange];
}

/** CloudWatch user guide, "Metrics Insights query components": conditions are joined by AND, and by nothing else. */
const INSIGHTS =
  /^SELECT [A-Z]+\(\w+\) FROM SCHEMA\("[\w/]+"(, \w+)*\)( WHERE \w+ !?= '[^']*'( AND \w+ !?= '[^']*')*)?$/;

const queriesOf = ({ inputs }: Resource) =>
  (inputs.metricQueries ?? []) as { metric?: Metric; expression?: string }[];

const scheduledFunctions = (graph: Graph): string[] =>
  ofKind(graph, 'Schedule').map(
    ({ inputs }) => (inputs.target as { arn: string }).arn.split(':function:')[1]!.split(':')[0]!,
  );
