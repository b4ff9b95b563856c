import { describe, expect, it } from 'vitest';
import { findConflicts } from '#bookings/model/conflicts.ts';
import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import { load } from '#bookings/reconcile/load.ts';
import { sourceOf, xhqgmdh } from '#test/fixtures/bookings.ts';

const NOW = '2027-05-01T12:00:00Z';
const LIMITS = { crewRestMinutes: 45 };

type Changes = Partial<BookingFileInput>;

/** One captain and one deckhand for six guests, from nine to noon. */
const one = (changes: Changes = {}): BookingFileInput => ({
  ...xhqgmdh(),
  exceptions: [],
  crew: [
    { member: 'mike', role: 'captain', hours: 3 },
    { member: 'john', role: 'deckhand', hours: 3 },
  ],
  ...changes,
});
/** On the same day, with another crew. */
const other = (start: string, changes: Changes = {}): BookingFileInput =>
  one({
    id: 'OTHER1',
    pageId: 'otherpage',
    start: `2027-05-30T${start}`,
    crew: [
      { member: 'rosa', role: 'captain', hours: 3 },
      { member: 'jane', role: 'deckhand', hours: 3 },
    ],
    ...changes,
  });
const SAME_CREW = { crew: one().crew! };

const found = (...files: BookingFileInput[]) =>
  findConflicts(load(sourceOf(...files)).bookings, { limits: LIMITS, now: NOW });
const rules = (...files: BookingFileInput[]) => found(...files).map(({ rule }) => rule);

describe('two charters of one vessel', () => {
  it.each<[string, string[]]>([
    ['13:00', []],
    ['12:59', ['vessel-overlap']],
    ['12:00', ['vessel-overlap']],
    ['11:45', ['vessel-overlap']],
    ['09:00', ['vessel-overlap']],
    ['06:00', ['vessel-overlap']],
    ['05:00', []],
  ])('from nine to noon, and at %s', (start, expected) => {
    expect(rules(one(), other(start))).toEqual(expected);
  });

  it('are named with both files, the earlier one first, and what to do', () => {
    expect(found(other('12:30'), one())).toEqual([
      {
        rule: 'vessel-overlap',
        bookingKeys: ['boatsetter-xhqgmdh', 'boatsetter-other1'],
        message: 'JADA has 30 minutes between two charters, and needs 60',
        remedy: 'Move one, or cancel one',
      },
    ]);
    expect(found(one(), other('11:59'))[0]!.message).toBe('JADA is booked twice at the same time');
  });

  it('conflict with a long one that began much earlier, past shorter ones in between', () => {
    const long = one({ start: '2027-05-27T09:00', hours: 100 });
    const between = other('09:00', { id: 'BETWEEN', pageId: 'between1', start: '2027-05-28T09:00' });
    expect(found(long, between, other('10:00')).map(({ bookingKeys }) => bookingKeys)).toEqual([
      ['boatsetter-xhqgmdh', 'boatsetter-between'],
      ['boatsetter-xhqgmdh', 'boatsetter-other1'],
    ]);
  });

  it.each<[string, Changes]>([
    ['pending', { status: 'pending' }],
    ['cancelled', { status: 'cancelled' }],
  ])('conflict with none that is %s', (_, changes) => {
    expect(rules(one(), other('10:00', changes))).toEqual([]);
  });

  it('that are over are in nobody’s way', () => {
    const past = { start: '2027-04-01T09:00' };
    expect(rules(one(past), other('09:00', past))).toEqual([]);
  });

  it('go by elapsed time where a clock is turned back in between', () => {
    const night = one({ start: '2027-11-06T21:00', hours: 4 });
    expect(rules(night, other('01:00', { start: '2027-11-07T02:00' }))).toEqual([]);
    expect(rules(night, other('01:00', { start: '2027-11-07T00:59' }))).toEqual(['vessel-overlap']);
  });
});

describe('one member on two charters', () => {
  it('at the same time, or without rest, each member for themselves', () => {
    const messages = found(one(), other('12:30', SAME_CREW)).flatMap(({ rule, message }) =>
      rule === 'vessel-overlap' ? [] : [`${rule}: ${message}`],
    );
    expect(messages).toEqual([
      'crew-rest: Mike has 30 minutes of rest between the two, and needs 45',
      'crew-rest: John has 30 minutes of rest between the two, and needs 45',
    ]);
    expect(rules(one(), other('11:00', SAME_CREW))).toEqual([
      'vessel-overlap',
      'crew-overlap',
      'crew-overlap',
    ]);
    expect(rules(one(), other('13:00', SAME_CREW))).toEqual([]);
  });

  it('an open position is nobody’s', () => {
    const open = { crew: [...one().crew!, { role: 'deckhand', hours: 3 }] };
    expect(
      rules(one(open), other('13:00', { crew: [...other('13:00').crew!, { role: 'deckhand', hours: 3 }] })),
    ).toEqual([]);
  });
});

describe('one charter', () => {
  it.each<[number, string[]]>([
    [12, []],
    [13, ['too-few-crew']],
    [20, ['too-few-crew']],
    [21, ['too-many-guests', 'too-few-crew']],
  ])('of %i guests with one deckhand', (count, expected) => {
    expect(rules(one({ guest: { ...xhqgmdh().guest, count } }))).toEqual(expected);
  });

  it('says how many are missing; an open position counts as planned', () => {
    const guest = { ...xhqgmdh().guest, count: 13 };
    expect(found(one({ guest }))[0]).toMatchObject({
      bookingKeys: ['boatsetter-xhqgmdh'],
      message: '1 × deckhand for 13 guests, and JADA needs 2',
      remedy: 'Add a position with the role deckhand; it may be open',
    });
    expect(rules(one({ guest, crew: [...one().crew!, { role: 'deckhand', hours: 3 }] }))).toEqual([]);
    expect(rules(one({ crew: [] }))).toEqual(['too-few-crew', 'too-few-crew']);
  });
});

describe('an exception', () => {
  const meant = (rule: 'vessel-overlap' | 'crew-overlap') => ({
    exceptions: [{ rule, reason: 'a raft-up' }],
  });

  it('in either file covers its rule, and no other', () => {
    const late = other('11:00', SAME_CREW);
    expect(rules(one(meant('vessel-overlap')), late)).toEqual(['crew-overlap', 'crew-overlap']);
    expect(rules(one(), { ...late, ...meant('crew-overlap') })).toEqual(['vessel-overlap']);
  });

  it('covers no other booking', () => {
    const third = other('11:30', { id: 'THIRD11', pageId: 'thirdpage', crew: [] });
    const rest = found(one(meant('vessel-overlap')), other('11:00'), third).filter(
      ({ rule }) => rule === 'vessel-overlap',
    );
    expect(rest.map(({ bookingKeys }) => bookingKeys)).toEqual([['boatsetter-other1', 'boatsetter-third11']]);
  });

  it('of a rule that there is not is refused when the file is read', () => {
    const wrong = {
      ...one(),
      exceptions: [{ rule: 'bad-weather', reason: 'x' }],
    } as unknown as BookingFileInput;
    expect(() => load(sourceOf(wrong))).toThrow(/exceptions\[0\]\.rule/);
  });
});
