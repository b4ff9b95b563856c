import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import type * as z from 'zod';
import type { StackConfig } from '#infra/config.ts';
import { deploymentParameter, deploymentSchema, type Deployment } from '#infra/deployment.ts';
import { stateBucket } from '#infra/state.ts';
import { clientOptions, isNamed } from '../aws-access.ts';
import { connect } from '../connect.ts';
import { identify, type Identity } from './account.ts';
import { hasBucket } from './state-store.ts';
import { deployedFunctions } from './deployed-functions.ts';
import { readOriginHashes, type OriginHashes } from './key-hashes.ts';
import { readVersions, type FunctionVersions } from './versions.ts';

/** Of a stack's `Deployment`, which an earlier commit wrote, what every commit writes in the same way. */
export type Running = z.output<typeof runningSchema>;
const runningSchema = deploymentSchema.pick({ commit: true, time: true });

/** What a deploy has to know of an account, and of what is deployed there. */
export interface Cloud extends Identity {
  /** Whether there is a bucket for Pulumi's state. */
  hasState(): Promise<boolean>;
  versions(): Promise<FunctionVersions[]>;
  /** Throws {@link UserError} when the stack is not deployed. */
  deployment(): Promise<Deployment>;
  /** What is deployed so far; null when nothing is. */
  running(): Promise<Running | null>;
  /** null when there is no function yet that knows any. */
  originHashes(): Promise<OriginHashes | null>;
}

/** The account of a stack, by this machine's credentials. Throws {@link UserError} when they are none of it. */
export async function openCloud(config: StackConfig): Promise<Cloud> {
  const { region, namePrefix } = config;
  const aws = clientOptions({ region });
  const identity = await identify(config, new STSClient(aws));
  const lambda = new LambdaClient(aws);
  return {
    ...identity,
    hasState: () => hasBucket(new S3Client(aws), stateBucket(config), config.accountId),
    versions: async () => readVersions(lambda, await deployedFunctions(), namePrefix),
    deployment: async () => (await connect(config.stack, { region }, 'deploy')).deployment,
    running: () => readRunning(new SSMClient(aws), deploymentParameter(config.stack)),
    originHashes: () => readOriginHashes(lambda, namePrefix),
  };
}

async function readRunning(ssm: SSMClient, Name: string): Promise<Running | null> {
  const answer = await ssm.send(new GetParameterCommand({ Name })).catch(notThereYet);
  return answer === null ? null : runningSchema.parse(JSON.parse(answer.Parameter?.Value ?? '{}'));
}

function notThereYet(error: unknown): null {
  if (isNamed(error, 'ParameterNotFound')) return null;
  throw error;
}
