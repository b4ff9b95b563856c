import { watchedCredentials } from './credential-secrets.ts';
import type { Foundation } from './foundation.ts';
import { createEventFunction, type DeclaredEventFunction } from './functions.ts';
import type { Arns, Statement } from './policies.ts';
import { createSchedule } from './schedules.ts';

/** Looks once a day how long each credential is still good for. */
export function declareCredentials(foundation: Foundation): DeclaredEventFunction {
  const { config, arns } = foundation;
  const name = 'credential-watch';
  const handler = createEventFunction(foundation, name, {
    env: { CREDENTIALS: JSON.stringify(watchedCredentials(config)) },
    statements: arns.apply(credentialWatch),
    timeoutSeconds: 60,
  });
  createSchedule(foundation, name, { handler, expression: 'rate(1 day)' });
  return handler;
}

/** When versions were made, of each secret; no value of any. */
const credentialWatch = ({ secrets }: Arns): Statement[] => [
  {
    Effect: 'Allow',
    Action: ['secretsmanager:ListSecretVersionIds'],
    Resource: Object.values(secrets),
  },
];
