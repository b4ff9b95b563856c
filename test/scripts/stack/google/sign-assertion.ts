import { createSign } from 'node:crypto';
import type { ServiceAccountKey } from '#scripts/stack/google/token.ts';

/** The body of a token request that the stand-in accepts. */
export function signAssertion(
  key: ServiceAccountKey,
  scope = 'https://www.googleapis.com/auth/calendar.events',
  now = Date.now(),
): URLSearchParams {
  const iat = Math.floor(now / 1000);
  const claims = { iss: key.client_email, aud: key.token_uri, scope, iat, exp: iat + 3600 };
  const [header, payload] = [{ alg: 'RS256' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  const signature = createSign('sha256').update(`${header}.${payload}`).sign(key.private_key, 'base64url');
  return new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: `${header}.${payload}.${signature}`,
  });
}
