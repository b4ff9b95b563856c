import * as z from 'zod';
import type { Secret } from '../adapters/secrets.ts';

export const linkKeySchema = z.object({
  /** Names the key inside a token. */
  kid: z.string().min(1),
  key: z.string().min(16),
  /** Instant; null while the key signs new links. */
  retiredAt: z.string().nullable(),
});
export type LinkKey = z.output<typeof linkKeySchema>;

/** The link keys, kept for a while. */
export interface LinkKeys {
  read(): Promise<readonly LinkKey[]>;
  /** After a mismatch: read again, as they may have been rotated; what is known when that was done a moment ago. */
  reread(): Promise<readonly LinkKey[]>;
}

export function createLinkKeys(secret: Secret, now: () => number = Date.now): LinkKeys {
  let rereadAt = -Infinity;
  const read = async () => parseLinkKeys(await secret.read());
  return {
    read,
    reread() {
      if (now() - rereadAt >= REREAD_PAUSE) {
        rereadAt = now();
        secret.forget();
      }
      return read();
    },
  };
}

/** Milliseconds: strangers can make up mismatches, and must not make us ask for the secret each time. */
const REREAD_PAUSE = 10_000;

/** Parses the secret of link keys: a JSON list with at least one key that is not retired. */
export function parseLinkKeys(text: string): LinkKey[] {
  try {
    const keys = z.array(linkKeySchema).parse(JSON.parse(text));
    signingKey(keys);
    return keys;
  } catch {
    // The parser's own message would quote the secret.
    throw new Error('secret of link keys: expected a JSON list [{ kid, key, retiredAt }] with a current key');
  }
}

/** The key that signs: the last of the list that is not retired. */
export function signingKey(keys: readonly LinkKey[]): LinkKey {
  const key = keys.findLast(({ retiredAt }) => retiredAt === null);
  if (key === undefined) throw new Error('all link keys are retired');
  return key;
}
