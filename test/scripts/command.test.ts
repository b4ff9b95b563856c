import { describe, expect, it } from 'vitest';
import { UserError } from '#bookings/model/problem.ts';
import { LeaseLost } from '#bookings/reconcile/ledger.ts';
import { describeFailure } from '#scripts/command.ts';

describe('what a command says that failed', () => {
  const named = (name: string) => Object.assign(new Error('no providers'), { name });

  it.each<[unknown, string]>([
    [new UserError('This is wrong'), 'This is wrong'],
    [new LeaseLost('run-2 has it'), 'run-2 has it. Nothing is lost: try again when it is done.'],
    [
      named('CredentialsProviderError'),
      'This machine has no credentials of AWS, or they are over: aws sso login',
    ],
    [
      named('ExpiredTokenException'),
      'This machine has no credentials of AWS, or they are over: aws sso login',
    ],
  ])('is a sentence where people can do something about it: %s', (error, sentence) => {
    expect(describeFailure(error)).toBe(sentence);
  });

  it('is everything that helps to find a bug, with its causes, in all other cases', () => {
    const failure = new Error('it broke', { cause: new Error('something else did') });
    expect(describeFailure(failure)).toMatch(
      /it broke[\s\S]+command\.test[\s\S]+caused by Error: something else did/,
    );
  });
});
