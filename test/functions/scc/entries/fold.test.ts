import { describe, expect, it } from 'vitest';
import type { Entry } from '#functions/scc/entries/entry.ts';
import { foldEntries } from '#functions/scc/entries/fold.ts';
import { expense, finish, idOf, make, note, reopen, tick } from './make.ts';

const stamp = (name: string, member = 'john') => ({ member, at: '2027-05-30T16:00:00Z', entry: idOf(name) });
const listOf = (entries: readonly Entry[]) => foldEntries(entries).lists['jada-before']!;

describe('the state of nothing', () => {
  it('is empty', () => {
    expect(foldEntries([])).toEqual({
      lamport: 0,
      lists: {},
      expenses: [],
      photos: [],
      receipts: [],
      closed: null,
      answers: {},
      seen: {},
    });
  });

  it('does not take what every object has for a list', () => {
    const { lists, answers } = foldEntries([]);
    expect(lists['constructor']).toBeUndefined();
    expect(answers['toString']).toBeUndefined();
    const state = foldEntries([make('t', 1, tick('constructor', true, '__proto__'))]);
    expect(state.lists['__proto__']?.items['constructor']?.done).toBe(true);
  });
});

describe('an item', () => {
  it('is as the last in order left it, with who and when', () => {
    const entries = [
      make('b', 2, tick('fuel', false), { member: 'mia' }),
      make('a', 1, tick('fuel')),
      make('n', 1, note('fuel', 'half full')),
    ];
    expect(listOf(entries).items).toEqual({
      fuel: {
        done: false,
        changed: { ...stamp('b', 'mia'), isLate: false },
        note: { ...stamp('n'), text: 'half full', isLate: false },
      },
    });
    expect(foldEntries(entries).lamport).toBe(2);
  });

  it('breaks a tie of counters by id, whichever came first', () => {
    const [one, other] = [make('a', 5, tick('fuel')), make('b', 5, tick('fuel', false))];
    expect(listOf([one, other]).items['fuel']?.done).toBe(false);
    expect(listOf([other, one]).items['fuel']?.done).toBe(false);
  });

  it('counts an entry once that came twice', () => {
    const [on, off] = [make('a', 1, tick('fuel')), make('b', 2, tick('fuel', false))];
    expect(listOf([on, off, on])).toEqual(listOf([on, off]));
    expect(listOf([on, off, on]).entries).toEqual([idOf('a'), idOf('b')]);
  });

  it('keeps who took its note away', () => {
    const entries = [
      make('a', 1, note('fuel', 'half full')),
      make('b', 2, note('fuel', ''), { member: 'mia' }),
    ];
    expect(listOf(entries).items['fuel']?.note).toEqual({ ...stamp('b', 'mia'), text: '', isLate: false });
  });
});

/** By name: entries, then which are late, and whether the list is finished. */
const LATE: [string, Entry[], string[], boolean][] = [
  ['nothing before a finish', [make('t1', 1, tick('fuel'))], [], false],
  ['nothing that the finish saw', [make('t1', 1, tick('fuel')), make('f', 2, finish('t1'))], [], true],
  [
    'a tick after the finish',
    [make('t1', 1, tick('fuel')), make('f', 2, finish('t1')), make('t2', 3, tick('lines'))],
    ['t2'],
    true,
  ],
  [
    'a tick that orders before the finish and came when it was done',
    [make('t2', 1, tick('lines')), make('t1', 1, tick('fuel')), make('f', 2, finish('t1'))],
    ['t2'],
    true,
  ],
  ['a note, too', [make('f', 2, finish()), make('n1', 1, note('fuel', 'half'))], ['n1'], true],
  [
    'nothing once the list is reopened after the finish',
    [make('f', 2, finish()), make('t2', 3, tick('lines')), make('r', 4, reopen)],
    [],
    false,
  ],
  [
    'nothing that follows the reopening',
    [make('f', 2, finish()), make('r', 3, reopen), make('t2', 4, tick('lines'))],
    [],
    false,
  ],
  [
    'a tick, when the reopening orders before the finish that did not see it',
    [make('t1', 1, tick('fuel')), make('r', 2, reopen), make('f', 3, finish())],
    ['t1'],
    true,
  ],
  [
    'nothing that a later finish names',
    [
      make('t1', 1, tick('fuel')),
      make('f', 2, finish()),
      make('t2', 3, tick('lines')),
      make('g', 4, finish('t1', 'f', 't2')),
    ],
    [],
    true,
  ],
  [
    'what the later of two finishes did not see',
    [make('t1', 1, tick('fuel')), make('f', 2, finish('t1')), make('g', 3, finish())],
    ['t1'],
    true,
  ],
  ['no finish of somebody else at the same time', [make('f', 2, finish()), make('g', 2, finish())], [], true],
  [
    'nothing of another list',
    [make('f', 2, finish()), make('t2', 3, tick('cleaned', true, 'jada-after'))],
    [],
    true,
  ],
];

