import { timeLimits } from '#functions/adapters/time-limits.ts';
import type { Deployment } from '#infra/deployment.ts';

/** How AWS is reached: by the machine's own credentials, or those of the local stack. */
export interface AwsAccess {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken: string };
  /** Milliseconds that a local stack's clock runs ahead of this process's. */
  readonly ahead?: number;
}

/** Milliseconds: more than any call of AWS takes, as one without an answer is simply made again. */
export const ANSWER_TIME = 20_000;

/** For every client of AWS that a command has. Without limits a call that is never answered would hold it for ever, and a run's lease with it. */
export const clientOptions = ({ ahead: _ahead, ...access }: AwsAccess, answer = ANSWER_TIME) => ({
  ...access,
  requestHandler: timeLimits(Math.min(answer, 5_000), answer),
});

/** S3's own address, without the name of a bucket: where every program of AWS looks for it. */
export const storageOf = ({ region }: Pick<Deployment, 'region'>): string =>
  process.env['AWS_ENDPOINT_URL_S3'] ??
  process.env['AWS_ENDPOINT_URL'] ??
  `https://s3.${region}.amazonaws.com`;

/** Whether AWS refused with this error. */
export const isNamed = (error: unknown, name: string): boolean =>
  error instanceof Error && error.name === name;
