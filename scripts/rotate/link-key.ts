import { randomBytes } from 'node:crypto';
import { SIGNING } from '#functions/credential-watch/validity.ts';
import { parseLinkKeys, signingKey, type LinkKey } from '#functions/scc/link-keys.ts';
import { holderOf, type KeptSecret, type Version } from './kept-secret.ts';
import { doneWords, freshKey, isLongKnown, mayBegin } from './rotation.ts';
import { act, done, type Next, type Run, type Step } from './steps.ts';

export interface LinkKeyDeps {
  readonly secret: KeptSecret;
  readonly now: () => Date;
  readonly again: boolean;
}

/**
 * A new key is announced first, in front of the one that signs, so that every reader knows it before anything is signed
 * with it; then the old one is retired, and vouches for what it signed until nobody needs it any more.
 */
export function rotateLinkKey({ secret, now, again }: LinkKeyDeps): Next {
  return async (run) => {
    const versions = await secret.versions();
    const current = holderOf(versions, 'AWSCURRENT');
    const store = (keys: readonly LinkKey[], stages: readonly string[]) =>
      secret.put(JSON.stringify(keys), stages, versions);
    if (current === undefined)
      return act('Puts the first link key.', () => store([freshLinkKey(now())], ['AWSCURRENT', SIGNING]));
    const keys = parseLinkKeys(await secret.text(current));
    if (signingKeys(keys).length > 1)
      return (
        untilRead(current, run, now()) ??
        act('Lets the new link key sign, and retires the old one.', () =>
          store(handedOver(keys, now()), ['AWSCURRENT', SIGNING]),
        )
      );
    if (!mayBegin(await secret.changedAt(), now(), again, run))
      return done(`The link key is ${doneWords(run)}`);
    return act('Announces a new link key, which does not sign yet.', () =>
      store(announced(keys, freshLinkKey(now())), ['AWSCURRENT']),
    );
  };
}

const signingKeys = (keys: readonly LinkKey[]) => keys.filter(({ retiredAt }) => retiredAt === null);

/** The day helps people to tell keys apart. */
const freshLinkKey = (now: Date): LinkKey => ({
  kid: `${now.toISOString().slice(0, 10)}-${randomBytes(3).toString('hex')}`,
  key: freshKey(),
  retiredAt: null,
});

/** The last that is not retired signs, so the new one comes before it. */
const announced = (keys: readonly LinkKey[], fresh: LinkKey): LinkKey[] => {
  const signing = signingKey(keys);
  return [...keys.filter((key) => key !== signing), fresh, signing];
};

function untilRead(current: Version, run: Run, now: Date): Step | undefined {
  if (run.waited.has(current.id) || isLongKnown(current, now)) return undefined;
  return {
    kind: 'wait',
    key: current.id,
    milliseconds: READ_AGAIN,
    text: 'Waits six minutes, until every running function has read the new link key. A stop is safe: run it again.',
  };
}

/** Milliseconds; functions read the secret every five minutes. */
const READ_AGAIN = 6 * 60_000;

/**
 * Retired from an hour ahead: until they read the secret again, functions still sign sessions with the old key, and what
 * began after a key was retired does not count. An hour also covers a clock that is wrong.
 */
const handedOver = (keys: readonly LinkKey[], now: Date): LinkKey[] => {
  const signing = signingKey(keys);
  const retiredAt = new Date(now.getTime() + 60 * 60 * 1000).toISOString();
  const others = keys.filter((key) => key !== signing);
  return [
    ...others.filter((key) => key.retiredAt !== null),
    { ...signing, retiredAt },
    ...others.filter((key) => key.retiredAt === null),
  ];
};
