import * as z from 'zod';
import { EXPENSE_CATEGORIES } from '../scc/entries/entry.ts';

/** What expense-sync sends by Lambda invoke: what the crew of a charter spent in all. */
export const expensesRequestSchema = z.strictObject({
  bookingKey: z.string().regex(/^[a-z0-9]+-[a-z0-9-]{1,80}$/, 'a booking key like boatsetter-xhqgmdh'),
  /** Cents by category; those without any are left out. */
  totals: z.partialRecord(z.enum(EXPENSE_CATEGORIES), z.int().positive()),
  /** Rises with each change; the board leaves a card alone that has a later one. */
  entriesVersion: z.int().positive(),
});
export type ExpensesRequest = z.input<typeof expensesRequestSchema>;

/** `unchanged`: the board had just that; `stale`: it has a later version; `unknown`: it has no such card (yet). */
const outcomeSchema = z.enum(['updated', 'unchanged', 'stale', 'unknown']);
export type ExpensesOutcome = z.output<typeof outcomeSchema>;

/** What the board fails at is thrown, and reaches the caller as a FunctionError. */
export const expensesReplySchema = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), outcome: outcomeSchema }),
  z.strictObject({ ok: z.literal(false), error: z.literal('invalid'), problems: z.array(z.string()) }),
]);
export type ExpensesReply = z.output<typeof expensesReplySchema>;
