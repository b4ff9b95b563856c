import { rotateHashedKey, type HashedKeyDeps } from './hashed-key.ts';
import type { Next } from './steps.ts';

/** The web app lists hashes of the key; the key itself is never shown to anybody. */
export const rotateBoardKey = (deps: HashedKeyDeps): Next =>
  rotateHashedKey({
    ...deps,
    what: 'board key',
    howToList: (hashes) =>
      'In the Apps Script project of the board, Project settings → Script properties, set BOARD_KEY_HASH to\n\n' +
      `  ${hashes.join(',')}\n`,
  });
