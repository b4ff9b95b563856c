import { timingSafeEqual } from 'node:crypto';
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
    const tokens = tokensIn(headers).map(hash);
    if (tokens.length === 0) return { isAuthorized: false };
    const isAuthorized = matchesAny(tokens, await hashes.read()) || matchesAny(tokens, await hashes.reread());
    return { isAuthorized };
  };
}

/** Both headers count: a client may be able to set only one of them. API Gateway names headers in lower case. */
function tokensIn(headers: NonNullable<AuthorizerEvent['headers']>): string[] {
  const bearer = /^Bearer +(\S+) *$/i.exec(headers['authorization'] ?? '')?.[1];
  return [headers['x-dashboard-token'], bearer].filter((token): token is string => Boolean(token));
}

/** Compares all with all, so that the time it takes does not tell which one fits. */
const matchesAny = (tokens: readonly Buffer[], known: readonly Buffer[]): boolean =>
  tokens.flatMap((token) => known.filter((one) => timingSafeEqual(token, one))).length > 0;
