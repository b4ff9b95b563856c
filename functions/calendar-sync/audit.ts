import type { Table } from '../adapters/dynamodb.ts';

/** One write to a calendar. Holds no guest data. */
export interface AuditedWrite {
  readonly eventId: string;
  readonly bookingKey: string;
  readonly revision: number;
  readonly action: 'insert' | 'update' | 'delete';
}

/** Records a write before it is tried, so that none can happen without a trace, and then how it ended. */
export interface Audit {
  begin(write: AuditedWrite): Promise<(outcome: string) => Promise<void>>;
}

/**
 * Audit items in a DynamoDB table (hash `calendar_event_id`, range `written_at`: an instant and a
 * suffix that makes it unique). An item that stays `started` belongs to a write whose reply was lost.
 */
export function createAudit(table: Pick<Table, 'put'>, { stamp }: { readonly stamp: () => string }): Audit {
  return {
    async begin(write) {
      const writtenAt = stamp();
      const put = async (outcome: string) => {
        await table.put(toItem(write, writtenAt, outcome));
      };
      await put('started');
      return put;
    },
  };
}

const toItem = (write: AuditedWrite, writtenAt: string, outcome: string) => ({
  calendar_event_id: write.eventId,
  written_at: writtenAt,
  booking_key: write.bookingKey,
  revision: String(write.revision),
  action: write.action,
  outcome,
});
