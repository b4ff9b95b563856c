import { describe, expect, it } from 'vitest';
import { remembered } from '#bookings/model/remembered.ts';

describe('a function that remembers', () => {
  it('works each answer out once, by all of its arguments', () => {
    const asked: string[] = [];
    const join = remembered((one: string, other: string) => {
      asked.push(`${one}|${other}`);
      return `${one}${other}`;
    });
    expect([join('a', 'bc'), join('ab', 'c'), join('a', 'bc')]).toEqual(['abc', 'abc', 'abc']);
    expect(asked).toEqual(['a|bc', 'ab|c']);
  });

  it('remembers an empty answer too, and no failure', () => {
    let asked = 0;
    const answer = remembered((text: string) => {
      asked += 1;
      if (text === 'bad') throw new Error('bad');
      return '';
    });
    expect([answer('good'), answer('good')]).toEqual(['', '']);
    expect(asked).toBe(1);
    expect(() => answer('bad')).toThrow('bad');
    expect(() => answer('bad')).toThrow('bad');
    expect(asked).toBe(3);
  });

  it('keeps answering right when it has been asked more than it keeps', () => {
    const twice = remembered((text: string) => text + text);
    for (let round = 0; round < 2; round++)
      for (let number = 0; number < 2500; number++) expect(twice(String(number))).toBe(`${number}${number}`);
  });
});
