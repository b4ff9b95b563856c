import { paginateListSecretVersionIds, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { inTime } from '../adapters/time-limits.ts';
import { parseEnv } from '../env.ts';
import { createLog } from '../log.ts';
import { envSchema } from './env.ts';
import type { ListedVersion } from './validity.ts';
import { watchCredentials } from './watch.ts';

const { CREDENTIALS } = parseEnv('credential-watch', envSchema, process.env);
const client = new SecretsManagerClient(inTime);
const log = createLog('credential-watch');

async function versionsOf(secret: string): Promise<ListedVersion[]> {
  const versions: ListedVersion[] = [];
  for await (const { Versions = [] } of paginateListSecretVersionIds({ client }, { SecretId: secret }))
    for (const { VersionStages: stages = [], CreatedDate: createdAt } of Versions)
      if (createdAt !== undefined) versions.push({ stages, createdAt });
  return versions;
}

export const handler = (): Promise<void> =>
  watchCredentials({
    credentials: CREDENTIALS,
    versionsOf,
    now: () => new Date(),
    emit: (line) => void process.stdout.write(`${line}\n`),
    log,
  });
