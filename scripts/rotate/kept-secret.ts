import { createHash } from 'node:crypto';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  paginateListSecretVersionIds,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
  type SecretsManagerClient,
  type SecretVersionsListEntry,
} from '@aws-sdk/client-secrets-manager';
import { UserError } from '#bookings/model/problem.ts';
import { isNamed } from '../aws-access.ts';

/** A version of a secret; one without a stage is deprecated, and Secrets Manager may forget it. */
export interface Version {
  readonly id: string;
  readonly stages: readonly string[];
  readonly createdAt: Date;
}

/** A secret of Secrets Manager. Every write names what it was decided on, so that two operators cannot cross each other. */
export interface KeptSecret {
  /** All versions, without their values. */
  versions(): Promise<readonly Version[]>;
  text(version: Version): Promise<string>;
  /** When it was last changed in any way, labels included; undefined before the first value. */
  changedAt(): Promise<Date | undefined>;
  /** Adds a version with these stages. Throws {@link UserError} when `known` are not all there are any more. */
  put(text: string, stages: readonly string[], known: readonly Version[]): Promise<void>;
  /** Moves a stage from one version to another; without `to` it is taken away. Throws {@link UserError} when `from` does not hold it. */
  move(stage: string, versions: { readonly from: Version; readonly to?: Version }): Promise<void>;
}

export function createKeptSecret(client: SecretsManagerClient, name: string): KeptSecret {
  const moved = (cause: unknown) =>
    new UserError(`Secret ${name} has just been changed by somebody else. Run the command again.`, [], {
      cause,
    });
  return {
    async versions() {
      const found: Version[] = [];
      const pages = paginateListSecretVersionIds({ client }, { SecretId: name, IncludeDeprecated: true });
      try {
        for await (const { Versions = [] } of pages) found.push(...Versions.map(toVersion));
      } catch (error) {
        if (!isNamed(error, 'ResourceNotFoundException')) throw error;
        throw new UserError(`There is no secret ${name}: deploy the stack first.`, [], { cause: error });
      }
      return found;
    },
    async text({ id }) {
      const { SecretString } = await client.send(
        new GetSecretValueCommand({ SecretId: name, VersionId: id }),
      );
      if (!SecretString) throw new Error(`version ${id} of secret ${name} has no text`);
      return SecretString;
    },
    async changedAt() {
      return (await client.send(new DescribeSecretCommand({ SecretId: name }))).LastChangedDate;
    },
    async put(text, stages, known) {
      const command = new PutSecretValueCommand({
        SecretId: name,
        ClientRequestToken: followingId(known),
        SecretString: text,
        VersionStages: [...stages],
      });
      await client.send(command).catch((error: unknown) => {
        throw isNamed(error, 'ResourceExistsException') ? moved(error) : error;
      });
    },
    async move(stage, { from, to }) {
      const command = new UpdateSecretVersionStageCommand({
        SecretId: name,
        VersionStage: stage,
        RemoveFromVersionId: from.id,
        ...(to !== undefined && { MoveToVersionId: to.id }),
      });
      await client.send(command).catch((error: unknown) => {
        throw isNamed(error, 'InvalidParameterException') ? moved(error) : error;
      });
    },
  };
}

export const holderOf = (versions: readonly Version[], stage: string): Version | undefined =>
  versions.find(({ stages }) => stages.includes(stage));

/**
 * The id of the version after these. It follows from them, so that of two that were decided on the same versions only
 * one can come to be: Secrets Manager refuses another value under an id that exists (API reference, `PutSecretValue`).
 */
function followingId(known: readonly Version[]): string {
  const ids = known.map(({ id }) => id).toSorted();
  return createHash('sha256').update(JSON.stringify(ids)).digest('hex').slice(0, 32);
}

const toVersion = ({ VersionId, VersionStages, CreatedDate }: SecretVersionsListEntry): Version => ({
  id: VersionId ?? '',
  stages: VersionStages ?? [],
  createdAt: CreatedDate ?? new Date(0),
});
