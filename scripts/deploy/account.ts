import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { UserError } from '#bookings/model/problem.ts';
import type { StackConfig } from '#infra/config.ts';
import type { Environment } from './role-credentials.ts';

/**
 * This machine's credentials as environment variables, which every program that speaks to AWS understands. Throws
 * {@link UserError} without any, or when they are not of the one account that the stack belongs to.
 */
export async function identify(
  { stack, accountId, region }: StackConfig,
  sts: STSClient,
): Promise<Environment> {
  const { Account } = await sts.send(new GetCallerIdentityCommand({})).catch((cause: unknown) => {
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
  const { accessKeyId, secretAccessKey, sessionToken } = await sts.config.credentials();
  return {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken !== undefined && { AWS_SESSION_TOKEN: sessionToken }),
  };
}
