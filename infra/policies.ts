import type { SecretKey } from './config.ts';
import type { TableKey } from './tables.ts';

/** Only allow statements with plain actions and ARNs: nobody has to work out what denies and conditions add up to. */
export interface Statement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

/** ARNs that statements are made of. */
export interface Arns {
  readonly tables: Readonly<Record<TableKey, string>>;
  readonly secrets: Readonly<Record<SecretKey, string>>;
  readonly photosBucket: string;
  readonly notificationsTopic: string;
  readonly notificationsQueue: string;
  readonly mailIdentity: string;
  readonly configurationSet: string;
}

/** Why a statement's ARN may end in a wildcard, for all actions or only for some; a test refuses every other one. */
export const wildcardReasons: readonly {
  readonly pattern: RegExp;
  readonly actions?: readonly string[];
  readonly reason: string;
}[] = [
  {
    pattern: /:log-group:\/aws\/lambda\/[a-z-]+:\*$/,
    reason: 'Lambda names the streams of its own log group',
  },
  { pattern: /^arn:aws:s3:::[a-z0-9.-]+\/\*$/, reason: "object keys are the bookings' own" },
  {
    pattern: /^\*$/,
    actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
    reason: 'X-Ray has no ARN for a trace',
  },
];

const allow = (actions: readonly string[], ...resources: readonly string[]): Statement => ({
  Effect: 'Allow',
  Action: actions,
  Resource: resources,
});

/** `db('Query', 'Scan')` → their full names. */
const db = (...operations: readonly string[]): string[] => operations.map((name) => `dynamodb:${name}`);

const READ_SECRET = ['secretsmanager:GetSecretValue'];
const PUBLISH = ['sns:Publish'];

export const writeLogs = (logGroup: string): Statement[] => [
  allow(['logs:CreateLogStream', 'logs:PutLogEvents'], `${logGroup}:*`),
];

export const calendarSync = ({ secrets, tables }: Arns): Statement[] => [
  allow(READ_SECRET, secrets.google),
  allow(db('PutItem'), tables.calendarAudit),
];

export const dashboardApi = ({ secrets, tables }: Arns, calendarSyncFunction: string): Statement[] => [
  allow(READ_SECRET, secrets.board),
  allow(db('GetItem', 'Scan'), tables.ledger),
  allow(['lambda:InvokeFunction'], calendarSyncFunction),
];

export const dashboardAuthorizer = ({ secrets }: Arns): Statement[] => [
  allow(READ_SECRET, secrets.dashboard),
];

export const sccApi = ({ secrets, tables, photosBucket, notificationsTopic }: Arns): Statement[] => [
  allow(READ_SECRET, secrets.linkKeys),
  allow(db('Query', 'BatchGetItem', 'Scan', 'UpdateItem'), tables.events),
  allow(
    db('Query'),
    `${tables.events}/index/by-start`,
    `${tables.events}/index/by-page`,
    `${tables.assignments}/index/by-crew`,
  ),
  allow(db('Query', 'PutItem', 'UpdateItem'), tables.assignments),
  allow(db('GetItem', 'Query', 'PutItem'), tables.entries),
  allow(db('GetItem', 'Scan', 'UpdateItem'), tables.crew),
  allow(db('PutItem'), tables.notifications),
  allow(db('Query'), `${tables.notifications}/index/by-event`, `${tables.notifications}/index/unsent`),
  allow(PUBLISH, notificationsTopic),
  // Whoever signs a form or a link lends the right to use it.
  allow(['s3:PutObject', 's3:GetObject'], `${photosBucket}/*`),
];

export const crewNotify = (arns: Arns): Statement[] => [
  allow(READ_SECRET, arns.secrets.linkKeys),
  allow(db('Query'), arns.tables.events, arns.tables.entries, `${arns.tables.events}/index/by-start`),
  allow(db('GetItem', 'Query'), arns.tables.assignments),
  allow(db('GetItem', 'Scan'), arns.tables.crew),
  allow(db('GetItem', 'UpdateItem'), arns.tables.notifications),
  allow(db('Query'), `${arns.tables.notifications}/index/by-event`),
  allow(['ses:SendEmail'], arns.mailIdentity, arns.configurationSet),
  allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], arns.notificationsQueue),
];

export const notificationSweeper = ({ tables, notificationsTopic }: Arns): Statement[] => [
  allow(db('Query'), `${tables.notifications}/index/unsent`),
  allow(PUBLISH, notificationsTopic),
];

