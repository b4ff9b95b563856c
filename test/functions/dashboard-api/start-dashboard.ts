import type { Table } from '#functions/adapters/dynamodb.ts';
import type { Invoke } from '#functions/adapters/lambda-invoke.ts';
import { createApp } from '#functions/dashboard-api/app.ts';
import type { BoardClient } from '#functions/dashboard-api/board.ts';
import { createBookings } from '#functions/dashboard-api/bookings.ts';
import { createCalendarSync } from '#functions/dashboard-api/calendar.ts';
import { createLog } from '#functions/log.ts';

interface Setup {
  readonly invoke?: Invoke;
  readonly putCard?: BoardClient['putCard'];
  readonly listCards?: BoardClient['listCards'];
  readonly table?: Table;
}

/** The app over stubs of what stands behind it: `invoke` is calendar-sync, `table` the ledger. */
export function startDashboard({ invoke, putCard, listCards, table }: Setup = {}) {
  const lines: string[] = [];
  const asked: unknown[] = [];
  const app = createApp({
    calendar: createCalendarSync(async (payload) => {
      asked.push(payload);
      return invoke!(payload);
    }),
    board: {
      async putCard(card) {
        asked.push(card);
        await putCard?.(card);
      },
      putExpenses: async () => 'unchanged',
      listCards: listCards ?? (async () => ({ lanes: ['Inquiries'], cards: [], unreadable: [] })),
    },
    bookings: createBookings(table ?? unexpected),
    log: createLog('dashboard-api', (line) => lines.push(line)),
  });
  const send = async (method: string, path: string, body?: unknown) => {
    const response = await app.request(path, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      body: await response.json(),
    };
  };
  return { send, lines, asked };
}

/** Fails when anything reads from it. */
const unexpected = {} as Table;
