import { auth } from 'googleapis/build/src/apis/calendar/index.js';
import * as z from 'zod';
import type { Secret } from '../adapters/secrets.ts';

const SCOPE = 'https://www.googleapis.com/auth/calendar.events';

const accountSchema = z.object({
  client_email: z.string(),
  private_key: z.string(),
  private_key_id: z.string().optional(),
  token_uri: z.url(),
});
type ServiceAccount = z.output<typeof accountSchema>;

export type AuthClient = InstanceType<typeof auth.JWT>;

export interface Credentials {
  current(): Promise<AuthClient>;
  /** Forgets the account, so that `current` reads the secret again: its key may have been rotated. */
  forget(): void;
}

/** Google credentials from a secret that holds a service account's key file. */
export function createCredentials(
  secret: Secret,
  { name, timeout }: { readonly name: string; readonly timeout: number },
): Credentials {
  let cached: { readonly text: string; readonly client: AuthClient } | undefined;
  return {
    async current() {
      const text = await secret.read();
      // The client keeps Google's access token, so it lives as long as the key it was made from.
      if (cached?.text !== text) cached = { text, client: toAuthClient(parseAccount(text, name), timeout) };
      return cached.client;
    },
    forget() {
      cached = undefined;
      secret.forget();
    },
  };
}

function parseAccount(text: string, secret: string): ServiceAccount {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message would quote the secret.
    throw new Error(`secret ${secret}: expected a service account's key file (JSON)`);
  }
  const parsed = accountSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const paths = parsed.error.issues.map(({ path }) => path.join('.'));
  throw new Error(
    `secret ${secret}: missing or wrong in the service account's key file: ${paths.join(', ')}`,
  );
}

function toAuthClient(account: ServiceAccount, timeout: number): AuthClient {
  const client = new auth.JWT({
    email: account.client_email,
    key: account.private_key,
    ...(account.private_key_id !== undefined && { keyId: account.private_key_id }),
    scopes: [SCOPE],
    additionalClaims: { aud: account.token_uri },
    transporterOptions: { timeout },
  });
  client.transporter.interceptors.request.add({
    // The library asks Google's own token endpoint whatever the key file says, and retries by a clock of its own.
    resolved: async (config) => {
      if (config.url.href === GOOGLE_TOKEN_URL) {
        config.url = new URL(account.token_uri);
        config.retryConfig = { retry: 0 };
      }
      return config;
    },
  });
  return client;
}

const GOOGLE_TOKEN_URL = 'https://oauth2.googleapis.com/token';
