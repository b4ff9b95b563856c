import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createDocumentClient } from '#functions/adapters/dynamodb.ts';
import { createSecret } from '#functions/adapters/secrets.ts';
import { parseEnv } from '#functions/env.ts';
import { createLog } from '#functions/log.ts';
import { createCrewReader } from '#functions/scc-api/crew-reader.ts';
import { parseLinkKeys } from '#functions/scc-api/link-keys.ts';
import { envSchema } from '../env.ts';
import { createGate } from './gate.ts';

const env = parseEnv('crew-portal', envSchema, process.env);
const linkKeys = createSecret(new SecretsManagerClient({}), { name: env.LINK_KEYS_SECRET });

const reader = createCrewReader(
  {
    tables: {
      events: env.EVENTS_TABLE,
      assignments: env.ASSIGNMENTS_TABLE,
      crew: env.CREW_TABLE,
      entries: env.ENTRIES_TABLE,
    },
    linkKeys: async () => parseLinkKeys(await linkKeys.read()),
  },
  { document: createDocumentClient() },
);

/** Composition root of the portal. */
export const onRequest = createGate({
  reader,
  originSecretHashes: env.ORIGIN_SECRET_HASH,
  isSecure: !env.CREW_URL.startsWith('http://127.0.0.1'),
  log: createLog('crew-portal'),
});
