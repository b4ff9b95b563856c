import { describe, expect, it } from 'vitest';
import { parseAmount, payFor, percentOf, toAmount } from '#bookings/model/money.ts';

describe('money', () => {
  it.each([
    ['840.75', 84075],
    ['0', 0],
    ['0.01', 1],
    ['1125', 112500],
    ['9999999.99', 999999999],
  ])('reads %s as %i cents and writes it back', (text, cents) => {
    expect(parseAmount(text)).toBe(cents);
    expect(parseAmount(toAmount(cents))).toBe(cents);
  });

  it.each(['840.7', '840,75', '-1.00', '01.00', '1.000', '', ' 1', '1e3', '10000000.00', '١.٠٠'])(
    'refuses %j as an amount',
    (text) => {
      expect(parseAmount(text)).toBeUndefined();
    },
  );

  it.each([
    [84075, 18, 15134],
    [25, 18, 5],
    [3, 50, 2],
    [1, 49.99, 0],
    [100, 12.5, 13],
    [0, 18, 0],
  ])('takes %s cents × %s %% = %s, rounded half-up', (amount, percent, expected) => {
    expect(percentOf(amount, percent)).toBe(expected);
  });

  it.each([
    [2500, 5, 12500],
    [5000, 3, 15000],
    [2501, 0.25, 625],
    [2502, 0.25, 626],
  ])('pays %s an hour for %s h = %s', (hourly, hours, expected) => {
    expect(payFor(hourly, hours)).toBe(expected);
  });

  it('writes negative amounts, as a loss on a card', () => {
    expect(toAmount(-5)).toBe('-0.05');
  });
});
