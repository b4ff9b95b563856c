import { describe, expect, it } from 'vitest';
import { toEntry } from '#functions/calendar-sync/entry.ts';
import { toRequest } from './world.ts';

const entryOf = (changes: Parameters<typeof toRequest>[1], style: 'all-day' | 'timed' = 'all-day') =>
  toEntry(toRequest(4, changes), style);

describe('a calendar entry', () => {
  it('names booking, guest and charter time, and holds no attendees', () => {
    const entry = entryOf({
      notes: 'Bring the small cooler.',
      crew: [
        { name: 'John', role: 'deckhand', hours: 5 },
        { name: null, role: 'captain', hours: 3 },
      ],
    });
    expect(entry).toEqual({
      summary: 'XHQGMDH · Ada Lovelace · 9:00 AM–12:00 PM',
      description: [
        'Boatsetter · JADA',
        'Charter: 9:00 AM–12:00 PM (America/Los_Angeles)',
        '',
        'John — deckhand, 5 h',
        'open — captain',
        '',
        'Bring the small cooler.',
      ].join('\n'),
      start: { date: '2027-05-30' },
      end: { date: '2027-05-31' },
      transparency: 'opaque',
      status: 'confirmed',
      extendedProperties: {
        private: {
          bookingKey: 'boatsetter-xhqgmdh',
          revision: '4',
          content: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
      },
    });
  });

  it.each([
    ['pending', 'HOLD XHQGMDH · ', 'transparent'],
    ['confirmed', 'XHQGMDH · ', 'opaque'],
    ['cancelled', 'CANCELLED XHQGMDH · ', 'transparent'],
  ] as const)('of a %s booking begins with "%s" and is %s', (status, prefix, transparency) => {
    const entry = entryOf({ status });
    expect(entry.summary.startsWith(prefix)).toBe(true);
    expect(entry.transparency).toBe(transparency);
  });

  it.each([
    ['a morning', '2027-05-30T09:00', '2027-05-30T12:00', '2027-05-30', '2027-05-31'],
    ['an evening until midnight', '2027-05-30T20:00', '2027-05-31T00:00', '2027-05-30', '2027-05-31'],
    ['an evening past midnight', '2027-05-30T20:00', '2027-05-31T00:15', '2027-05-30', '2027-06-01'],
    ['the last day of a year', '2027-12-31T20:00', '2028-01-01T01:00', '2027-12-31', '2028-01-02'],
    ['the day before a leap day', '2028-02-28T09:00', '2028-02-28T12:00', '2028-02-28', '2028-02-29'],
    ['the day clocks go forward', '2027-03-14T09:00', '2027-03-14T12:00', '2027-03-14', '2027-03-15'],
    ['the day clocks go back', '2027-11-07T09:00', '2027-11-07T12:00', '2027-11-07', '2027-11-08'],
  ])('covers %s with an exclusive end', (_, start, end, first, after) => {
    expect(entryOf({ start, end })).toMatchObject({ start: { date: first }, end: { date: after } });
  });

  it.each([
    ['in summer', '2027-05-30T09:00', '2027-05-30T12:00', 3, '16:00:00Z', '2027-05-30T19:00:00Z'],
    ['in winter', '2027-12-30T09:00', '2027-12-30T12:00', 3, '17:00:00Z', '2027-12-30T20:00:00Z'],
    ['over the change', '2027-11-06T23:00', '2027-11-07T03:00', 5, '06:00:00Z', '2027-11-07T11:00:00Z'],
    [
      'into the repeated hour',
      '2027-11-06T23:00',
      '2027-11-07T01:30',
      2.5,
      '06:00:00Z',
      '2027-11-07T08:30:00Z',
    ],
    ['into its repetition', '2027-11-06T23:00', '2027-11-07T01:30', 3.5, '06:00:00Z', '2027-11-07T09:30:00Z'],
  ])(
    'in timed style %s has instants, and the zone of the vessel',
    (_, start, end, hours, startsAt, endsAt) => {
      const timeZone = 'America/Los_Angeles';
      expect(entryOf({ start, end, hours }, 'timed')).toMatchObject({
        start: { dateTime: expect.stringMatching(`T${startsAt}$`) as string, timeZone },
        end: { dateTime: endsAt, timeZone },
      });
    },
  );
});
