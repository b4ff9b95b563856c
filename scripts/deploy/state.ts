import type { StackConfig } from '#infra/config.ts';
import { stateBucket, stateKeyAlias } from '#infra/state.ts';

/** Where a stack's Pulumi state is, and the key that its secrets are encrypted with, in Pulumi's words. */
export interface State {
  /** For the environment variable PULUMI_BACKEND_URL. */
  readonly backend: string;
  /** For the option --secrets-provider. */
  readonly secretsProvider: string;
}

export const stateOf = (config: StackConfig): State => ({
  backend: `s3://${stateBucket(config)}?region=${config.region}`,
  secretsProvider: `awskms://${stateKeyAlias(config)}?region=${config.region}`,
});
