import type { EventSourceMapping, Queue, Subscription, Topic } from './aws/messaging.ts';
import type { EventDestination } from './aws/ses.ts';
import { partsOf, resourcesOf } from './declared.ts';
import { functionNamed } from './declared-compute.ts';
import type { Graph } from './graph.ts';
import type { Caller } from './stand-in.ts';

/** Topics, queues, subscriptions and mail of the graph. */

export const topicsOf = (graph: Graph): Topic[] =>
  resourcesOf(graph, 'aws:sns/topic:Topic').map(({ id: arn, inputs }) => {
    const [policy] = partsOf(graph, 'aws:sns/topicPolicy:TopicPolicy', 'arn', arn);
    return { name: String(inputs.name), arn, ...(policy && { policy: policy.inputs.policy }) };
  });

export const queuesOf = (graph: Graph): Queue[] =>
  resourcesOf(graph, 'aws:sqs/queue:Queue').map(({ id: url, inputs, outputs }) => {
    const [policy] = partsOf(graph, 'aws:sqs/queuePolicy:QueuePolicy', 'queueUrl', url);
    const redrive = inputs.redrivePolicy === undefined ? undefined : toRedrive(String(inputs.redrivePolicy));
    return {
      name: String(inputs.name),
      arn: String(outputs.arn),
      url,
      visibilityTimeoutSeconds: Number(inputs.visibilityTimeoutSeconds ?? 30),
      ...(redrive && { redrive }),
      ...(policy && { policy: policy.inputs.policy }),
    };
  });

function toRedrive(json: string): { deadLetterArn: string; maxReceiveCount: number } {
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(json) as {
    deadLetterTargetArn: string;
    maxReceiveCount: number;
  };
  return { deadLetterArn: deadLetterTargetArn, maxReceiveCount };
}

export const subscriptionsOf = (graph: Graph): Subscription[] =>
  resourcesOf(graph, 'aws:sns/topicSubscription:TopicSubscription')
    // Alarms and their mails have no local meaning.
    .filter(({ inputs }) => inputs.protocol !== 'email')
    .map(({ inputs }) => ({
      topicArn: String(inputs.topic),
      protocol: inputs.protocol as Subscription['protocol'],
      endpoint: String(inputs.endpoint),
      rawMessageDelivery: inputs.rawMessageDelivery === true,
      ...(inputs.redrivePolicy !== undefined && {
        deadLetterArn: toRedrive(String(inputs.redrivePolicy)).deadLetterArn,
      }),
    }));

export const mappingsOf = (graph: Graph, callerOf: (principal: string) => Caller): EventSourceMapping[] =>
  resourcesOf(graph, 'aws:lambda/eventSourceMapping:EventSourceMapping').map(({ inputs }) => {
    const functionName = String(inputs.functionName);
    const lambda = functionNamed(graph, functionName);
    const types = (inputs.functionResponseTypes ?? []) as string[];
    return {
      queueArn: String(inputs.eventSourceArn),
      functionName,
      batchSize: Number(inputs.batchSize ?? 10),
      reportBatchItemFailures: types.includes('ReportBatchItemFailures'),
      functionTimeoutSeconds: Number(lambda?.inputs.timeout ?? 3),
      caller: callerOf(lambda?.id ?? functionName),
    };
  });

export const mailOf = (graph: Graph) => ({
  identities: resourcesOf(graph, 'aws:sesv2/emailIdentity:EmailIdentity').map(({ id }) => id),
  configurationSets: resourcesOf(graph, 'aws:sesv2/configurationSet:ConfigurationSet').map(({ id }) => id),
  eventDestinations: resourcesOf(
    graph,
    'aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination',
  ).map(({ inputs }): EventDestination => {
    const destination = inputs.eventDestination as {
      matchingEventTypes: EventDestination['eventTypes'];
      snsDestination: { topicArn: string };
    };
    return {
      configurationSet: String(inputs.configurationSetName),
      topicArn: destination.snsDestination.topicArn,
      eventTypes: destination.matchingEventTypes,
    };
  }),
});
