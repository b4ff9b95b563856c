import { describe, expect, it } from 'vitest';
import { readValue } from '#bookings/model/read-input.ts';
import type { Entry } from '#functions/scc/entries/entry.ts';
import { deviceEntrySchema } from '#functions/scc/entries/entry-schema.ts';
import { expenseTotals } from '#functions/scc/entries/expense-totals.ts';
import { foldEntries } from '#functions/scc/entries/fold.ts';
import { contentOfForm } from '#functions/scc/entries/read-form.ts';
import { visibleEntries } from '#functions/scc/entries/visible.ts';
import { expense, idOf, make, note, tick } from './make.ts';
import { createMemoryEntries } from './memory-entries.ts';

const base = { id: idOf('a'), lamport: 1, at: '2027-05-30T09:00:00-07:00' };
const sent = { ...base, ...tick('fuel') };
const problemsOf = (value: unknown) => {
  const reading = readValue('entry', value, deviceEntrySchema);
  return reading.ok ? [] : reading.problems.map(({ path }) => path);
};

describe('an entry as a device sends it', () => {
  it.each([
    sent,
    { ...base, ...note('fuel', 'half\nfull 🚤') },
    { ...base, ...note('fuel', '') },
    { ...base, kind: 'finish', list: 'x', saw: [] },
    { ...sent, at: '2027-05-30T16:00:00.123Z', lamport: 1_000_000_000 },
  ])('fits: %j', (value) => {
    expect(problemsOf(value)).toEqual([]);
  });

  it('finishes a list with all that a charter can have', () => {
    const saw = Array.from({ length: 5_000 }, (_, index) => idOf(`seen-${index}`));
    expect(problemsOf({ ...base, kind: 'finish', list: 'x', saw })).toEqual([]);
  });

  it.each<[string, object, string[]]>([
    ['a short id', { ...sent, id: 'a' }, ['id']],
    ['an id with other characters', { ...sent, id: 'a#b'.padEnd(20, '_') }, ['id']],
    ['a long id', { ...sent, id: 'a'.repeat(65) }, ['id']],
    ['a counter of 0', { ...sent, lamport: 0 }, ['lamport']],
    ['a broken counter', { ...sent, lamport: 1.5 }, ['lamport']],
    ['a huge counter', { ...sent, lamport: 1_000_000_001 }, ['lamport']],
    ['a time without offset', { ...sent, at: '2027-05-30T09:00:00' }, ['at']],
    ['a date that does not exist', { ...sent, at: '2027-02-30T09:00:00Z' }, ['at']],
    ['a kind that only the server makes', { ...base, kind: 'close' }, ['kind']],
    ['no kind', base, ['kind']],
    ['a field of the server', { ...sent, member: 'zoe', receivedAt: sent.at }, ['member', 'receivedAt']],
    ['a long note', { ...base, ...note('fuel', 'x'.repeat(501)) }, ['text']],
    ['control characters', { ...base, ...note('fuel', 'a\u0000b') }, ['text']],
    ['half a character', { ...base, ...note('fuel', '\ud83d') }, ['text']],
    ['lines in an expense', { ...base, ...expense('e', 1, { text: 'a\nb' }) }, ['text']],
    ['too many seen', { ...base, kind: 'finish', list: 'x', saw: Array(5001).fill(sent.id) }, ['saw']],
    [
      'all that is wrong with an expense',
      { ...base, ...expense('', 10_000_001, { receipt: 'x', removed: null as never }), category: 'fines' },
      ['category', 'cents', 'receipt', 'removed'],
    ],
    ['no cents', { ...base, ...expense('', 0) }, ['cents']],
    ['half cents', { ...base, ...expense('', 1.5) }, ['cents']],
  ])('is refused with %s', (_, value, problems) => {
    expect(problemsOf(value).toSorted()).toEqual(problems);
  });
});

