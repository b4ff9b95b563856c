import { AwsError } from '../stand-in.ts';
import { lastChange, type SecretVersion } from './secret-versions.ts';

/** How Secrets Manager shows the versions of a secret. */

export function findVersion(
  versions: readonly SecretVersion[],
  { VersionStage, VersionId }: { VersionStage?: string | undefined; VersionId?: string | undefined },
): SecretVersion {
  const stage = VersionStage ?? (VersionId === undefined ? 'AWSCURRENT' : undefined);
  const version = versions.find(
    ({ id: versionId, stages }) =>
      (VersionId ?? versionId) === versionId && (stage === undefined || stages.includes(stage)),
  );
  if (version !== undefined) return version;
  const what = stage === undefined ? `VersionId: ${VersionId}` : `staging label: ${stage}`;
  throw notFound(`the specified secret value for ${what}`);
}

export const toValue = (version: SecretVersion): object => ({
  VersionId: version.id,
  ...(version.string === undefined ? { SecretBinary: version.binary } : { SecretString: version.string }),
  VersionStages: version.stages,
  CreatedDate: version.createdAt / 1000,
});

export function toDescription(versions: readonly SecretVersion[]): object {
  const labelled = versions.filter(({ stages }) => stages.length > 0);
  const changedAt = lastChange(versions);
  return {
    ...(changedAt !== undefined && { LastChangedDate: changedAt / 1000 }),
    VersionIdsToStages: Object.fromEntries(labelled.map(({ id: versionId, stages }) => [versionId, stages])),
  };
}

/** The newest first; a version without labels is deprecated. */
export function toPage(
  versions: readonly SecretVersion[],
  {
    IncludeDeprecated,
    MaxResults,
    NextToken = '0',
  }: { IncludeDeprecated: boolean; MaxResults: number; NextToken?: string | undefined },
): object {
  const listed = versions.filter(({ stages }) => IncludeDeprecated || stages.length > 0).toReversed();
  const end = Number(NextToken) + MaxResults;
  return {
    Versions: listed.slice(Number(NextToken), end).map(({ id: versionId, stages, createdAt }) => ({
      VersionId: versionId,
      ...(stages.length > 0 && { VersionStages: stages }),
      CreatedDate: createdAt / 1000,
    })),
    ...(end < listed.length && { NextToken: String(end) }),
  };
}

export const notFound = (what: string): AwsError =>
  new AwsError('ResourceNotFoundException', `Secrets Manager can't find ${what}`);
