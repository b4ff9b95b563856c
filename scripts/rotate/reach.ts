import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod';
import { UserError } from '#bookings/model/problem.ts';
import { check, readSource } from '#bookings/reconcile/load.ts';
import { createHttpClient } from '#functions/adapters/http-client.ts';
import type { CredentialName } from '#functions/credential-watch/validity.ts';
import { secretKeyOf } from '#infra/credential-secrets.ts';
import { deploymentParameter, deploymentSchema, type Deployment } from '#infra/deployment.ts';
import { clientOptions, isNamed, type AwsAccess } from '../aws-access.ts';
import { ROOT } from '../repository.ts';
import { createDoors, type Doors } from './doors.ts';
import type { LinkedCharter } from './drop-link-keys.ts';
import { createKeptSecret, holderOf, type KeptSecret } from './kept-secret.ts';
import { createParkedKey, type ParkedKey } from './parked-key.ts';

/** Everything of a deployed stack that rotations touch. */
export interface Reach {
  readonly secretOf: (credential: CredentialName) => KeptSecret;
  readonly doors: Doors;
  /** All that links may have been signed for. */
  readonly charters: () => Promise<readonly LinkedCharter[]>;
}

export interface Account {
  readonly parked: ParkedKey;
  /** Undefined before the first deploy. */
  readonly reach: Reach | undefined;
}

export interface StackAddress {
  readonly stack: string;
  /** The kanban web app, which no deploy makes. */
  readonly boardUrl: string;
}

/** By the operator's own credentials, as every AWS tool finds them. */
export async function openAccount(
  address: StackAddress,
  access: AwsAccess = { region: 'us-east-1' },
): Promise<Account> {
  const aws = clientOptions(access);
  const client = new SecretsManagerClient(aws);
  const deployment = await findDeployment(address.stack, new SSMClient(aws));
  return {
    parked: createParkedKey(client, `bosun/${address.stack}/first-service-key`),
    reach: deployment && reachOf(address, deployment, client),
  };
}

async function findDeployment(stack: string, ssm: SSMClient): Promise<Deployment | undefined> {
  try {
    const answer = await ssm.send(new GetParameterCommand({ Name: deploymentParameter(stack) }));
    return deploymentSchema.parse(JSON.parse(answer.Parameter?.Value ?? '{}'));
  } catch (error) {
    if (isNamed(error, 'ParameterNotFound')) return undefined;
    if (error instanceof z.ZodError) throw error;
    throw new UserError(
      `Stack ${stack} cannot be reached with this machine's AWS credentials: ${error instanceof Error ? error.message : String(error)}`,
      [],
      { cause: error },
    );
  }
}

function reachOf({ boardUrl }: StackAddress, deployment: Deployment, client: SecretsManagerClient): Reach {
  const secretOf = (credential: CredentialName) =>
    createKeptSecret(client, deployment.secrets[secretKeyOf[credential]]);
  return {
    secretOf,
    doors: createDoors({ ...deployment, board: boardUrl }, fetch),
    charters: () => readCharters(deployment.sccApi, secretOf('service-key')),
  };
}

/** Their current ends as ShipCaptainCrew has them, which is what links are checked against; when they were booked is in git. */
async function readCharters(sccApi: string, serviceKey: KeptSecret): Promise<LinkedCharter[]> {
  const current = holderOf(await serviceKey.versions(), 'AWSCURRENT');
  if (current === undefined)
    throw new UserError('There is no service key yet: npm run rotate -- service-key');
  const headers = { 'x-service-key': await serviceKey.text(current) };
  const { send } = createHttpClient({ url: sccApi, headers }, { fetch });
  const { loaded } = check(await readSource(ROOT));
  const bookedAt = new Map(loaded?.bookings.map((booking) => [booking.key, booking.bookedAt]));
  const charters: LinkedCharter[] = [];
  let cursor: string | undefined;
  do {
    const path = `/api/events?limit=200${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
    const page = await send({ method: 'GET', path, reply: pageSchema });
    for (const { event } of page.events)
      charters.push({ bookedAt: bookedAt.get(event.bookingKey), endsAt: event.endsAt });
    ({ cursor } = page);
  } while (cursor !== undefined);
  return charters;
}

const pageSchema = z.object({
  events: z.array(z.object({ event: z.object({ bookingKey: z.string(), endsAt: z.string() }) })),
  cursor: z.string().optional(),
});
