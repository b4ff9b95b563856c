import { setTimeout as wait } from 'node:timers/promises';
import {
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  ResourceNotFoundException,
  RestoreTableToPointInTimeCommand,
  type DynamoDBClient,
  type RestoreTableToPointInTimeCommandInput,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { UserError } from '#bookings/model/problem.ts';

/** The copy of a table that a restore makes, beside it. */
export const restoredName = (table: string): string => `${table}-restored`;

/**
 * A copy as of an instant, or of the latest possible one, about five minutes ago. Without indexes, as nobody queries it;
 * it has no expiry and no backups of its own either.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreTableToPointInTime.html
 */
const restoreInput = (table: string, at: string | null): RestoreTableToPointInTimeCommandInput => ({
  SourceTableName: table,
  TargetTableName: restoredName(table),
  ...(at === null ? { UseLatestRestorableTime: true } : { RestoreDateTime: wholeSecond(at) }),
  BillingModeOverride: 'PAY_PER_REQUEST',
  GlobalSecondaryIndexOverride: [],
});

/** DynamoDB restores to a second, and says so of the copy. */
const wholeSecond = (at: string): Date => new Date(Math.floor(Date.parse(at) / 1000) * 1000);

/** The calls of a drill or a restoration in their order, for people to read before they let it happen. */
export function callsFor(tables: readonly string[], at: string | null, puts: boolean): string[] {
  const call = (operation: string, input: object) => `dynamodb ${operation} ${JSON.stringify(input)}`;
  return [
    ...tables.map((table) => call('RestoreTableToPointInTime', restoreInput(table, at))),
    ...tables.flatMap((table) => [
      `${call('DescribeTable', { TableName: restoredName(table) })} until it is ACTIVE`,
      `${call('Scan', { TableName: restoredName(table) })}, and of ${table}, to compare`,
      ...(puts ? [`${call('PutItem', { TableName: table })} for each item that is missing there`] : []),
      call('DeleteTable', { TableName: restoredName(table) }),
    ]),
  ];
}

/** Throws {@link UserError} when a table has no backups of that instant. */
export async function checkBackups(client: DynamoDBClient, table: string, at: string | null): Promise<void> {
  const { ContinuousBackupsDescription: backups } = await client.send(
    new DescribeContinuousBackupsCommand({ TableName: table }),
  );
  const window = backups?.PointInTimeRecoveryDescription;
  if (window?.PointInTimeRecoveryStatus !== 'ENABLED')
    throw new UserError(
      `${table} has no point-in-time recovery. \`npm run deploy -- --stack <dev or prod> --refresh\` turns it on.`,
    );
  const [from, to] = [window.EarliestRestorableDateTime, window.LatestRestorableDateTime];
  const outside = at !== null && (new Date(at) < (from ?? new Date(0)) || new Date(at) > (to ?? new Date()));
  if (outside)
    throw new UserError(
      `--at ${at}: ${table} can be restored to an instant between ${from?.toISOString()} and ${to?.toISOString()}`,
    );
}

/** Starts a restore; goes on with the copy that an earlier run left behind, which may be as of any instant unless one is asked for. */
export async function startRestore(client: DynamoDBClient, table: string, at: string | null): Promise<void> {
  const left = await describe(client, restoredName(table));
  if (left === undefined) {
    await client.send(new RestoreTableToPointInTimeCommand(restoreInput(table, at)));
    return;
  }
  assertCopyOf(table, left);
  const asOf = left.RestoreSummary?.RestoreDateTime;
  if (at !== null && asOf?.getTime() !== wholeSecond(at).getTime())
    throw new UserError(
      `${restoredName(table)} is there already, as of ${asOf?.toISOString()}: an earlier run left it. Go on with it by --at ${asOf?.toISOString()}, or delete that table first.`,
    );
}

const POLL_MILLISECONDS = 15_000;
const MOST_POLLS = 960;

/** Waits until a copy can be read, minutes for small tables, hours at worst; gives the instant as of which it is. */
export async function waitForRestore(
  client: DynamoDBClient,
  table: string,
  delay: (milliseconds: number) => Promise<unknown> = wait,
): Promise<Date> {
  for (let poll = 0; poll < MOST_POLLS; poll++) {
    const copy = await describe(client, restoredName(table));
    const { RestoreInProgress, RestoreDateTime } = copy?.RestoreSummary ?? {};
    if (copy?.TableStatus === 'ACTIVE' && RestoreInProgress !== true && RestoreDateTime !== undefined)
      return RestoreDateTime;
    await delay(POLL_MILLISECONDS);
  }
  throw new Error(`${restoredName(table)} is still not there after four hours; run again to go on waiting`);
}

/** Deletes the copy, and nothing that is none. */
export async function removeRestored(client: DynamoDBClient, table: string): Promise<void> {
  const copy = await describe(client, restoredName(table));
  if (copy === undefined) return;
  assertCopyOf(table, copy);
  await client.send(new DeleteTableCommand({ TableName: restoredName(table) }));
}

function assertCopyOf(table: string, { TableName, RestoreSummary }: TableDescription): void {
  if (RestoreSummary?.SourceTableArn?.endsWith(`:table/${table}`) === true) return;
  throw new UserError(`${TableName} is no copy of ${table}, so it is left alone. Rename or delete it first.`);
}

async function describe(client: DynamoDBClient, table: string): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: table }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
