import { isEqual, keysFrom } from '../keys.ts';
import { hash, type TokenHashes } from './token-hashes.ts';

/** The part of an HTTP API's authorizer event (payload 2.0) that decides. */
export interface AuthorizerEvent {
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** A simple response. */
export interface Verdict {
  readonly isAuthorized: boolean;
}

/** Whoever holds the dashboard token may pass. Throws, which the API answers with 500, when the secret cannot be read. */
export function createAuthorizer(hashes: TokenHashes): (event: AuthorizerEvent) => Promise<Verdict> {
  return async ({ headers = {} }) => {
    // API Gateway names headers in lower case.
    const tokens = keysFrom((name) => headers[name], 'x-dashboard-token').map(hash);
    if (tokens.length === 0) return { isAuthorized: false };
    const isAuthorized = matchesAny(tokens, await hashes.read()) || matchesAny(tokens, await hashes.reread());
    return { isAuthorized };
  };
}

/** Compares all with all, so that the time it takes does not tell which one fits. */
const matchesAny = (tokens: readonly Buffer[], known: readonly Buffer[]): boolean =>
  tokens.flatMap((token) => known.filter((one) => isEqual(token, one))).length > 0;
