import { sha256 } from '#bookings/model/canonical.ts';
import { isAlways } from './doors.ts';
import type { KeptSecret, Version } from './kept-secret.ts';
import { rotation } from './rotation.ts';
import { operatorsTurn, type Next, type Step } from './steps.ts';

export interface HashedKeyDeps {
  readonly secret: KeptSecret;
  /** Whether the other side lets this key in. */
  readonly accepts: (key: string) => Promise<boolean>;
  readonly now: () => Date;
  readonly delay: (milliseconds: number) => Promise<unknown>;
  readonly again: boolean;
}

export interface HashedKeyOptions extends HashedKeyDeps {
  readonly what: string;
  readonly first?: () => Promise<string>;
  /** What the operator has to do so that exactly the keys with these hashes are let in, the newest last. */
  readonly howToList: (hashes: readonly string[]) => string;
  /** Tidies up before anything else when there is no pending key. */
  readonly toTidy?: (current: Version, previous: Version | undefined) => Promise<Step | undefined>;
}

/**
 * A key whose SHA-256 the other side lists: one, or two during a rotation. The operator lists and unlists; this asks the
 * other side whether it took effect, and only then lets the key be used.
 */
export function rotateHashedKey(options: HashedKeyOptions): Next {
  const { secret, accepts, howToList, what, now, delay } = options;
  const isIn = (key: string) => isAlways(() => accepts(key), delay);
  const hashOf = async (version: Version) => sha256(await secret.text(version));
  return rotation({
    ...options,
    async toPromote(pending, current) {
      if (await isIn(await secret.text(pending))) return undefined;
      const hashes = [await hashOf(current), await hashOf(pending)];
      return operatorsTurn(
        `The new ${what} waits as AWSPENDING and is not let in yet.\n${howToList(hashes)}\nThen run this command again.`,
      );
    },
    async toSettle(current, previous) {
      const tidied = await options.toTidy?.(current, previous);
      if (tidied !== undefined) return tidied;
      const key = await secret.text(current);
      if (!(await isIn(key)))
        return operatorsTurn(
          `The ${what} is not let in.\n${howToList([sha256(key)])}\nThen run this command again.`,
        );
      if (previous === undefined || !(await accepts(await secret.text(previous)))) return undefined;
      const changedAt = (await secret.changedAt())?.getTime() ?? 0;
      const wait = now().getTime() - changedAt < LONGEST_RUN ? AFTER_AN_HOUR : '';
      return operatorsTurn(
        `The new ${what} is in use; the old one is still let in. ${wait}\n${howToList([sha256(key)])}\n` +
          'Then npm run rotate -- status says whether the old one is out.',
      );
    },
  });
}

/** Milliseconds: a run of the pipeline may have read the old key just before. */
const LONGEST_RUN = 60 * 60 * 1000;
const AFTER_AN_HOUR =
  'Leave it so for an hour, unless it leaked: whoever read it a moment ago is still using it.';
