import { createSign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  createServiceAccount,
  createTokenEndpoint,
  registerServiceAccount,
  type RegisteredKey,
} from '#scripts/stack/google/token.ts';

const TOKEN_URI = 'http://127.0.0.1:9/token';
const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const SCOPE = 'https://www.googleapis.com/auth/calendar.events';
const NOW = Date.parse('2027-05-01T12:00:00Z');
const key = createServiceAccount(TOKEN_URI);

function createEndpoint(clock = { now: NOW }) {
  const serviceAccounts = new Map<string, RegisteredKey>();
  registerServiceAccount(serviceAccounts, key);
  return createTokenEndpoint({ serviceAccounts, now: () => clock.now });
}

function sign(claims: object, { header = { alg: 'RS256' }, privateKey = key.private_key } = {}): string {
  const [head, payload] = [header, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  const signature = createSign('sha256').update(`${head}.${payload}`).sign(privateKey, 'base64url');
  return `${head}.${payload}.${signature}`;
}

const iat = NOW / 1000;
const claims = { iss: key.client_email, aud: TOKEN_URI, scope: SCOPE, iat, exp: iat + 3600 };

const ask = (endpoint: ReturnType<typeof createEndpoint>, assertion: string, grant = GRANT) =>
  endpoint.fetch(
    new Request(TOKEN_URI, { method: 'POST', body: new URLSearchParams({ grant_type: grant, assertion }) }),
  );

describe("Google's token endpoint", () => {
  it('gives a bearer token of one hour for a signed assertion', async () => {
    const clock = { now: NOW };
    const endpoint = createEndpoint(clock);
    const response = await ask(endpoint, sign(claims));
    const body = (await response.json()) as { access_token: string; token_type: string };
    expect(response.status).toBe(200);
    expect(body.token_type).toBe('Bearer');
    expect(endpoint.grantOf(body.access_token)).toMatchObject({
      clientEmail: key.client_email,
      scopes: [SCOPE],
    });
    clock.now += 3_600_000;
    expect(endpoint.grantOf(body.access_token)).toBeUndefined();
  });

  it.each([
    [
      'another signature',
      sign(claims, { privateKey: createServiceAccount(TOKEN_URI).private_key }),
      'invalid_grant',
      /Signature/,
    ],
    [
      'an unknown account',
      sign({ ...claims, iss: 'nobody@example.test' }),
      'invalid_grant',
      /account not found/,
    ],
    [
      'another audience',
      sign({ ...claims, aud: 'https://oauth2.googleapis.com/token' }),
      'invalid_grant',
      /audience/,
    ],
    ['more than an hour', sign({ ...claims, exp: iat + 3601 }), 'invalid_grant', /short-lived/],
    ['a past expiry', sign({ ...claims, iat: iat - 7200, exp: iat - 3600 }), 'invalid_grant', /short-lived/],
    [
      'a start in the future',
      sign({ ...claims, iat: iat + 900, exp: iat + 1800 }),
      'invalid_grant',
      /short-lived/,
    ],
    ['no scope', sign({ ...claims, scope: '' }), 'invalid_scope', /scope/],
    ['another algorithm', sign(claims, { header: { alg: 'none' } }), 'invalid_grant', /RS256/],
    [
      'a user to act for',
      sign({ ...claims, sub: 'owner@example.test' }),
      'unauthorized_client',
      /unauthorized/,
    ],
    ['something that is no JWT', 'hello', 'invalid_grant', /not a JWT/],
  ])('refuses %s', async (_, assertion, error, description) => {
    const response = await ask(createEndpoint(), assertion);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(await response.json()).toEqual({ error, error_description: expect.stringMatching(description) });
  });

  it('refuses another grant type', async () => {
    const response = await ask(createEndpoint(), sign(claims), 'password');
    expect(await response.json()).toMatchObject({ error: 'unsupported_grant_type' });
  });
});
