import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import type { StackConfig } from '#infra/config.ts';
import type { Deployment } from '#infra/deployment.ts';
import { stateBucket } from '#infra/state.ts';
import { clientOptions, connect } from '../connect.ts';
import { identify } from './account.ts';
import { hasBucket } from './state-store.ts';
import { deployedFunctions } from './deployed-functions.ts';
import type { Environment } from './role-credentials.ts';
import { readVersions, type FunctionVersions } from './versions.ts';

/** What a deploy has to know of an account, and of what is deployed there. */
export interface Cloud {
  /** The account's credentials. */
  readonly environment: Environment;
  /** Whether there is a bucket for Pulumi's state. */
  hasState(): Promise<boolean>;
  versions(): Promise<FunctionVersions[]>;
  deployment(): Promise<Deployment>;
}

/** The account of a stack, by this machine's credentials. Throws {@link UserError} when they are none of it. */
export async function openCloud(config: StackConfig): Promise<Cloud> {
  const { region, namePrefix } = config;
  const aws = clientOptions({ region });
  const environment = await identify(config, new STSClient(aws));
  const lambda = new LambdaClient(aws);
  return {
    environment,
    hasState: () => hasBucket(new S3Client(aws), stateBucket(config)),
    versions: async () => readVersions(lambda, await deployedFunctions(), namePrefix),
    deployment: async () => (await connect(config.stack, { region }, 'deploy')).deployment,
  };
}
