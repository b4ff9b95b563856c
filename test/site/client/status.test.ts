import { describe, expect, it } from 'vitest';
import { pauseAfter } from '#site/portal/src/client/schedule.ts';
import { describeSituation, type Situation } from '#site/portal/src/client/status.ts';

const situation = (change: Partial<Situation>): Situation => ({
  contact: 'sent',
  entries: 0,
  pictures: 0,
  asOf: '2027-05-30T16:41:00Z',
  keptAt: null,
  now: new Date('2027-05-30T17:00:00Z'),
  zone: 'America/Los_Angeles',
  ...change,
});

describe('the status line', () => {
  it.each<[string, Partial<Situation>]>([
    ['All saved.', {}],
    ['1 entry waiting to be sent.', { entries: 1 }],
    ['3 entries and 1 picture waiting to be sent.', { entries: 3, pictures: 1 }],
    ['Offline: shown as of 9:41 AM.', { contact: 'unavailable' }],
    ['Offline: shown as of 9:41 AM. 3 entries waiting to be sent.', { contact: 'unavailable', entries: 3 }],
    ['Offline: shown as of May 29, 8:00 PM.', { contact: 'unavailable', asOf: '2027-05-30T03:00:00Z' }],
    ['Shown as of 9:00 AM.', { keptAt: '2027-05-30T16:00:00Z' }],
    [
      'Please sign in again: open the link in your latest mail. 2 entries waiting to be sent.',
      { contact: 'signed-out', entries: 2 },
    ],
    ['Somebody else is signed in on this device.', { contact: 'other-member' }],
  ])('says "%s"', (line, change) => {
    expect(describeSituation(situation(change))).toBe(line);
  });
});

describe('the pause until the next look', () => {
  it('is a minute while all is well, and never less', () => {
    expect(pauseAfter(0)).toBe(60_000);
    for (let failures = 0; failures < 20; failures++)
      expect(pauseAfter(failures)).toBeGreaterThanOrEqual(60_000);
  });

  it('grows with failures up to a quarter of an hour, and is not the same on all phones', () => {
    const none = () => 0;
    expect([1, 2, 3, 4, 5, 50].map((failures) => pauseAfter(failures, none) / 60_000)).toEqual([
      1, 2, 4, 8, 15, 15,
    ]);
    expect(pauseAfter(2, () => 0.5)).toBe(150_000);
  });
});
