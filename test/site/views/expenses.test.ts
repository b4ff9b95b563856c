import { describe, expect, it } from 'vitest';
import type { ExpenseContent } from '#functions/scc/entries/entry.ts';
import { contentOfForm } from '#functions/scc/entries/read-form.ts';
import { renderExpenses } from '#site/portal/src/views/expenses.ts';
import { entriesOf, formsOf, sectionOf, textOf } from './sample.ts';

const expense = (id: string, cents: number, more: Partial<ExpenseContent> = {}): ExpenseContent => ({
  kind: 'expense',
  expense: id,
  category: 'supplies',
  cents,
  text: 'Ice',
  receipt: null,
  removed: false,
  ...more,
});

const entries = entriesOf(
  ['john', expense('entry-number-0000', 123_450, { category: 'mileage', text: 'To <Oceanside>' })],
  ['maria', expense('entry-number-0001', 77_777)],
  ['john', expense('entry-number-0002', 1_050, { receipt: 'receipt-of-the-ice' })],
);

describe('the expenses', () => {
  it('are one’s own, with their total, and never another’s', () => {
    const text = textOf(renderExpenses(sectionOf(entries)));
    expect(text).toContain('Mileage To &#60;Oceanside&#62; $1,234.50 You, May 30, 8:00 AM sent');
    expect(text).toContain('Supplies Ice $10.50');
    expect(text).toContain('Total $1,245.00');
    expect(text).not.toMatch(/777|Maria/);
  });

  it('link to the receipt', () => {
    expect(renderExpenses(sectionOf(entries))).toContain(
      'href="/api/events/e1/photos/receipt-of-the-ice/original"',
    );
  });

  it('can each be changed and removed by a form, and a new one be added', () => {
    const forms = formsOf(renderExpenses(sectionOf(entries)));
    expect(forms).toHaveLength(5);
    expect(forms[2]).toMatchObject({ expense: 'entry-number-0002', receipt: 'receipt-of-the-ice' });
    expect(contentOfForm(forms[3]!)).toEqual({
      ...expense('entry-number-0002', 1_050, { receipt: 'receipt-of-the-ice' }),
      removed: true,
    });
    const added: Record<string, string> = { ...forms[4]!, category: 'tips', amount: '$1,250.5', text: '' };
    expect(contentOfForm(added)).toMatchObject({ expense: added['id'], cents: 125_050, category: 'tips' });
  });

  it('are final once the captain closed the charter', () => {
    const closed = [...entries, { ...entriesOf(['maria', { kind: 'close' }])[0]!, id: 'close', lamport: 9 }];
    const markup = renderExpenses(sectionOf(closed));
    expect(formsOf(markup)).toEqual([]);
    expect(textOf(markup)).toContain('The captain closed this charter: expenses are final.');
    expect(textOf(markup)).toContain('Total $1,245.00');
  });

  it('say when one waits for signal', () => {
    const unsent = new Map([['entry-number-0002', { status: 'pending' }]] as const);
    expect(textOf(renderExpenses(sectionOf(entries, { unsent })))).toContain('waiting for signal');
  });
});
