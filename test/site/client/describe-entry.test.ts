import { describe, expect, it } from 'vitest';
import type { Entry } from '#functions/scc/entries/entry.ts';
import { describeEntry } from '#site/portal/src/client/describe-entry.ts';
import { tick } from './samples.ts';

const section = {
  currency: 'USD',
  checklists: [
    {
      key: 'fuel',
      title: 'Fuel',
      phase: 'pre-charter' as const,
      items: [{ key: 'item-1', text: 'Tank full' }],
    },
  ],
};
const made = { id: 'entry-of-john-9999', member: 'john', lamport: 1, at: '', receivedAt: '' };

describe('an entry that was refused', () => {
  it.each<[string, Entry]>([
    ['Tick “Tank full”', tick(1)],
    ['Tick “Fuel”', tick(2)],
    ['Finishing “Fuel”', { ...made, kind: 'finish', list: 'fuel', saw: [] }],
    ['Reopening', { ...made, kind: 'reopen', list: 'a-list-of-another-time' }],
    [
      'Expense of $12.50',
      {
        ...made,
        kind: 'expense',
        expense: made.id,
        category: 'supplies',
        cents: 1250,
        text: '',
        receipt: null,
        removed: false,
      },
    ],
    ['Removing a photo', { ...made, kind: 'photo-removed', photo: 'photo-of-john-0001' }],
  ])('is called "%s"', (text, entry) => {
    expect(describeEntry(entry, section)).toBe(text);
  });
});