describe('a form', () => {
  it.each<[Record<string, string>, object]>([
    [{ kind: 'tick', list: 'l', item: 'i', done: 'true', csrf: 'x' }, tick('i', true, 'l')],
    [{ kind: 'tick', list: 'l', item: 'i', done: 'false' }, tick('i', false, 'l')],
    [{ kind: 'note', list: 'l', item: 'i', text: ' a\r\nb\u0007c ' }, note('i', 'a\nb c', 'l')],
    [{ kind: 'note', list: 'l', item: 'i' }, note('i', '', 'l')],
    [
      { kind: 'finish', list: 'l', saw: 'a,b' },
      { kind: 'finish', list: 'l', saw: ['a', 'b'] },
    ],
    [
      { kind: 'finish', list: 'l', saw: '' },
      { kind: 'finish', list: 'l', saw: [] },
    ],
    [
      { kind: 'reopen', list: 'l' },
      { kind: 'reopen', list: 'l' },
    ],
    [
      { kind: 'photo-removed', photo: 'p' },
      { kind: 'photo-removed', photo: 'p' },
    ],
    [
      { kind: 'expense', id: 'n', expense: '', category: 'tips', amount: '12,5', text: 'a\nb', receipt: 'r' },
      {
        kind: 'expense',
        expense: 'n',
        category: 'tips',
        cents: 1250,
        text: 'a b',
        receipt: 'r',
        removed: false,
      },
    ],
    [{ kind: 'expense', category: 'tips', amount: 'much' }, { problem: 'amount' }],
    [{ kind: 'expense', category: 'tips' }, { problem: 'amount' }],
    [{ kind: 'expense', category: 'tips', amount: '0.00' }, { problem: 'amount' }],
    [{ kind: 'expense', category: 'toString', amount: '1' }, { problem: 'refused' }],
    [{ kind: 'tick', list: 'l', item: 'i', done: 'maybe' }, { problem: 'refused' }],
    [{ kind: 'tick', list: 'l', done: 'true' }, { problem: 'refused' }],
    [{ kind: 'note', list: 'l', item: 'i', text: 'x'.repeat(501) }, { problem: 'refused' }],
    [{ kind: 'close' }, { problem: 'refused' }],
    [{ kind: 'constructor' }, { problem: 'refused' }],
    [{}, { problem: 'refused' }],
  ])('%j says %j', (fields, content) => {
    expect(contentOfForm(fields)).toEqual(content);
  });
});

describe('the table of entries', () => {
  const entries: Entry[] = [
    make('a', 1, tick('fuel')),
    make('b', 2, { kind: 'finish', list: 'l', saw: [] }),
    make('c', 3, expense('c', 500, { receipt: idOf('r') })),
    make('d', 4, { kind: 'seen', revision: 2, shown: { start: 'x', nested: [{ a: 1 }] } }),
    make('e', 5, { kind: 'answer', answer: 'declined', position: 'p', version: 'v', since: 1, reason: null }),
    make('photo-x', 6, { kind: 'photo', photo: 'x', type: 'image/heic' }, { member: 'guest' }),
    make('f', 7, { kind: 'close' }, { member: 'operator' }),
  ];

  it('gives back what was stored, of that event only', async () => {
    const { store } = createMemoryEntries();
    for (const entry of entries) expect(await store.append('one', entry)).toBe('stored');
    expect(await store.append('other', entries[0]!)).toBe('stored');
    expect(await store.ofEvent('one')).toEqual(entries);
    expect(await store.ofEvent('none')).toEqual([]);
  });

  it('keeps the first of two, and tells a repetition from another entry', async () => {
    const { store } = createMemoryEntries();
    const [first] = entries as [Entry];
    await store.append('one', first);
    const again = { ...first, lamport: 9, at: '2030-01-01T00:00:00Z', receivedAt: '2030-01-01T00:00:00Z' };
    expect(await store.append('one', again)).toBe('duplicate');
    expect(await store.append('one', { ...again, member: 'mia' })).toBe('conflict');
    expect(await store.append('one', { ...first, done: false } as Entry)).toBe('conflict');
    expect(await store.append('one', make('a', 1, { kind: 'close' }))).toBe('conflict');
    expect(await store.ofEvent('one')).toEqual([first]);
  });
});

describe('what a member may see', () => {
  it('leaves out a thumbnail that came before its receipt, and who removed a receipt', () => {
    const entries: Entry[] = [
      make('t', 1, { kind: 'thumbnail', photo: 'bill' }, { member: 'mia' }),
      make('x', 2, { kind: 'photo-removed', photo: 'bill' }, { member: 'mia' }),
      make('p', 1, { kind: 'photo', photo: 'deck', type: 'image/jpeg' }, { member: 'mia' }),
      make('y', 2, { kind: 'photo-removed', photo: 'deck' }, { member: 'zoe' }),
    ];
    expect(visibleEntries(entries, 'john').map(({ id }) => id)).toEqual(['p', 'y'].map(idOf));
    expect(visibleEntries(entries, 'mia')).toEqual(entries);
  });
});

describe('totals of expenses', () => {
  it('add up by category, and leave out those without any', () => {
    const entries = [
      make('a', 1, expense('a', 500)),
      make('b', 2, expense('b', 250), { member: 'mia' }),
      make('c', 3, expense('c', 100, { category: 'tips' })),
      make('d', 4, expense('c', 100, { category: 'other' })),
    ];
    expect(expenseTotals(foldEntries(entries))).toEqual({ supplies: 750, other: 100 });
    expect(expenseTotals(foldEntries([]))).toEqual({});
  });
});
