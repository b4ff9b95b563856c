import { describe, expect, it } from 'vitest';
import type { Entry } from '#functions/scc/entries/entry.ts';
import { pinnedChecklists } from '#functions/scc/pinned-checklists.ts';
import { after, before } from './samples.ts';

const tick = (list: string): Entry => ({
  kind: 'tick',
  list,
  item: 'fuel',
  done: true,
  id: `tick-of-${list}`,
  member: 'john',
  lamport: 1,
  at: '2027-05-30T15:00:00Z',
  receivedAt: '2027-05-30T15:00:01Z',
});
const expense: Entry = {
  ...tick(''),
  kind: 'expense',
  expense: 'e',
  category: 'other',
  cents: 100,
  text: '',
  receipt: null,
  removed: false,
};
const newBefore = {
  ...before,
  title: 'Before',
  items: [{ key: 'fuel', text: 'Fuel, water and oil checked' }],
};
const newAfter = { ...after, title: 'After' };

describe('the checklists of a release', () => {
  it.each([
    ['nobody began', [], [newBefore, newAfter]],
    ['somebody entered an expense only', [expense], [newBefore, newAfter]],
    ['one was begun', [tick(before.key), expense], [before, newAfter]],
    ['both were', [tick(after.key), tick(before.key)], [before, after]],
    ['another list was, that there never was', [tick('other')], [newBefore, newAfter]],
  ])('when %s', (_, entries, expected) => {
    expect(pinnedChecklists([before, after], [newBefore, newAfter], entries)).toEqual(expected);
  });

  it('keep a list that was begun and that the vessel has no more', () => {
    expect(pinnedChecklists([before, after], [newAfter], [tick(before.key)])).toEqual([newAfter, before]);
    expect(pinnedChecklists([before, after], [newAfter], [])).toEqual([newAfter]);
  });
});
