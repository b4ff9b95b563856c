import { sha256 } from '#bookings/model/canonical.ts';
import { rotateHashedKey, type HashedKeyDeps } from './hashed-key.ts';
import type { ParkedKey } from './parked-key.ts';
import { freshKey } from './rotation.ts';
import { act, operatorsTurn, type Next } from './steps.ts';

export interface FirstServiceKeyDeps {
  readonly stack: string;
  /** Where the key waits for its secret, which the first deploy makes. */
  readonly parked: ParkedKey;
  /** `serviceKeyHashes` of the stack, as this checkout has them. */
  readonly listed: readonly string[];
}

export interface ServiceKeyDeps extends HashedKeyDeps, FirstServiceKeyDeps {}

export function rotateServiceKey(deps: ServiceKeyDeps): Next {
  const { stack, parked, listed } = deps;
  return rotateHashedKey({
    ...deps,
    what: 'service key',
    first: async () => (await parked.read()) ?? freshKey(),
    howToList: (hashes) => listInFile(stack, hashes, listed),
    async toTidy(_current, previous) {
      if (previous !== undefined || (await parked.read()) === undefined) return undefined;
      return act('Deletes the temporary secret in which the first key waited.', () => parked.drop());
    },
  });
}

/** Before the first deploy, which needs the key's hash and makes the secret that will hold it. */
export const prepareServiceKey =
  ({ stack, parked, listed }: FirstServiceKeyDeps): Next =>
  async () => {
    const key = await parked.read();
    if (key === undefined)
      return act('Makes the first service key; it waits in a temporary secret for the first deploy.', () =>
        parked.keep(freshKey()),
      );
    return operatorsTurn(
      `The first service key is ready. ${listInFile(stack, [sha256(key)], listed)}\nRun this command again after the deploy.`,
    );
  };

function listInFile(stack: string, hashes: readonly string[], listed: readonly string[]): string {
  const isListed = hashes.length === listed.length && hashes.every((hash) => listed.includes(hash));
  if (isListed) return 'infra/stacks.ts of this checkout says so already: commit it and deploy.';
  const quoted = hashes.map((hash) => `'${hash}'`).join(', ');
  return `In infra/stacks.ts, stack ${stack}, write\n\n  serviceKeyHashes: [${quoted}],\n\ncommit that, and deploy.`;
}
