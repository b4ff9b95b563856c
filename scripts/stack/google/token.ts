import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  verify,
  type KeyObject,
} from 'node:crypto';
import * as z from 'zod';
import type { KeptMap } from '../persistent-map.ts';

/** The JSON key file of a service account, as Google hands it out once. */
export interface ServiceAccountKey {
  readonly type: 'service_account';
  readonly project_id: string;
  readonly private_key_id: string;
  readonly private_key: string;
  readonly client_email: string;
  readonly token_uri: string;
}

/** What Google keeps of a key: enough to verify, not to sign. */
export interface RegisteredKey {
  readonly clientEmail: string;
  readonly publicKey: string;
}

export interface Grant {
  readonly clientEmail: string;
  readonly scopes: readonly string[];
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface TokenEndpoint {
  /** `POST /token`. */
  fetch(request: Request): Promise<Response>;
  /** The grant behind an access token; undefined when it is unknown or has expired. */
  grantOf(token: string): Grant | undefined;
}

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const HOUR = 3600;
const CLOCK_SKEW = 300;

/**
 * Google's token endpoint for service accounts (RFC 7523): a signed assertion for an access token of
 * one hour. Registered keys are kept under their private key id.
 */
export function createTokenEndpoint(options: {
  readonly serviceAccounts: KeptMap<RegisteredKey>;
  readonly now: () => number;
}): TokenEndpoint {
  const grants = new Map<string, Grant>();
  return {
    async fetch(request) {
      try {
        const grant = await checkRequest(request, options.serviceAccounts, options.now());
        const token = `ya29.${randomBytes(32).toString('base64url')}`;
        grants.set(token, grant);
        return Response.json({ access_token: token, expires_in: HOUR - 1, token_type: 'Bearer' });
      } catch (error) {
        if (error instanceof TokenError) return toTokenErrorResponse(error);
        throw error;
      }
    },
    grantOf(token) {
      const grant = grants.get(token);
      return grant !== undefined && grant.expiresAt > options.now() ? grant : undefined;
    },
  };
}

/** Makes a key pair and the key file of a new service account, whose tokens come from `tokenUri`. */
export function createServiceAccount(tokenUri: string, name = 'calendar-sync'): ServiceAccountKey {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return {
    type: 'service_account',
    project_id: 'bosun-local',
    private_key_id: createHash('sha256').update(privateKey).digest('hex').slice(0, 40),
    private_key: privateKey,
    client_email: `${name}@bosun-local.iam.gserviceaccount.com`,
    token_uri: tokenUri,
  };
}

/** Makes the stand-in accept assertions signed with this key. */
export function registerServiceAccount(accounts: KeptMap<RegisteredKey>, key: ServiceAccountKey): void {
  const publicKey = createPublicKey(key.private_key).export({ type: 'spki', format: 'pem' }) as string;
  accounts.set(key.private_key_id, { clientEmail: key.client_email, publicKey });
}

/** The error codes of RFC 6749, section 5.2. */
class TokenError extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, description: string, status = 400) {
    super(description);
    this.code = code;
    this.status = status;
  }
}

const toTokenErrorResponse = ({ code, message, status }: TokenError): Response =>
  Response.json({ error: code, error_description: message }, { status });

async function checkRequest(request: Request, accounts: KeptMap<RegisteredKey>, now: number): Promise<Grant> {
  if (request.method !== 'POST') throw new TokenError('invalid_request', 'Use POST.', 405);
  const form = new URLSearchParams(await request.text());
  if (form.get('grant_type') !== GRANT_TYPE) {
    throw new TokenError('unsupported_grant_type', `Invalid grant_type: ${form.get('grant_type') ?? ''}`);
  }
  const claims = readAssertion(form.get('assertion') ?? '', accounts);
  checkAudience(claims.aud, request.url);
  checkTimes(claims, Math.floor(now / 1000));
  const scopes = claims.scope.split(' ').filter((scope) => scope !== '');
  if (scopes.length === 0)
    throw new TokenError('invalid_scope', 'Invalid OAuth scope or ID token audience provided.');
  return { clientEmail: claims.iss, scopes, expiresAt: now + HOUR * 1000 };
}

const claimsSchema = z.object({
  iss: z.string(),
  aud: z.string(),
  scope: z.string().default(''),
  iat: z.number(),
  exp: z.number(),
  sub: z.string().optional(),
});

function readAssertion(assertion: string, accounts: KeptMap<RegisteredKey>): z.infer<typeof claimsSchema> {
  const [header, payload, signature, ...rest] = assertion.split('.');
  if (header === undefined || payload === undefined || signature === undefined || rest.length > 0) {
    throw new TokenError('invalid_grant', 'Bad Request: assertion is not a JWT');
  }
  if (decode(header, z.object({ alg: z.string() })).alg !== 'RS256') {
    throw new TokenError('invalid_grant', 'Invalid JWT: only RS256 is accepted');
  }
  const claims = decode(payload, claimsSchema);
  if (claims.sub !== undefined && claims.sub !== claims.iss) {
    throw new TokenError(
      'unauthorized_client',
      'Client is unauthorized to retrieve access tokens using this method.',
      401,
    );
  }
  const keys = [...accounts.values()].filter(({ clientEmail }) => clientEmail === claims.iss);
  if (keys.length === 0) throw new TokenError('invalid_grant', 'Invalid grant: account not found');
  const signed = Buffer.from(`${header}.${payload}`);
  const isSignedBy = (key: KeyObject) => verify('sha256', signed, key, Buffer.from(signature, 'base64url'));
  if (!keys.some(({ publicKey }) => isSignedBy(createPublicKey(publicKey)))) {
    throw new TokenError('invalid_grant', 'Invalid JWT Signature.');
  }
  return claims;
}

function decode<T>(part: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(Buffer.from(part, 'base64url').toString('utf8')));
  } catch {
    throw new TokenError('invalid_grant', 'Invalid JWT: failed to decode');
  }
}

function checkAudience(aud: string, url: string): void {
  const expected = new URL('/token', url).href;
  if (aud !== expected) throw new TokenError('invalid_grant', `Invalid JWT: audience must be ${expected}`);
}

function checkTimes({ iat, exp }: { iat: number; exp: number }, now: number): void {
  const isReasonable = exp > now - CLOCK_SKEW && iat < now + CLOCK_SKEW && exp > iat && exp - iat <= HOUR;
  if (!isReasonable) {
    throw new TokenError(
      'invalid_grant',
      'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.',
    );
  }
}
