import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWallTime, shiftInstant } from '#bookings/model/time.ts';
import { dueReminders } from '#functions/crew-reminders/due-reminders.ts';
import type { Entry } from '#functions/scc/entries/entry.ts';
import type { ToldEvent } from '#functions/scc/event-store.ts';
import { john } from '#test/functions/scc/samples.ts';
import {
  answerOf,
  factsOf,
  mike,
  openDeckhand,
  signUpOf,
  toldSample,
} from '#test/functions/scc/told-sample.ts';

const due = (event: ToldEvent, now: string, entries: readonly Entry[] = [], options = {}) =>
  dueReminders(factsOf(event, entries, { now, ...options })).map(
    ({ recipient, occasion }) => `${recipient} ${occasion}`,
  );
const STARTS = '2027-05-30T16:00:00Z';
const before = (hours: number) => shiftInstant(STARTS, -hours);
const both = toldSample({ view: { crew: [mike, john] } });
const slot = (name: string) => `2027-05-30T09:00/${name}`;
const all = (name: string) => [`mike ${slot(name)}`, `john ${slot(name)}`];
/** As if it had been told then. */
const toldAt = (event: ToldEvent, at: string): ToldEvent => ({
  ...event,
  told: {
    ...event.told,
    at,
    places: Object.fromEntries(
      Object.entries(event.told.places).map(([member, place]) => [member, { ...place, askedAt: at }]),
    ),
  },
});

describe('a reminder', () => {
  it.each([
    ['before the first slot', before(72.25), []],
    ['as the first begins', before(72), all('72')],
    ['before the second', before(48.25), all('72')],
    ['as the second begins', before(48), all('48')],
    ['before the last', before(24.25), all('48')],
    ['as the last begins', before(24), [...all('24'), `captain ${slot('24')}`]],
    ['just before the start', before(0.25), [...all('24'), `captain ${slot('24')}`]],
    ['at the start', before(0), []],
    ['after the start', before(-1), []],
  ])('is due or not: %s', (_, now, expected) => expect(due(both, now)).toEqual(expected));

  it('names the position, and nothing else', () => {
    expect(dueReminders(factsOf(both, [], { now: before(24) }))).toEqual([
      {
        eventId: both.eventId,
        recipient: 'mike',
        kind: 'reminder',
        occasion: slot('24'),
        changes: [],
        position: 'mike',
      },
      {
        eventId: both.eventId,
        recipient: 'john',
        kind: 'reminder',
        occasion: slot('24'),
        changes: [],
        position: 'john',
      },
      { eventId: both.eventId, recipient: 'captain', kind: 'reminder', occasion: slot('24'), changes: [] },
    ]);
  });

  it('is for nobody who answered, and for who has to answer again', () => {
    const yes = answerOf(both, 'john');
    const no = answerOf(both, 'mike', { answer: 'declined' });
    expect(due(both, before(24), [yes])).toEqual([`mike ${slot('24')}`, `captain ${slot('24')}`]);
    expect(due(both, before(24), [yes, no])).toEqual([]);
    expect(due(both, before(48), [{ ...yes, version: '0'.repeat(16) }, no])).toEqual([`john ${slot('48')}`]);
  });

  it('is for who is invited, as long as the position is open and they are active', () => {
    const event = toldSample({ view: { crew: [openDeckhand] } });
    const no = answerOf(event, 'ana', { answer: 'declined' });
    expect(due(event, before(48), [no])).toEqual([`jane ${slot('48')}`, `lee ${slot('48')}`]);
    const isActive = (member: string) => member !== 'lee';
    expect(due(event, before(48), [no], { isActive })).toEqual([`jane ${slot('48')}`]);
    const filled = toldSample({ view: { crew: [openDeckhand] }, signUps: [signUpOf('jane', 'jane-001')] });
    expect(due(filled, before(48), [answerOf(event, 'jane')])).toEqual([]);
  });

  it('is for an assigned member whom no mail reaches, so that the captain hears of them', () => {
    const isActive = () => false;
    expect(due(both, before(24), [answerOf(both, 'mike')], { isActive })).toEqual([
      `john ${slot('24')}`,
      `captain ${slot('24')}`,
    ]);
  });

  it.each([
    [before(72), before(71), all('72')],
    [before(71.75), before(71), []],
    [before(71.75), before(48), all('48')],
    [before(30), before(25), []],
    [before(30), before(24), [...all('24'), `captain ${slot('24')}`]],
    [before(23), before(20.25), []],
    [before(23), before(20), [`captain ${slot('24')}`]],
    [before(23), before(1), [`captain ${slot('24')}`]],
    [before(2.5), before(0.25), []],
  ])(
    'is not for who was asked later than its time, but after three hours the captain’s: asked %s, now %s',
    (told, now, expected) => expect(due(toldAt(both, told), now)).toEqual(expected),
  );

  it('to the captain is none of those who were asked late and answered', () => {
    const late = toldAt(both, before(23));
    const [yes, no] = [answerOf(late, 'john'), answerOf(late, 'mike', { answer: 'declined' })];
    expect(due(late, before(1), [yes])).toEqual([`captain ${slot('24')}`]);
    expect(due(late, before(1), [yes, no])).toEqual([]);
  });

  it('does not follow at once on being asked again', () => {
    const event = toldSample({ view: { crew: [openDeckhand] } });
    const yes = answerOf(event, 'jane');
    const no = answerOf(event, 'jane', { lamport: 2, answer: 'declined', receivedAt: before(40) });
    expect(due(event, before(39), [yes, no])).toEqual([]);
    expect(due(event, before(24), [yes, no])).toEqual([
      ...['ana', 'lee'].map((member) => `${member} ${slot('24')}`),
      `captain ${slot('24')}`,
    ]);
  });

  it.each(['cancelled', 'on-hold'] as const)('is for nobody while the charter is %s', (status) => {
    expect(due(toldSample({ view: { crew: [mike, john], status } }), before(24))).toEqual([]);
  });

  it('of a moved charter is another one', () => {
    const moved = { start: '2027-05-31T09:00', startsAt: '2027-05-31T16:00:00Z' };
    const event = toldSample({ view: { crew: [john], ...moved, endsAt: '2027-05-31T19:00:00Z' } });
    expect(due(event, before(0))).toEqual(['john 2027-05-31T09:00/24', 'captain 2027-05-31T09:00/24']);
  });
});

