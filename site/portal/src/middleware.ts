import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createDocumentClient, openTable } from '#functions/adapters/dynamodb.ts';
import { createSecret } from '#functions/adapters/secrets.ts';
import { inTime } from '#functions/adapters/time-limits.ts';
import { parseEnv } from '#functions/env.ts';
import { createLog } from '#functions/log.ts';
import { createCrewReader } from '#functions/scc/crew-reader.ts';
import { createLinkKeys } from '#functions/scc/link-keys.ts';
import { envSchema } from '../env.ts';
import { createGate } from './gate.ts';

const env = parseEnv('crew-portal', envSchema, process.env);
const document = createDocumentClient();

const linkKeys = createLinkKeys(
  createSecret(new SecretsManagerClient(inTime), { name: env.LINK_KEYS_SECRET }),
);
const reader = createCrewReader({
  tables: {
    events: openTable(document, env.EVENTS_TABLE),
    assignments: openTable(document, env.ASSIGNMENTS_TABLE),
    crew: openTable(document, env.CREW_TABLE),
    entries: openTable(document, env.ENTRIES_TABLE),
  },
  linkKeys,
});

/** Composition root of the portal. */
export const onRequest = createGate({
  reader,
  linkKeys,
  originSecretHashes: env.ORIGIN_SECRET_HASH,
  crewUrl: env.CREW_URL,
  photosOrigin: env.PHOTOS_ORIGIN,
  log: createLog('crew-portal'),
});
