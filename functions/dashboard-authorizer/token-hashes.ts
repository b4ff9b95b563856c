import { createHash } from 'node:crypto';

/**
 * sha-256 of each token that is valid now: the current one, the previous one, and the one that is about to become
 * current, which is known here before anybody is told of it. So rotation has no gap.
 */
export interface TokenHashes {
  read(): Promise<readonly Buffer[]>;
  /** After a mismatch: read again, as the token may have been rotated; what is known when that was read a moment ago. */
  reread(): Promise<readonly Buffer[]>;
}

export const hash = (token: string): Buffer => createHash('sha256').update(token).digest();

export const STAGES = ['AWSCURRENT', 'AWSPREVIOUS', 'AWSPENDING'] as const;
export type Stage = (typeof STAGES)[number];

export interface TokenHashesOptions {
  /** The secret's text at a stage; null when the secret, or that version of it, does not exist. */
  readonly readSecret: (stage: Stage) => Promise<string | null>;
  /** Milliseconds. */
  readonly now: () => number;
  readonly warn: (message: string) => void;
}

interface Reading {
  readonly hashes: Promise<readonly Buffer[]>;
  readonly since: number;
  failed: boolean;
}

/** Milliseconds. Whatever the tokens and the state of the secret, it is read only so often. */
const MAX_AGE = 5 * 60_000;
const MISMATCH_PAUSE = 10_000;
const FAILURE_PAUSE = 1_000;

export function createTokenHashes(options: TokenHashesOptions): TokenHashes {
  let last: Reading | undefined;
  const noOlderThan = (maxAge: number): Promise<readonly Buffer[]> => {
    const now = options.now();
    if (last === undefined || now - last.since >= (last.failed ? FAILURE_PAUSE : maxAge))
      last = startReading(options, now);
    return last.hashes;
  };
  return { read: () => noOlderThan(MAX_AGE), reread: () => noOlderThan(MISMATCH_PAUSE) };
}

function startReading(options: TokenHashesOptions, since: number): Reading {
  const reading: Reading = { hashes: readHashes(options), since, failed: false };
  reading.hashes.catch(() => {
    reading.failed = true;
  });
  return reading;
}

async function readHashes({ readSecret, warn }: TokenHashesOptions): Promise<Buffer[]> {
  const tokens = await Promise.all(STAGES.map(readSecret));
  if (!tokens[0]) warn('there is no dashboard token: put one into the secret');
  return tokens.flatMap((token) => (token ? [hash(token)] : []));
}
