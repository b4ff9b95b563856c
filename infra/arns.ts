import type { StackConfig } from './config.ts';

export type Account = Pick<StackConfig, 'accountId' | 'region'>;

/** `arnsOf(config)('sqs', 'crew-notify')` → `arn:aws:sqs:us-east-1:123456789012:crew-notify`. */
export const arnsOf =
  ({ accountId, region }: Account) =>
  (service: string, resource: string): string =>
    `arn:aws:${service}:${region}:${accountId}:${resource}`;

/** Of services without regions: `globalArnsOf(config)('iam', 'role/scc-api')`. */
export const globalArnsOf =
  ({ accountId }: Account) =>
  (service: string, resource: string): string =>
    `arn:aws:${service}::${accountId}:${resource}`;
