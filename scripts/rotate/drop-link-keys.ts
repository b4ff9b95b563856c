import { compareInstants, shiftInstant, type Instant } from '#bookings/model/time.ts';
import { parseLinkKeys, type LinkKey } from '#functions/scc/link-keys.ts';
import { LINK_HOURS, SESSION_SECONDS } from '#functions/scc/links.ts';
import { holderOf, type KeptSecret } from './kept-secret.ts';
import { act, done, operatorsTurn, type Next } from './steps.ts';

/** A charter for which links may have been signed. */
export interface LinkedCharter {
  /** Undefined when nobody can say, which counts as long ago. */
  readonly bookedAt: Instant | undefined;
  readonly endsAt: Instant;
}

export interface DropLinkKeysDeps {
  readonly secret: KeptSecret;
  readonly charters: () => Promise<readonly LinkedCharter[]>;
  readonly now: () => Date;
  /** After a leak: all that the retired keys signed ends at once. */
  readonly force: boolean;
}

/** Removes the retired keys that nobody needs any more. */
export const dropLinkKeys =
  ({ secret, charters, now, force }: DropLinkKeysDeps): Next =>
  async () => {
    const versions = await secret.versions();
    const current = holderOf(versions, 'AWSCURRENT');
    const keys = current === undefined ? [] : parseLinkKeys(await secret.text(current));
    const retired = retiredKeys(keys, force ? [] : await charters());
    const over = retired.filter(({ until }) => force || compareInstants(until, now().toISOString()) <= 0);
    if (retired.length === 0) return done('There is no retired link key.');
    if (over.length === 0) return operatorsTurn(`Retired link keys are still needed:\n${inLines(retired)}`);
    const kids = new Set(over.map(({ kid }) => kid));
    const text = `Removes ${[...kids].join(', ')}: what it signed opens nothing any more. Calendars that the crew subscribed to with it stop; each member finds the new address on their page.`;
    return act(text, () =>
      secret.put(JSON.stringify(keys.filter(({ kid }) => !kids.has(kid))), ['AWSCURRENT'], versions),
    );
  };

export interface RetiredKey {
  readonly kid: string;
  /** From when on nothing that it signed can be of use. */
  readonly until: Instant;
}

/**
 * A retired key vouches for charters that were booked before it was retired, until 7 days after their end, and for
 * sessions that began before, for 30 days.
 */
export const retiredKeys = (
  keys: readonly LinkKey[],
  charters: readonly LinkedCharter[],
): readonly RetiredKey[] =>
  keys.flatMap(({ kid, retiredAt }) => {
    if (retiredAt === null) return [];
    const ends = charters
      .filter(({ bookedAt }) => bookedAt === undefined || compareInstants(bookedAt, retiredAt) <= 0)
      .map(({ endsAt }) => shiftInstant(endsAt, LINK_HOURS));
    const sessions = shiftInstant(retiredAt, SESSION_SECONDS / 3600);
    return [{ kid, until: [sessions, ...ends].toSorted(compareInstants).at(-1)! }];
  });

const inLines = (retired: readonly RetiredKey[]): string =>
  retired.map(({ kid, until }) => `  ${kid} until ${until.slice(0, 10)}`).join('\n');