describe('late is', () => {
  it.each(LATE)('%s', (_, entries, late, isFinished) => {
    const list = listOf(entries);
    expect(list.late).toEqual(late.map(idOf));
    expect(list.finished !== null).toBe(isFinished);
    expect(listOf(entries.toReversed())).toEqual(list);
  });

  it('no reason not to count, and stays marked on the item', () => {
    const list = listOf([
      make('f', 2, finish()),
      make('t', 3, tick('fuel')),
      make('n', 4, note('fuel', 'full')),
    ]);
    expect(list.items['fuel']).toEqual({
      done: true,
      changed: { ...stamp('t'), isLate: true },
      note: { ...stamp('n'), text: 'full', isLate: true },
    });
    expect(list.finished).toEqual(stamp('f'));
    expect(list.entries).toEqual(['f', 't', 'n'].map(idOf));
  });
});

describe('expenses', () => {
  const bill = (...entries: Entry[]) => foldEntries(entries).expenses;

  it('show their latest version, in the order in which they began', () => {
    expect(
      bill(
        make('e2', 2, expense('e2', 700)),
        make('e1', 1, expense('e1', 500)),
        make('e3', 3, expense('e1', 550, { text: 'More ice' })),
      ),
    ).toEqual([
      {
        ...stamp('e3'),
        expense: idOf('e1'),
        category: 'supplies',
        cents: 550,
        text: 'More ice',
        receipt: null,
      },
      { ...stamp('e2'), expense: idOf('e2'), category: 'supplies', cents: 700, text: 'Ice', receipt: null },
    ]);
  });

  it('are gone when the latest version is a removal, and back when there is a later one', () => {
    const entries = [make('e1', 1, expense('e1', 500)), make('e2', 2, expense('e1', 500, { removed: true }))];
    expect(bill(...entries)).toEqual([]);
    expect(bill(...entries, make('e3', 3, expense('e1', 600)))).toMatchObject([{ cents: 600 }]);
  });

  it('belong to their author: what others say of them counts nothing, also before them in order', () => {
    const own = make('e1', 5, expense('e1', 500));
    for (const lamport of [1, 9])
      for (const removed of [true, false]) {
        const others = make('e2', lamport, expense('e1', 1, { removed }), { member: 'mia' });
        expect(bill(others, own)).toMatchObject([{ member: 'john', cents: 500 }]);
      }
  });

  it('show when a later version came before the first', () => {
    expect(bill(make('e2', 2, expense('e1', 550)))).toMatchObject([{ expense: idOf('e1'), cents: 550 }]);
  });

  it('are closed and opened by the latest', () => {
    const [close, open] = [make('c', 1, { kind: 'close' }), make('o', 2, { kind: 'open' })];
    expect(foldEntries([close]).closed).toEqual(stamp('c'));
    expect(foldEntries([open, close]).closed).toBeNull();
    expect(foldEntries([open, close, make('d', 3, { kind: 'close' })]).closed).toEqual(stamp('d'));
  });
});

describe('photos', () => {
  const photo = (name: string, lamport: number) =>
    make(`photo-${name}`, lamport, { kind: 'photo', photo: name, type: 'image/jpeg' });

  it('show with their thumbnail, which may come first, until somebody removes them for good', () => {
    const entries = [
      make('thumbnail-b', 1, { kind: 'thumbnail', photo: 'b' }),
      photo('b', 3),
      photo('a', 2),
      make('receipt-c', 4, { kind: 'receipt', photo: 'c', type: 'image/png' }),
    ];
    expect(foldEntries(entries).photos).toEqual([
      { ...stamp('photo-a'), photo: 'a', type: 'image/jpeg', hasThumbnail: false },
      { ...stamp('photo-b'), photo: 'b', type: 'image/jpeg', hasThumbnail: true },
    ]);
    expect(foldEntries(entries).receipts).toMatchObject([{ photo: 'c', type: 'image/png' }]);
    const removal = make('x', 1, { kind: 'photo-removed', photo: 'b' });
    expect(foldEntries([removal, ...entries]).photos).toMatchObject([{ photo: 'a' }]);
  });
});

describe('answers and looks', () => {
  it('are each member’s latest', () => {
    const answer = { kind: 'answer', position: 'p', version: 'v', since: 1, reason: null } as const;
    const entries = [
      make('a2', 2, { ...answer, answer: 'declined' }),
      make('a1', 1, { ...answer, answer: 'confirmed' }),
      make('m1', 1, { ...answer, answer: 'confirmed' }, { member: 'mia' }),
      make('s1', 1, { kind: 'seen', revision: 1, shown: {} }),
      make('s2', 3, { kind: 'seen', revision: 2, shown: { start: 'x' } }),
    ];
    const { answers, seen } = foldEntries(entries);
    expect(answers).toEqual({ john: entries[0], mia: entries[2] });
    expect(seen).toEqual({ john: entries[4] });
  });
});
