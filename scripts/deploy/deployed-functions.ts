import { functionNames } from '../build-functions.ts';

/** Names of all functions of a stack, without its prefix; the crew portal is built by its site. */
export const deployedFunctions = async (): Promise<string[]> =>
  [...(await functionNames()), 'crew-portal'].toSorted();
