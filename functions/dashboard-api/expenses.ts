import { readValue } from '#bookings/model/read-input.ts';
import type { Log } from '../log.ts';
import type { BoardClient } from './board.ts';
import { expensesRequestSchema, type ExpensesReply } from './expenses-contract.ts';

/**
 * The other door of the function: a direct invoke, which IAM guards, with the expenses of a charter. Amounts are neither
 * logged nor repeated in problems.
 */
export const createPutExpenses =
  ({ board, log }: { readonly board: Pick<BoardClient, 'putExpenses'>; readonly log: Log }) =>
  async (event: unknown): Promise<ExpensesReply> => {
    const reading = readValue('expenses', event, expensesRequestSchema);
    if (!reading.ok) {
      const problems = reading.problems.map(({ path, expected }) => `${path}: expected ${expected}`);
      log.warn('invalid expenses', { reason: problems.join('; ') });
      return { ok: false, error: 'invalid', problems };
    }
    const { bookingKey } = reading.value;
    try {
      const outcome = await board.putExpenses(reading.value);
      log.info('expenses', { bookingKey, state: outcome });
      return { ok: true, outcome };
    } catch (error) {
      log.error('expenses', { bookingKey, state: 'failed', error });
      throw error;
    }
  };

/** API Gateway says where a request came from; nobody who comes through it can leave that out. */
export const isHttpEvent = (event: unknown): boolean =>
  typeof event === 'object' && event !== null && 'requestContext' in event;
