import { readAmount } from '#bookings/model/money.ts';
import { EXPENSE_CATEGORIES, type DeviceContent, type ExpenseCategory } from './entry.ts';

/** Code of the notice that says what is wrong. */
export interface FormProblem {
  readonly problem: 'amount' | 'refused';
}

type Fields = Readonly<Record<string, string>>;

/**
 * What a page's form says, by its fields: the same on the server and, with the form taken over by script, in the browser.
 * Whether list, item and the rest exist is the server's to check. `{ problem }` instead of `{ kind }` when it does not fit.
 */
export function contentOfForm(fields: Fields): DeviceContent | FormProblem {
  const reader = Object.hasOwn(READERS, fields['kind'] ?? '') ? READERS[fields['kind']!] : undefined;
  return reader?.(fields) ?? REFUSED;
}

const REFUSED: FormProblem = { problem: 'refused' };

/** Undefined: a field is missing or none of what it can be. */
const READERS: Readonly<Record<string, (fields: Fields) => DeviceContent | FormProblem | undefined>> = {
  tick({ list, item, done }) {
    if (!list || !item || (done !== 'true' && done !== 'false')) return undefined;
    return { kind: 'tick', list, item, done: done === 'true' };
  },
  note({ list, item, text = '' }) {
    const written = text
      .replace(/\r\n?/g, '\n')
      .replace(/[^\P{Cc}\n]/gu, ' ')
      .trim();
    return list && item && isShort(written) ? { kind: 'note', list, item, text: written } : undefined;
  },
  finish: ({ list, saw = '' }) =>
    list ? { kind: 'finish', list, saw: saw.split(',').filter((id) => id !== '') } : undefined,
  reopen: ({ list }) => (list ? { kind: 'reopen', list } : undefined),
  expense: readExpense,
  'photo-removed': ({ photo }) => (photo ? { kind: 'photo-removed', photo } : undefined),
};

function readExpense(fields: Fields): DeviceContent | FormProblem | undefined {
  const { id = '', category = '', amount = '', text = '', receipt = '', removed } = fields;
  const written = text.replace(/\p{Cc}+/gu, ' ').trim();
  if (!isCategory(category) || !isShort(written)) return undefined;
  const cents = readAmount(amount);
  if (!cents) return { problem: 'amount' };
  return {
    kind: 'expense',
    // A new one takes the id of its first entry.
    expense: fields['expense'] || id,
    category,
    cents,
    text: written,
    receipt: receipt || null,
    removed: removed === 'true',
  };
}

const isCategory = (text: string): text is ExpenseCategory =>
  (EXPENSE_CATEGORIES as readonly string[]).includes(text);

const isShort = (text: string): boolean => text.length <= LONGEST_TEXT;

/** Characters of a note or of what an expense is for. */
export const LONGEST_TEXT = 500;
