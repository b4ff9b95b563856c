import { randomBytes } from 'node:crypto';
import { DAY } from '#functions/credential-watch/validity.ts';
import { holderOf, type KeptSecret, type Version } from './kept-secret.ts';
import { act, done, type Next, type Run, type Step } from './steps.ts';

export interface RotationOptions {
  /** "dashboard token" */
  readonly what: string;
  readonly secret: KeptSecret;
  /** The very first value; one is made up unless told. */
  readonly first?: () => Promise<string>;
  /** What has to happen before a pending version becomes the current one. */
  readonly toPromote: (pending: Version, current: Version, run: Run) => Promise<Step | undefined>;
  /** What is left to do when there is no pending version. */
  readonly toSettle: (current: Version, previous: Version | undefined) => Promise<Step | undefined>;
  readonly now: () => Date;
  /** Begins although it was changed only days ago. */
  readonly again: boolean;
}

/**
 * A value that has to be known to those who check it before anybody uses it: it is put as AWSPENDING, becomes
 * AWSCURRENT when it is known, and what was current stays valid as AWSPREVIOUS.
 */
export function rotation({ what, secret, first, toPromote, toSettle, now, again }: RotationOptions): Next {
  return async (run) => {
    const versions = await secret.versions();
    const current = holderOf(versions, 'AWSCURRENT');
    const pending = holderOf(versions, 'AWSPENDING');
    if (current === undefined)
      return act(`Puts the first ${what}.`, async () =>
        secret.put(await (first?.() ?? freshKey()), ['AWSCURRENT'], versions),
      );
    if (pending !== undefined && pending.id !== current.id)
      return (
        (await toPromote(pending, current, run)) ??
        act(`Makes the new ${what} the current one; the old one stays valid as the previous one.`, () =>
          secret.move('AWSCURRENT', { from: current, to: pending }),
        )
      );
    if (pending !== undefined)
      return act(`Takes the label AWSPENDING off the new ${what}.`, () =>
        secret.move('AWSPENDING', { from: pending }),
      );
    const left = await toSettle(current, holderOf(versions, 'AWSPREVIOUS'));
    if (left !== undefined) return left;
    if (!mayBegin(await secret.changedAt(), now(), again, run))
      return done(`The ${what} is ${doneWords(run)}`);
    return act(`Puts a new ${what} as AWSPENDING; nobody uses it yet.`, () =>
      secret.put(freshKey(), ['AWSPENDING'], versions),
    );
  };
}

/** 256 bits, as text that needs no quoting anywhere. */
export const freshKey = (): string => randomBytes(32).toString('base64url');

/**
 * A rotation begins only as the first thing of a run, and not when there was one days ago: whoever repeats a command
 * whose last words got lost shall not begin another, by which what others still hold would be the one before the previous.
 */
export const mayBegin = (changedAt: Date | undefined, now: Date, again: boolean, { isFirst }: Run): boolean =>
  isFirst && (again || changedAt === undefined || now.getTime() - changedAt.getTime() >= YOUNG);

const YOUNG = 7 * DAY;

/**
 * Whether everybody has had the time to learn of a version, by clocks that may differ. A younger one is waited for in
 * full by each run.
 */
export const isLongKnown = ({ createdAt }: Version, now: Date): boolean =>
  now.getTime() - createdAt.getTime() >= 60 * 60 * 1000;

export const doneWords = ({ isFirst }: Run): string =>
  isFirst
    ? 'as it should be; it was changed less than a week ago, so nothing was done. --again rotates it nevertheless.'
    : 'in use.';
