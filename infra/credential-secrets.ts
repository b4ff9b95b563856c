import { METRIC } from '#functions/credential-watch/watch.ts';
import { VALID_DAYS, type CredentialName } from '#functions/credential-watch/validity.ts';
import type { Watched } from '#functions/credential-watch/env.ts';
import type { SecretKey, StackConfig } from './config.ts';

/** The secret that holds each credential. */
export const secretKeyOf: Readonly<Record<CredentialName, SecretKey>> = {
  'dashboard-token': 'dashboard',
  'service-key': 'serviceKey',
  'link-key': 'linkKeys',
  'google-key': 'google',
  'board-key': 'board',
};

const names = Object.keys(VALID_DAYS) as CredentialName[];

/** What credential-watch looks at. In the metric, stacks of one account are told apart by their prefix. */
export const watchedCredentials = ({ namePrefix, secrets }: StackConfig): Watched =>
  Object.fromEntries(
    names.map((name) => [namePrefix + name, { secret: secrets[secretKeyOf[name]], days: VALID_DAYS[name] }]),
  );

export interface CredentialMetric {
  readonly credential: CredentialName;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** `DaysLeft` of each credential, once a day; for alarms. */
export const credentialMetrics = ({ namePrefix }: Pick<StackConfig, 'namePrefix'>): CredentialMetric[] =>
  names.map((credential) => ({
    credential,
    namespace: METRIC.namespace,
    metricName: METRIC.name,
    dimensions: { [METRIC.dimension]: namePrefix + credential },
  }));
