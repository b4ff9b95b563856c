import { describe, expect, it } from 'vitest';
import { nextActionOf } from '#functions/scc/next-action.ts';
import type { Entry } from '#functions/scc/entries/entry.ts';
import { foldEntries } from '#functions/scc/entries/fold.ts';
import type { AnswerState } from '#functions/scc/answers.ts';
import { toldSample } from './told-sample.ts';

const event = toldSample().told.event;
const base = { member: 'mike', lamport: 1, at: '2027-05-30T15:00:00Z', receivedAt: '2027-05-30T15:00:00Z' };
const finish = (list: string): Entry => ({
  ...base,
  id: `finish-${list}-0000`,
  kind: 'finish',
  list,
  saw: [],
});
const BEFORE = finish('jada-before');
const AFTER = finish('jada-after');
const CLOSED: Entry = { ...base, id: 'closed-by-mike-00', kind: 'close' };
const action = (now: string, answer: AnswerState, entries: Entry[] = [], more = {}) =>
  nextActionOf({ event, own: { invited: false, answer }, state: foldEntries(entries), ...more }, now);

describe('what a charter wants of a member', () => {
  it.each<[string, string, AnswerState, Entry[], string | null]>([
    ['weeks before, unanswered', '2027-05-02T00:00:00Z', 'none', [], 'answer'],
    ['weeks before, changed since', '2027-05-02T00:00:00Z', 're-confirm', [], 're-confirm'],
    ['weeks before, confirmed', '2027-05-02T00:00:00Z', 'confirmed', [], null],
    ['weeks before, declined', '2027-05-02T00:00:00Z', 'declined', [], null],
    ['a day and a minute before', '2027-05-29T15:59:00Z', 'confirmed', [], null],
    ['a day before', '2027-05-29T16:00:00Z', 'confirmed', [], 'checklists'],
    ['a day before, unanswered', '2027-05-29T16:00:00Z', 'none', [], 'answer'],
    ['a day before, finished', '2027-05-29T16:00:00Z', 'confirmed', [BEFORE], null],
    ['on the way', '2027-05-30T18:00:00Z', 'confirmed', [], 'checklists'],
    ['at the end', '2027-05-30T19:00:00Z', 'confirmed', [BEFORE], 'checklists'],
    ['after the end, finished', '2027-05-30T19:00:00Z', 'confirmed', [BEFORE, AFTER], 'expenses'],
    ['after the end, never answered', '2027-05-30T19:00:00Z', 'none', [AFTER], 'expenses'],
    ['after the end, declined', '2027-05-30T19:00:00Z', 'declined', [], null],
    ['after the end, closed', '2027-05-30T19:00:00Z', 'confirmed', [AFTER, CLOSED], null],
    ['a week after', '2027-06-06T19:00:00Z', 'confirmed', [], null],
  ])('is one thing: %s', (_, now, answer, entries, expected) =>
    expect(action(now, answer, entries)).toBe(expected),
  );

  it('is nothing of an invitation that is over, or of a charter that is not on', () => {
    const own = { invited: true, answer: 'none' as const };
    expect(action('2027-05-02T00:00:00Z', 'none', [], { own })).toBe('answer');
    expect(action('2027-05-30T20:00:00Z', 'none', [], { own })).toBeNull();
    for (const status of ['cancelled', 'on-hold'] as const)
      expect(action('2027-05-02T00:00:00Z', 'none', [], { event: { ...event, status } })).toBeNull();
  });
});
