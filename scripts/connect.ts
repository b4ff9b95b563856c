import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm';
import { UserError } from '#bookings/model/problem.ts';
import type { Ledger } from '#bookings/reconcile/ledger.ts';
import { createPace } from '#bookings/reconcile/pace.ts';
import type { Ports } from '#bookings/reconcile/ports.ts';
import { createDashboardClient } from '#functions/adapters/dashboard-client.ts';
import { createDocumentClient } from '#functions/adapters/dynamodb.ts';
import type { HttpDeps, HttpFetch } from '#functions/adapters/http-client.ts';
import { createLedgerTable } from '#functions/adapters/ledger-table.ts';
import { createPagesS3 } from '#functions/adapters/pages-s3.ts';
import { createSccClient, type SccClient } from '#functions/adapters/scc-client.ts';
import { createSecret } from '#functions/adapters/secrets.ts';
import { deploymentParameter, deploymentSchema, type Deployment } from '#infra/deployment.ts';
import { PAGES_PER_FIVE_MINUTES } from '#infra/sites/page-limit.ts';
import { ANSWER_TIME, clientOptions, type AwsAccess } from './aws-access.ts';
import type { Endpoints } from './stack/endpoints.ts';

/** How long the clients wait, in milliseconds. How often they try again is theirs to know. */
export interface Patience {
  /** For an answer of AWS. */
  readonly aws: number;
  /** For our own APIs and pages; undefined leaves it to their clients. */
  readonly http?: number;
  /** Between attempts, in place of waiting so many milliseconds. */
  readonly delay?: (milliseconds: number) => Promise<unknown>;
}

/** A little less than the firewall allows, as it counts by its own clock. */
const LOOKS = { most: PAGES_PER_FIVE_MINUTES * 0.9, milliseconds: 300_000 };

const PATIENCE: Patience = { aws: ANSWER_TIME };

/** A deployed stack, as the bookings pipeline uses it: everything is found by its `Deployment`. */
export interface Connection {
  readonly deployment: Deployment;
  readonly ledger: Ledger;
  readonly scc: SccClient;
  /** All ports but the site, which is a local build. */
  readonly ports: Omit<Ports, 'site'>;
}

export const localAccess = ({ region, aws, pid, clockOffset }: Endpoints): AwsAccess => {
  const { endpoint, ...credentials } = aws;
  // The process that runs the stack has its clock already.
  return { region, endpoint, credentials, ahead: pid === process.pid ? 0 : clockOffset };
};

/** Reads a stack's `Deployment`, and connects. `reference` names this run to CloudFront. */
export async function connect(
  stack: string,
  access: AwsAccess,
  reference: string,
  patience: Patience = PATIENCE,
): Promise<Connection> {
  const { ahead = 0 } = access;
  const aws = clientOptions(access, patience.aws);
  const deps = httpDeps(patience);
  const deployment = await readDeployment(stack, aws);
  const secrets = new SecretsManagerClient(aws);
  // A key is read when somebody has to be asked, which a run with nothing to do need not, and a plan may not.
  const token = createSecret(secrets, { name: deployment.secrets.dashboard }).read;
  const serviceKey = createSecret(secrets, { name: deployment.secrets.serviceKey }).read;
  const scc = createSccClient({ url: deployment.sccApi, serviceKey }, deps);
  const document = createDocumentClient(new DynamoDBClient(aws));
  const ledger = createLedgerTable(
    { table: deployment.tables.ledger, now: () => new Date(Date.now() + ahead).toISOString() },
    document,
  );
  const pages = createPagesS3(
    {
      sites: {
        guest: { bucket: deployment.buckets.guest, distributionId: deployment.distributions.guest },
        crew: { bucket: deployment.buckets.crew, distributionId: deployment.distributions.crew },
      },
      publicUrl: deployment.edge,
      pace: stack === 'local' ? undefined : createPace(LOOKS, { now: Date.now, delay: wait }),
      reference,
    },
    // Path style: the names of the buckets have dots, which a certificate for subdomains does not cover.
    {
      s3: new S3Client({ ...aws, forcePathStyle: true }),
      cloudFront: new CloudFrontClient(aws),
      ...deps,
    },
  );
  return {
    deployment,
    ledger,
    scc,
    ports: {
      ledger,
      pages,
      crew: scc,
      ...createDashboardClient({ url: deployment.dashboardApi, token }, deps),
    },
  };
}

function httpDeps({ http, delay }: Patience): HttpDeps {
  const waits = delay === undefined ? {} : { delay };
  if (http === undefined) return { fetch, ...waits };
  const limited: HttpFetch = (url, init) => fetch(url, { ...init, signal: AbortSignal.timeout(http) });
  return { fetch: limited, ...waits };
}

async function readDeployment(stack: string, access: SSMClientConfig): Promise<Deployment> {
  const name = deploymentParameter(stack);
  const answer = await new SSMClient(access)
    .send(new GetParameterCommand({ Name: name }))
    .catch((error: unknown) => {
      throw new UserError(
        `Stack ${stack} is not deployed, or this machine may not read it (SSM parameter ${name}: ${String(error)}).`,
        [],
        { cause: error },
      );
    });
  return deploymentSchema.parse(JSON.parse(answer.Parameter?.Value ?? '{}'));
}

export const DEFAULT_DIRECTORY = '.local';
export const buildDirectory = (root: string): string => join(root, '.build');
