import { sumCents } from '#bookings/model/money.ts';
import { EXPENSE_CATEGORIES, type ExpenseCategory } from './entry.ts';
import type { EventState } from './fold.ts';

/** Cents by category; those without any are left out. */
export type ExpenseTotals = Readonly<Partial<Record<ExpenseCategory, number>>>;

/** What the whole crew spent on a charter: for the revenue card, and nobody on the crew. */
export const expenseTotals = ({ expenses }: Pick<EventState, 'expenses'>): ExpenseTotals =>
  Object.fromEntries(
    EXPENSE_CATEGORIES.map((category) => [
      category,
      sumCents(expenses.filter((one) => one.category === category).map(({ cents }) => cents)),
    ]).filter(([, cents]) => cents !== 0),
  );
