import * as aws from '@pulumi/aws';
import type { StackConfig } from './config.ts';
import type { Deployment } from './deployment.ts';

export type TableKey = keyof Deployment['tables'];
export type Tables = Readonly<Record<TableKey, aws.dynamodb.Table>>;

interface IndexShape {
  readonly name: string;
  readonly hash: string;
  readonly range: string;
  /** Whole items unless it says otherwise. */
  readonly projection?: 'KEYS_ONLY';
}

interface TableShape {
  readonly name: string;
  readonly hash: string;
  readonly range?: string;
  readonly indexes?: readonly IndexShape[];
  /** Attribute with the instant, in seconds, after which DynamoDB may drop an item. */
  readonly expiry?: string;
}

const SHAPES: Readonly<Record<TableKey, TableShape>> = {
  events: {
    name: 'scc-events',
    hash: 'event_id',
    range: 'created_timestamp',
    indexes: [
      { name: 'by-start', hash: 'start_month', range: 'starts_at' },
      // Sparse: an event is due only while its expenses have changed since the board was told.
      { name: 'expenses-due', hash: 'expenses_due', range: 'event_id' },
      // Whoever finds an event by its page reads the event itself, which does not lag behind.
      { name: 'by-page', hash: 'page_id', range: 'event_id', projection: 'KEYS_ONLY' },
    ],
  },
  assignments: {
    name: 'scc-crew-assignments',
    hash: 'event_id',
    range: 'assignment_key',
    indexes: [{ name: 'by-crew', hash: 'crew_id', range: 'event_id' }],
  },
  crew: { name: 'scc-crew', hash: 'crew_id' },
  entries: { name: 'scc-entries', hash: 'event_id', range: 'entry_id' },
  notifications: {
    name: 'scc-notifications',
    hash: 'notification_id',
    // Sparse: an item has `unsent` only until it is sent, so the sweeper reads nothing else.
    indexes: [
      { name: 'unsent', hash: 'unsent', range: 'created_at' },
      { name: 'by-event', hash: 'event_id', range: 'notification_id' },
    ],
    expiry: 'expires_at',
  },
  ledger: { name: 'booking-ledger', hash: 'pk' },
  calendarAudit: { name: 'calendar-audit', hash: 'calendar_event_id', range: 'written_at' },
};

/** The tables. Protected: losing one loses what git cannot give back. */
export function declareTables(config: StackConfig): Tables {
  const tables = Object.entries(SHAPES).map(([key, shape]) => [key, declareTable(config, shape)]);
  return Object.fromEntries(tables) as Tables;
}

function declareTable(config: StackConfig, shape: TableShape): aws.dynamodb.Table {
  const { name, hash, range, indexes = [], expiry } = shape;
  return new aws.dynamodb.Table(
    name,
    {
      name: config.namePrefix + name,
      billingMode: 'PAY_PER_REQUEST',
      hashKey: hash,
      ...(range !== undefined && { rangeKey: range }),
      attributes: keyAttributes(shape).map((attribute) => ({ name: attribute, type: 'S' })),
      ...(indexes.length > 0 && {
        globalSecondaryIndexes: indexes.map((index) => ({
          name: index.name,
          hashKey: index.hash,
          rangeKey: index.range,
          projectionType: index.projection ?? 'ALL',
        })),
      }),
      ...(expiry !== undefined && { ttl: { attributeName: expiry, enabled: true } }),
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: config.deletionProtection,
    },
    { protect: true },
  );
}

/** DynamoDB wants exactly the attributes that are keys, each once. */
function keyAttributes({ hash, range, indexes = [] }: TableShape): string[] {
  const keys = [hash, range, ...indexes.flatMap((index) => [index.hash, index.range])];
  return [...new Set(keys.filter((key) => key !== undefined))].sort();
}
