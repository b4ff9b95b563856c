import { join } from 'node:path';
import { createCloudFrontControl } from './aws/cloudfront-control.ts';
import { createSigners, type AwsCall } from './aws/callers.ts';
import { createDynamoDb } from './aws/dynamodb.ts';
import { createAwsEndpoint } from './aws/endpoint.ts';
import { createFailures } from './aws/lambda-failures.ts';
import { createLambdaRuntime, type Invoke } from './aws/lambda.ts';
import { createMessaging } from './aws/messaging.ts';
import { createS3, type S3 } from './aws/s3.ts';
import { createS3Notifications } from './aws/s3-notifications.ts';
import { openObjectDirectory } from './aws/s3-objects.ts';
import { createScheduler, type Scheduler } from './aws/scheduler.ts';
import { createSecretsManager } from './aws/secrets-manager.ts';
import { createSes } from './aws/ses.ts';
import { createSsm } from './aws/ssm.ts';
import { createCallRecord } from './call-record.ts';
import { awsCredentialsFor, type LocalKeys } from './credentials.ts';
import { resourcesOf } from './declared.ts';
import * as compute from './declared-compute.ts';
import { distributionsOf } from './declared-edge.ts';
import * as messages from './declared-messaging.ts';
import * as storage from './declared-storage.ts';
import type { Graph } from './graph.ts';
import { openPersistentMap } from './persistent-map.ts';
import type { Ports } from './ports.ts';
import type { Log } from './log.ts';
import type { Caller } from './stand-in.ts';

const REGION = 'us-east-1';
const ACCOUNT = '000000000000';

interface Options {
  readonly state: string;
  readonly graph: Graph;
  readonly ports: Ports;
  readonly keys: LocalKeys;
  readonly log: Log;
  readonly invalidate: (distributionId: string, paths: readonly string[]) => void;
}

/** Everything of AWS that has state or runs code. */
export interface AwsServices {
  readonly s3: S3;
  readonly invoke: Invoke;
  readonly scheduler: Scheduler;
  /** Every call of a function or of the pipeline, allowed or not. */
  readonly calls: readonly AwsCall[];
  /** Bodies of a queue's dead letters, oldest first; of the queue itself where it has no other for them. */
  deadLetters(queue: string): string[];
  putSecrets(secrets: Readonly<Record<string, string>>): Promise<void>;
  warm(): Promise<{ name: string; error: string }[]>;
  pending(): number;
  /** What is on its way, in words. */
  leftOver(): string[];
  close(): Promise<void>;
}

