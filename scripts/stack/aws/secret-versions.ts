/** One version of a secret's value. */
export interface SecretVersion {
  readonly id: string;
  readonly string?: string;
  /** base64 */
  readonly binary?: string;
  /** Staging labels; a version without any is deprecated. */
  readonly stages: readonly string[];
  /** Milliseconds since 1970 */
  readonly createdAt: number;
  /** When its labels last changed, in milliseconds since 1970. */
  readonly changedAt?: number;
}

/**
 * Moves a staging label to a version (to none when absent). Where AWSCURRENT leaves a version,
 * AWSPREVIOUS comes to it (Secrets Manager user guide, "Staging labels").
 */
export function attachStage(
  versions: readonly SecretVersion[],
  stage: string,
  versionId: string | undefined,
): readonly SecretVersion[] {
  const holder = versions.find(({ stages }) => stages.includes(stage));
  const moved = versions.map((version) => withStage(version, stage, version.id === versionId));
  if (stage !== 'AWSCURRENT' || holder === undefined || holder.id === versionId) return moved;
  return moved.map((version) => withStage(version, 'AWSPREVIOUS', version.id === holder.id));
}

/** Notes the time on every version whose labels are not what they were. */
export const timed = (
  before: readonly SecretVersion[],
  after: readonly SecretVersion[],
  now: number,
): readonly SecretVersion[] =>
  after.map((version) => {
    const stages = before.find(({ id }) => id === version.id)?.stages ?? [];
    return stages.join() === version.stages.join() ? version : { ...version, changedAt: now };
  });

/** When a secret was last changed in any way; undefined while it has no value. */
export const lastChange = (versions: readonly SecretVersion[]): number | undefined =>
  versions.length === 0
    ? undefined
    : Math.max(...versions.flatMap(({ createdAt, changedAt = 0 }) => [createdAt, changedAt]));

function withStage(version: SecretVersion, stage: string, attached: boolean): SecretVersion {
  const others = version.stages.filter((one) => one !== stage);
  return { ...version, stages: attached ? [...others, stage] : others };
}
