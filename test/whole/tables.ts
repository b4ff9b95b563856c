/** The tables of the Pulumi program, by their keys, as far as one booking's way touches them. */
export interface TableKeys extends Keys {
  readonly indexes?: Readonly<Record<string, Keys & { readonly keysOnly?: boolean }>>;
}
interface Keys {
  readonly hash: string;
  readonly range?: string;
}

export const TABLES = {
  ledger: { hash: 'pk' },
  events: {
    hash: 'event_id',
    range: 'created_timestamp',
    indexes: {
      'by-start': { hash: 'start_month', range: 'starts_at' },
      'by-page': { hash: 'page_id', range: 'event_id', keysOnly: true },
    },
  },
  assignments: {
    hash: 'event_id',
    range: 'assignment_key',
    indexes: { 'by-crew': { hash: 'crew_id', range: 'event_id' } },
  },
  crew: { hash: 'crew_id' },
  entries: { hash: 'event_id', range: 'entry_id' },
  notifications: {
    hash: 'notification_id',
    indexes: {
      unsent: { hash: 'unsent', range: 'created_at' },
      'by-event': { hash: 'event_id', range: 'notification_id' },
    },
  },
  audit: { hash: 'calendar_event_id', range: 'written_at' },
} as const satisfies Record<string, TableKeys>;

export type TableName = keyof typeof TABLES;
