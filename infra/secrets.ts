import * as aws from '@pulumi/aws';
import type { SecretKey, StackConfig } from './config.ts';

export type Secrets = Readonly<Record<SecretKey, aws.secretsmanager.Secret>>;

const MEANINGS: Readonly<Record<SecretKey, string>> = {
  google: "Key file of the service account that writes the operator's Google calendars",
  dashboard: 'Token of the dashboard API',
  serviceKey: 'Key by which the pipeline calls ShipCaptainCrew',
  linkKeys: 'Keys that sign magic links and upload links',
  board: 'Key shared with the kanban web app',
};

/** Containers only: a value never passes through this program or its state. */
export function declareSecrets(config: StackConfig): Secrets {
  const secrets = Object.entries(MEANINGS).map(([key, description]) => [
    key,
    new aws.secretsmanager.Secret(
      `secret-${key}`,
      { name: config.secrets[key as SecretKey], description },
      { protect: true },
    ),
  ]);
  return Object.fromEntries(secrets) as Secrets;
}
