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

function withStage(version: SecretVersion, stage: string, attached: boolean): SecretVersion {
  const others = version.stages.filter((one) => one !== stage);
  return { ...version, stages: attached ? [...others, stage] : others };
}
