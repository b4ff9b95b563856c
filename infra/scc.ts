import { createHash } from 'node:crypto';
import type * as aws from '@pulumi/aws';
import type { StackConfig } from './config.ts';
import type { Foundation } from './foundation.ts';
import { createFunction } from './functions.ts';
import { createHttpApi } from './http-api.ts';
import * as policies from './policies.ts';

/** ShipCaptainCrew's API; each of its routes names whom it accepts. */
export function declareScc(foundation: Foundation): aws.apigatewayv2.Api {
  const { config, arns, secrets, tables, buckets, outbox } = foundation;
  const handler = createFunction(foundation, 'scc-api', {
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
  return createHttpApi(foundation, 'scc', {
    handler,
    routes: {
      'ANY /api/{proxy+}': { guard: 'app', rate: 100, burst: 200 },
      // Anybody may ask for a new link: few do, and nobody shall be able to ask for many.
      'POST /api/crew-links': { guard: 'app', rate: 1, burst: 10 },
      // A charter's worth of photos takes ten requests; guessing keys takes more than there is time for.
      'POST /api/g/{proxy+}': { guard: 'app', rate: 5, burst: 40 },
    },
    refusals: 200,
  });
}

/** The crew's pages; they only read. */
export function declarePortal(foundation: Foundation): aws.apigatewayv2.Api {
  const { config, arns, secrets, tables } = foundation;
  const handler = createFunction(foundation, 'crew-portal', {
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
  return createHttpApi(foundation, 'portal', {
    handler,
    routes: {
      'ANY /crew': { guard: 'app', rate: 50, burst: 100 },
      'ANY /crew/{proxy+}': { guard: 'app', rate: 100, burst: 200 },
    },
    refusals: 200,
  });
}

const originSecretHashes = ({ originSecrets }: StackConfig): string =>
  originSecrets.map((secret) => createHash('sha256').update(secret).digest('hex')).join(',');