export async function createAwsServices(options: Options): Promise<AwsServices> {
  const { state, graph, ports, keys, log } = options;
  const calls: AwsCall[] = [];
  const writeDown = createCallRecord();
  const callers = createCallers(graph, keys, (call) => {
    calls.push(call);
    writeDown(call);
  });
  const endpointUrl = ports.aws.url;

  const giveUp = createFailures({
    destinations: compute.failureDestinationsOf(graph, callers.callerOf),
    send: (queueArn, body) => messaging.send(queueArn, body),
    log: (line) => log('lambda', line),
  });
  const lambda = createLambdaRuntime({
    functions: compute.functionsOf(graph, (principal) => awsCredentialsFor(principal, keys)),
    endpointUrl,
    region: REGION,
    log: ({ function: name, line }) => log(name, line),
    giveUp,
    published: {
      aliases: compute.aliasesOf(graph),
      directory: join(state, 'versions'),
      state: openPersistentMap(join(state, 'versions.jsonl')),
    },
  });
  const messaging = createMessaging({
    topics: messages.topicsOf(graph),
    queues: messages.queuesOf(graph),
    subscriptions: messages.subscriptionsOf(graph),
    mappings: messages.mappingsOf(graph, callers.callerOf),
    invoke: lambda.invoke,
    giveUp,
    state: openPersistentMap(join(state, 'messages.jsonl')),
    log: (line) => log('messaging', line),
  });
  const ses = createSes({
    region: REGION,
    account: ACCOUNT,
    ...messages.mailOf(graph),
    publish: (topicArn, message, sourceArn) =>
      messaging.publish({ topicArn, message }, { service: 'ses.amazonaws.com', sourceArn }),
    messages: openPersistentMap(join(state, 'mailbox.jsonl')),
    log: (line) => log('ses', line),
  });
  ports.mailbox.serve(ses.mailbox);
  const uploads = createS3Notifications({
    notifications: storage.notificationsOf(graph),
    permissions: storage.permissionsOf(graph),
    region: REGION,
    account: ACCOUNT,
    invoke: lambda.invoke,
    giveUp,
    state: openPersistentMap(join(state, 's3', 'events.jsonl')),
    log: (line) => log('s3', line),
  });
  const s3 = createS3({
    buckets: storage.bucketsOf(graph),
    objects: openObjectDirectory(join(state, 's3')),
    signers: callers.signers,
    onCreated: uploads.created,
  });
  const dynamodb = await createDynamoDb({ path: join(state, 'dynamodb'), tables: storage.tablesOf(graph) });
  const secrets = createSecretsManager({
    secrets: storage.secretsOf(graph),
    versions: openPersistentMap(join(state, 'secrets.jsonl')),
  });
  const ssm = createSsm({
    region: REGION,
    account: ACCOUNT,
    parameters: openPersistentMap(join(state, 'ssm.jsonl')),
  });
  for (const { inputs } of resourcesOf(graph, 'aws:ssm/parameter:Parameter'))
    ssm.put(String(inputs.name), String(inputs.value));
  const scheduler = createScheduler({
    schedules: compute.schedulesOf(graph, callers.callerOf),
    invoke: lambda.invoke,
    giveUp,
    send: messaging.send,
    log: (line) => log('scheduler', line),
  });
  const cloudfront = createCloudFrontControl({
    account: ACCOUNT,
    distributions: distributionsOf(graph).map(({ id }) => id),
    invalidate: options.invalidate,
    log: (line) => log('cloudfront', line),
  });
  const endpoint = createAwsEndpoint({
    ...callers,
    region: REGION,
    services: {
      s3: s3.fetch,
      dynamodb: dynamodb.fetch,
      lambda: lambda.service,
      sns: messaging.sns,
      sqs: messaging.sqs,
      ses: ses.service,
      secretsmanager: secrets.service,
      ssm: ssm.service,
      cloudfront,
    },
  });
  ports.aws.serve(endpoint.fetch);

  return {
    s3,
    invoke: lambda.invoke,
    scheduler,
    calls,
    async putSecrets(values) {
      for (const [name, value] of Object.entries(values))
        if (secrets.value(name) !== value) secrets.put(name, value);
    },
    deadLetters: messaging.deadLetters,
    warm: lambda.warm,
    pending: () => messaging.pending() + uploads.pending() + lambda.pending(),
    leftOver: () => [
      `${messaging.pending()} undelivered messages`,
      `${uploads.pending()} undelivered events of buckets`,
      `${lambda.pending()} running invocations`,
    ],
    async close() {
      scheduler.close();
      messaging.close();
      uploads.close();
      await lambda.close();
      await dynamodb.close();
    },
  };
}

/** Who may call: each function under its own role, and the pipeline under `bosun-apply`. */
function createCallers(graph: Graph, keys: LocalKeys, record: (call: AwsCall) => void) {
  const principals = [
    ...resourcesOf(graph, 'aws:lambda/function:Function').map(({ id }) => id),
    ...resourcesOf(graph, 'aws:iam/role:Role').map(({ id }) => id),
  ];
  const known = new Map(
    principals.map((principal) => {
      const { accessKeyId, secretAccessKey } = awsCredentialsFor(principal, keys);
      return [accessKeyId, { secretAccessKey, principal }];
    }),
  );
  const options = {
    credentials: (accessKeyId: string) => known.get(accessKeyId),
    policiesOf: compute.policiesOf(graph),
    record,
  };
  const signers = createSigners(options);
  const callerOf = (principal: string): Caller =>
    signers(awsCredentialsFor(principal, keys).accessKeyId)!.caller;
  return { ...options, signers, callerOf };
}
