import { LambdaClient } from '@aws-sdk/client-lambda';
import { createDocumentClient, openTable } from '../adapters/dynamodb.ts';
import { createInvoke } from '../adapters/lambda-invoke.ts';
import { parseEnv } from '../env.ts';
import { createLog } from '../log.ts';
import { createEntryStore } from '../scc/entries/entry-store.ts';
import { createEventStore } from '../scc/event-store.ts';
import { envSchema } from './env.ts';
import { syncExpenses, type ExpenseSyncDeps } from './sync.ts';

const env = parseEnv('expense-sync', envSchema, process.env);
const document = createDocumentClient();

const deps: ExpenseSyncDeps = {
  events: createEventStore(openTable(document, env.EVENTS_TABLE)),
  entries: createEntryStore(openTable(document, env.ENTRIES_TABLE)),
  // dashboard-api asks the board for at most 24 seconds.
  invoke: createInvoke(new LambdaClient({ maxAttempts: 1 }), {
    functionName: env.DASHBOARD_API_FUNCTION,
    timeout: 28_000,
  }),
  limit: 200,
  log: createLog('expense-sync'),
};

export const handler = async (): Promise<void> => {
  await syncExpenses(deps);
};
