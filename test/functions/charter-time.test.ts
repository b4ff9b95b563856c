import { describe, expect, it } from 'vitest';
import { describeWallTime, describeWhen, endOf } from '#functions/charter-time.ts';

const zone = 'America/Los_Angeles';
const charter = (start: string, end: string, hours: number) => ({ start, end, zone, hours });

describe('a charter’s time', () => {
  it.each([
    ['on one day', charter('2027-05-30T09:00', '2027-05-30T12:00', 3), '9:00 AM – 12:00 PM PDT'],
    [
      'into the next day',
      charter('2027-05-30T20:00', '2027-05-31T00:15', 4.25),
      '8:00 PM – Monday, May 31, 2027, 12:15 AM PDT',
    ],
    [
      'over the spring change',
      charter('2027-03-14T00:30', '2027-03-14T05:30', 4),
      '12:30 AM PST – 5:30 AM PDT',
    ],
    [
      'over the autumn change',
      charter('2027-11-07T00:30', '2027-11-07T03:30', 4),
      '12:30 AM PDT – 3:30 AM PST',
    ],
    [
      'into the repeated hour, the first time',
      charter('2027-11-07T00:30', '2027-11-07T01:30', 1),
      '12:30 AM – 1:30 AM PDT',
    ],
    [
      'into the repeated hour, the second time',
      charter('2027-11-07T00:30', '2027-11-07T01:30', 2),
      '12:30 AM PDT – 1:30 AM PST',
    ],
  ])('%s', (_, when, time) => expect(describeWhen(when).time).toBe(time));

  it('is told in Spanish too', () => {
    expect(describeWhen(charter('2027-05-30T09:00', '2027-05-30T11:30', 2.5), 'es')).toEqual({
      date: 'domingo, 30 de mayo de 2027',
      time: expect.stringMatching(/^9:00 a\.m\. – 11:30 a\.m\. PDT$/),
      duration: '2.5 horas',
    });
  });

  it('ends by the hours that it lasts, also in the hour that clocks repeat', () => {
    expect(endOf(charter('2027-11-07T00:30', '2027-11-07T01:30', 1))).toBe('2027-11-07T08:30:00Z');
    expect(endOf(charter('2027-11-07T00:30', '2027-11-07T01:30', 2))).toBe('2027-11-07T09:30:00Z');
    expect(() => endOf(charter('2027-11-07T01:30', '2027-11-07T02:30', 1))).toThrow('occurs twice');
  });

  it('is named without a zone where the clock alone does not tell it', () => {
    expect(describeWallTime('2027-11-07T00:30', zone)).toBe('Sunday, November 7, 2027, 12:30 AM PDT');
    expect(describeWallTime('2027-11-07T01:30', zone)).toBe('Sunday, November 7, 2027, 1:30 AM');
  });
});
