import { createHash } from 'node:crypto';
import type * as aws from '@pulumi/aws';
import type { StackConfig } from './config.ts';
import type { Foundation } from './foundation.ts';
import { createFunction } from './functions.ts';
import { createHttpApi } from './http-api.ts';
import * as policies from './policies.ts';

/** ShipCaptainCrew's API; each of its routes names whom it accepts. */
export function declareScc({
  config,
  arns,
  secrets,
  tables,
  buckets,
  outbox,
}: Foundation): aws.apigatewayv2.Api {
  const { lambda } = createFunction(config, 'scc-api', {
    env: {
      SERVICE_KEY_HASH: config.serviceKeyHashes.join(','),
      ORIGIN_SECRET_HASH: originSecretHashes(config),
      LINK_KEYS_SECRET: secrets.linkKeys.name,
      EVENTS_TABLE: tables.events.name,
      ASSIGNMENTS_TABLE: tables.assignments.name,
      CREW_TABLE: tables.crew.name,
      ENTRIES_TABLE: tables.entries.name,
      NOTIFICATIONS_TABLE: tables.notifications.name,
      NOTIFICATIONS_TOPIC: outbox.topic.arn,
      PHOTOS_BUCKET: buckets.photos.bucket,
      GUEST_URL: config.urls.guest,
      CREW_URL: config.urls.crew,
    },
    statements: arns.apply(policies.sccApi),
    timeoutSeconds: 15,
    memoryMb: 512,
  });
  return createHttpApi(config, 'scc', {
    lambda,
    routes: { 'ANY /api/{proxy+}': 'app', 'POST /api/crew-links': 'app', 'POST /api/g/{proxy+}': 'app' },
    throttles: {
      // Anybody may ask for a new link: few do, and nobody shall be able to ask for many.
      'POST /api/crew-links': { rate: 1, burst: 10 },
      // A charter's worth of photos takes ten requests; guessing keys takes more than there is time for.
      'POST /api/g/{proxy+}': { rate: 5, burst: 40 },
    },
  });
}

/** The crew's pages; they only read. */
export function declarePortal({ config, arns, secrets, tables }: Foundation): aws.apigatewayv2.Api {
  const { lambda } = createFunction(config, 'crew-portal', {
    env: {
      EVENTS_TABLE: tables.events.name,
      ASSIGNMENTS_TABLE: tables.assignments.name,
      CREW_TABLE: tables.crew.name,
      ENTRIES_TABLE: tables.entries.name,
      LINK_KEYS_SECRET: secrets.linkKeys.name,
      ORIGIN_SECRET_HASH: originSecretHashes(config),
      CREW_URL: config.urls.crew,
      PHOTOS_ORIGIN: config.photosOrigin,
    },
    statements: arns.apply(policies.crewPortal),
    timeoutSeconds: 15,
    memoryMb: 512,
  });
  return createHttpApi(config, 'portal', {
    lambda,
    routes: { 'ANY /crew': 'app', 'ANY /crew/{proxy+}': 'app' },
  });
}

const originSecretHashes = ({ originSecrets }: StackConfig): string =>
  originSecrets.map((secret) => createHash('sha256').update(secret).digest('hex')).join(',');
