import type { StackConfig } from './config.ts';

type Named = Pick<StackConfig, 'namePrefix' | 'accountId'>;

/** The bucket of Pulumi's state, which the program does not declare, as it is there before. Unique in the world. */
export const stateBucket = ({ namePrefix, accountId }: Named): string =>
  `${namePrefix}bosun-state-${accountId}`;

/** The key that secrets in the state are encrypted with. */
export const stateKeyAlias = ({ namePrefix }: Pick<Named, 'namePrefix'>): string =>
  `alias/${namePrefix}bosun-state`;
