import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { UserError } from '#bookings/model/problem.ts';
import { isNamed } from '../aws-access.ts';

/** A secret of its own, outside the Pulumi program, for a value whose own secret does not exist yet. */
export interface ParkedKey {
  read(): Promise<string | undefined>;
  /** Keeps this one, unless there is one already. */
  keep(key: string): Promise<void>;
  drop(): Promise<void>;
}

export function createParkedKey(client: SecretsManagerClient, name: string): ParkedKey {
  return {
    async read() {
      try {
        return (await client.send(new GetSecretValueCommand({ SecretId: name }))).SecretString;
      } catch (error) {
        if (isNamed(error, 'ResourceNotFoundException') || isBeingDeleted(error)) return undefined;
        throw error;
      }
    },
    async keep(key) {
      const command = new CreateSecretCommand({
        Name: name,
        Description: 'Temporary: npm run rotate -- service-key deletes it after the first deploy',
        SecretString: key,
      });
      await client.send(command).catch((error: unknown) => {
        if (isBeingDeleted(error)) throw stillTaken(name, error);
        if (!isNamed(error, 'ResourceExistsException')) throw error;
      });
    },
    async drop() {
      // It has its own secret by now: there is nothing to recover.
      await client.send(new DeleteSecretCommand({ SecretId: name, ForceDeleteWithoutRecovery: true }));
    },
  };
}

/**
 * A secret that was deleted at once is only marked for deletion at first, for some minutes, in which every call about it
 * is refused. Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
 */
const isBeingDeleted = (error: unknown): boolean => isNamed(error, 'InvalidRequestException');

const stillTaken = (name: string, cause: unknown): UserError =>
  new UserError(
    `Secret ${name} was deleted, and AWS has not given its name free yet. It does in some minutes: run this again then. ` +
      `(If somebody deleted it by hand, with a recovery window: aws secretsmanager restore-secret --secret-id ${name})`,
    [],
    { cause },
  );
