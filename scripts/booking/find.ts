import { UserError } from '#bookings/model/problem.ts';

/** What a booking is called by: its key `boatsetter-xhqgmdh`, the confirmation code in it, and its page id where that is known. */
export interface Named {
  readonly key: string;
  readonly pageId?: string | undefined;
}

/**
 * The booking that these words name: a key, file name, confirmation code or page id, in any letter case. A key is looked for
 * before a code, and a code before a page id. Throws {@link UserError} with the choices.
 */
export function pickBooking<T extends Named>(choices: readonly T[], words: string): T {
  const wanted = words
    .toLowerCase()
    .replace(/^.*\//, '')
    .replace(/\.json$/, '');
  for (const isCalled of NAMES) {
    const found = choices.filter((choice) => isCalled(choice, wanted));
    if (found.length === 1) return found[0]!;
    if (found.length > 1)
      throw new UserError(`${words}: several bookings have that code: ${keysOf(found)}. Give one of these.`);
  }
  throw new UserError(`${words}: no booking has that code. Bookings: ${keysOf(choices) || 'none'}`);
}

const NAMES: readonly ((named: Named, wanted: string) => boolean)[] = [
  ({ key }, wanted) => key === wanted,
  ({ key }, wanted) => key.slice(key.indexOf('-') + 1) === wanted,
  ({ pageId }, wanted) => pageId === wanted,
];

const keysOf = (choices: readonly Named[]): string => choices.map(({ key }) => key).join(', ');

const DATA = 'bookings/data';

/** `bookings/data/boatsetter-xhqgmdh.json` → `boatsetter-xhqgmdh`. */
export const keyOfPath = (path: string): string => path.slice(DATA.length + 1, -'.json'.length);
export const pathOfKey = (key: string): string => `${DATA}/${key}.json`;

/** Of a file that need not be valid. */
export const pageIdIn = (text: string): string | undefined => /"pageId":\s*"([a-z0-9]+)"/.exec(text)?.[1];
