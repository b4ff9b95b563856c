import { join } from 'node:path';
import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { UserError } from '#bookings/model/problem.ts';
import type { Ledger, Ports } from '#bookings/reconcile/ports.ts';
import { createDashboardClient } from '#functions/adapters/dashboard-client.ts';
import { createDocumentClient } from '#functions/adapters/dynamodb.ts';
import { createLedgerTable } from '#functions/adapters/ledger-table.ts';
import { createPagesS3 } from '#functions/adapters/pages-s3.ts';
import { createSccClient, type SccClient } from '#functions/adapters/scc-client.ts';
import { createSecret } from '#functions/adapters/secrets.ts';
import { deploymentParameter, deploymentSchema, type Deployment } from '#infra/deployment.ts';
import type { Endpoints } from './stack/endpoints.ts';

/** How AWS is reached: by the machine's own credentials, or those of the local stack. */
export interface AwsAccess {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken: string };
}

/** A deployed stack, as the bookings pipeline uses it: everything is found by its `Deployment`. */
export interface Connection {
  readonly deployment: Deployment;
  readonly ledger: Ledger;
  readonly scc: SccClient;
  /** All ports but the site, which is a local build. */
  readonly ports: Omit<Ports, 'site'>;
}

export const localAccess = ({ region, aws }: Endpoints): AwsAccess => {
  const { endpoint, ...credentials } = aws;
  return { region, endpoint, credentials };
};

/** Reads a stack's `Deployment` and its keys, and connects. `reference` names this run to CloudFront. */
export async function connect(stack: string, access: AwsAccess, reference: string): Promise<Connection> {
  const deployment = await readDeployment(stack, access);
  const secrets = new SecretsManagerClient(access);
  const [token, serviceKey] = await Promise.all([
    createSecret(secrets, { name: deployment.secrets.dashboard }).read(),
    createSecret(secrets, { name: deployment.secrets.serviceKey }).read(),
  ]);
  const scc = createSccClient({ url: deployment.sccApi, serviceKey }, { fetch });
  const document = createDocumentClient(new DynamoDBClient(access));
  const ledger = createLedgerTable(
    { table: deployment.tables.ledger, now: () => new Date().toISOString() },
    document,
  );
  const pages = createPagesS3(
    {
      sites: {
        guest: { bucket: deployment.buckets.guest, distributionId: deployment.distributions.guest },
        crew: { bucket: deployment.buckets.crew, distributionId: deployment.distributions.crew },
      },
      publicUrl: deployment.edge,
      reference,
    },
    // Path style: the names of the buckets have dots, which a certificate for subdomains does not cover.
    {
      s3: new S3Client({ ...access, forcePathStyle: true }),
      cloudFront: new CloudFrontClient(access),
      fetch,
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
      ...createDashboardClient({ url: deployment.dashboardApi, token }, { fetch }),
    },
  };
}

async function readDeployment(stack: string, access: AwsAccess): Promise<Deployment> {
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
