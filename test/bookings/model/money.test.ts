import { describe, expect, it } from 'vitest';
import { parseAmount, payFor, percentOf, readAmount, toAmount } from '#bookings/model/money.ts';

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

describe('an amount as people write it', () => {
  it.each([
    ['12', 1200],
    ['12.5', 1250],
    ['12,5', 1250],
    ['12,50', 1250],
    ['$1,250.50', 125_050],
    ['1.234,50', 123_450],
    ['1,234', 123_400],
    ['  $ 12 ', 1200],
    ['12 €', 1200],
    ['.50', 50],
    ['007', 700],
    ['0', 0],
    ['100000', 10_000_000],
    ['100,000.00', 10_000_000],
  ])('reads %j as %i cents', (text, cents) => {
    expect(readAmount(text)).toBe(cents);
  });

  it.each([
    '',
    '$',
    'twelve',
    '-12',
    '+12',
    '١٢',
    '1e3',
    '0x10',
    '1.234',
    '1,23,456',
    '1.2.3',
    '12.345',
    '12.',
    ',',
    '1 250',
    '$12$',
    '12 USD',
    '100000.01',
    '9999999',
    'NaN',
    'Infinity',
    '12\n13',
  ])('refuses %j', (text) => {
    expect(readAmount(text)).toBeUndefined();
  });
});
