import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { createLog } from '../log.ts';
import { createAuthorizer, type AuthorizerEvent } from './authorize.ts';
import type { Env } from './env.ts';
import { createTokenHashes, type Stage } from './token-hashes.ts';
import { timeLimits } from '../adapters/time-limits.ts';

// Checked by hand: the schema's library would be a fifth of a bundle that stands before every request.
const { DASHBOARD_SECRET } = process.env as Partial<Env>;
if (!DASHBOARD_SECRET) throw new Error('dashboard-authorizer cannot start: DASHBOARD_SECRET is missing');

const log = createLog('dashboard-authorizer');
const client = new SecretsManagerClient({
  maxAttempts: 3,
  requestHandler: timeLimits(2_000, 3_000),
});

async function readSecret(VersionStage: Stage): Promise<string | null> {
  try {
    const command = new GetSecretValueCommand({ SecretId: DASHBOARD_SECRET, VersionStage });
    return (await client.send(command)).SecretString ?? null;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return null;
    log.error('the dashboard token cannot be read', { error });
    throw error;
  }
}

const authorize = createAuthorizer(
  createTokenHashes({ readSecret, now: () => Date.now(), warn: (message) => log.warn(message) }),
);

export const handler = (event: AuthorizerEvent) => authorize(event);
