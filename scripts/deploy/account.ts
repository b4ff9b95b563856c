import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { UserError } from '#bookings/model/problem.ts';
import type { StackConfig } from '#infra/config.ts';
import type { Environment } from './role-credentials.ts';

export interface Identity {
  /** The credentials as environment variables, which every program that speaks to AWS understands. */
  readonly environment: Environment;
  /** Until when they are good, where that is known. */
  readonly expires: Date | undefined;
  /** Whether they are of the role that the deploy workflow has, which may not do everything (infra/github). */
  readonly isWorkflow: boolean;
}

/**
 * Whose credentials this machine has. Throws {@link UserError} without any, or when they are not of the one account that the
 * stack belongs to.
 */
export async function identify(
  {
    stack,
    accountId,
    namePrefix,
    region,
  }: Pick<StackConfig, 'stack' | 'accountId' | 'namePrefix' | 'region'>,
  sts: STSClient,
): Promise<Identity> {
  const { Account, Arn = '' } = await sts.send(new GetCallerIdentityCommand({})).catch((cause: unknown) => {
    throw new UserError(
      `AWS does not know who is asking (${(cause as Error).message}). Sign in first: aws sso login, or AWS_PROFILE.`,
      [],
      { cause },
    );
  });
  if (Account !== accountId)
    throw new UserError(
      `These credentials are of account ${Account}, and stack ${stack} is of ${accountId} (infra/stacks.ts). Nothing was done.`,
    );
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = await sts.config.credentials();
  const environment = {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken !== undefined && { AWS_SESSION_TOKEN: sessionToken }),
  };
  const isWorkflow = Arn.includes(`:assumed-role/${namePrefix}bosun-deploy/`);
  return { environment, expires: expiration, isWorkflow };
}