describe('slots', () => {
  it.each([
    ['spring, 23 hours', '2027-03-14T09:00', '2027-03-13T08:00'],
    ['autumn, 25 hours', '2027-11-07T09:00', '2027-11-06T10:00'],
  ])('are elapsed hours over the day when clocks change: %s', (_, start, dayBefore) => {
    const zone = 'America/Los_Angeles';
    const instantOf = (wall: string) => {
      const reading = readWallTime(wall, zone);
      return reading.ok ? reading.instant : expect.fail(reading.reason);
    };
    const startsAt = instantOf(start);
    const view = { crew: [john], start, startsAt, endsAt: shiftInstant(startsAt, 3) };
    const event = toldAt(toldSample({ view }), '2027-01-01T00:00:00Z');
    expect(due(event, shiftInstant(instantOf(dayBefore), -0.25))).toEqual([`john ${start}/48`]);
    expect(due(event, instantOf(dayBefore))).toEqual([`john ${start}/24`, `captain ${start}/24`]);
  });

  it('come at most once each, in order, whenever the ticks are and whenever they were told', () => {
    const minutes = fc.integer({ min: -600, max: 6_000 });
    fc.assert(
      fc.property(fc.array(minutes, { maxLength: 60 }), minutes, (ticks, told) => {
        const event = toldAt(toldSample({ view: { crew: [john] } }), before(told / 60));
        const sent = new Set<string>();
        for (const tick of ticks.toSorted((one, other) => other - one)) {
          const news = due(event, before(tick / 60)).filter((one) => one.startsWith('john'));
          expect(news.length).toBeLessThanOrEqual(tick > 0 && tick <= 72 * 60 ? 1 : 0);
          for (const one of news) {
            const hours = Number(one.split('/')[1]);
            expect(tick).toBeLessThanOrEqual(hours * 60);
            expect(tick).toBeGreaterThan((hours - 24) * 60);
            expect(told).toBeGreaterThanOrEqual(hours * 60);
            sent.add(one);
          }
        }
        expect(sent.size).toBeLessThanOrEqual(3);
      }),
    );
  });
});