export const crewReminders = ({ tables, notificationsTopic }: Arns): Statement[] => [
  allow(db('Query'), tables.events, `${tables.events}/index/by-start`, tables.entries, tables.assignments),
  allow(db('Scan'), tables.crew),
  allow(db('PutItem'), tables.notifications),
  allow(PUBLISH, notificationsTopic),
];

export const expenseSync = ({ tables }: Arns, dashboardApiFunction: string): Statement[] => [
  allow(db('Query'), `${tables.events}/index/expenses-due`, tables.entries),
  allow(db('UpdateItem'), tables.events),
  allow(['lambda:InvokeFunction'], dashboardApiFunction),
];

/** Of an upload it looks at, and takes away, the very version that arrived; listing makes a missing one a 404. */
export const photoArrivals = ({ tables, photosBucket }: Arns): Statement[] => [
  allow(db('Query'), tables.events),
  allow(db('GetItem', 'Query', 'PutItem'), tables.entries),
  allow(['s3:GetObjectVersion', 's3:DeleteObjectVersion'], `${photosBucket}/*`),
  allow(['s3:ListBucket'], photosBucket),
];

export const mailEvents = ({ tables }: Arns): Statement[] => [allow(db('UpdateItem'), tables.notifications)];

export const crewPortal = ({ secrets, tables }: Arns): Statement[] => [
  allow(READ_SECRET, secrets.linkKeys),
  allow(db('Query', 'BatchGetItem'), tables.events),
  allow(db('GetItem', 'Query'), tables.assignments),
  allow(db('GetItem', 'Scan'), tables.crew),
  allow(db('Query'), tables.entries),
  allow(db('Query'), `${tables.events}/index/by-start`, `${tables.assignments}/index/by-crew`),
];

/** What the scheduler may do for a schedule. */
export const invoke = (functionArn: string): Statement[] => [allow(['lambda:InvokeFunction'], functionArn)];

export interface PipelineArns extends Pick<Arns, 'tables' | 'secrets'> {
  readonly buckets: { readonly guest: string; readonly crew: string };
  readonly distributions: readonly string[];
  readonly deploymentParameter: string;
}

/** Applying bookings: pages, ledger, and the keys of the two APIs; no mail, no calendar, no infrastructure. */
export const pipeline = (arns: PipelineArns): Statement[] => [
  allow(db('GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'), arns.tables.ledger),
  allow(['s3:GetObject', 's3:PutObject'], `${arns.buckets.guest}/*`, `${arns.buckets.crew}/*`),
  allow(['s3:ListBucket'], arns.buckets.guest, arns.buckets.crew),
  allow(['cloudfront:CreateInvalidation', 'cloudfront:GetInvalidation'], ...arns.distributions),
  allow(['ssm:GetParameter'], arns.deploymentParameter),
  allow(READ_SECRET, arns.secrets.dashboard, arns.secrets.serviceKey),
];

/** Saying what apply would do: what was applied, and where everything is. No key, so the crew's registry is not asked. */
export const plan = (arns: Pick<PipelineArns, 'tables' | 'deploymentParameter'>): Statement[] => [
  allow(db('GetItem', 'BatchGetItem'), arns.tables.ledger),
  allow(['ssm:GetParameter'], arns.deploymentParameter),
];

/** Pulumi's state as it is kept, its secrets encrypted. */
export const readState = (bucket: string): Statement[] => [
  allow(['s3:ListBucket'], `arn:aws:s3:::${bucket}`),
  allow(['s3:GetObject'], `arn:aws:s3:::${bucket}/.pulumi/*`),
];

/** Comparing what was applied with what is there, in the buckets and, by the keys of the two APIs, everywhere else. */
export const drift = (arns: PipelineArns): Statement[] => [
  ...plan(arns),
  allow(['s3:GetObject'], `${arns.buckets.guest}/*`, `${arns.buckets.crew}/*`),
  allow(['s3:ListBucket'], arns.buckets.guest, arns.buckets.crew),
  allow(READ_SECRET, arns.secrets.dashboard, arns.secrets.serviceKey),
];

/** Looking at what was just deployed, by its public addresses; rights to deploy it are in `deploy-rights.ts`. */
export const smoke = (arns: Pick<PipelineArns, 'deploymentParameter'>): Statement[] => [
  allow(['ssm:GetParameter'], arns.deploymentParameter),
];

/** Traces are nobody's resource: X-Ray knows no ARN for them. */
export const trace = (): Statement[] => [allow(['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], '*')];

/** Lambda sends a failed event to its queue under the function's role, the scheduler under the schedule's. */
export const sendTo = (queueArn: string): Statement[] => [allow(['sqs:SendMessage'], queueArn)];
