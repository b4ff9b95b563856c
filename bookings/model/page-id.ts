/** 7–16 of a–z and 0–9; the object of the guest's page is `g/<pageId>.html`. */
export const PAGE_ID = /^[a-z0-9]{7,16}$/;

/** No 0/o, 1/l/i, 5/s, 2/z, u/v: people read page ids to each other on the phone. */
const UNMISTAKABLE = 'abcdefghjkmnpqrtwxy346789';

/** A new page id of 8 characters from a source of random bytes; `isTaken` makes it try again. */
export function newPageId(
  randomBytes: (count: number) => Uint8Array,
  isTaken: (id: string) => boolean,
): string {
  for (;;) {
    const id = characters(randomBytes).slice(0, 8).join('');
    if (!isTaken(id)) return id;
  }
}

/** Rejects bytes past the last whole multiple of the alphabet, so that every character is equally likely. */
function characters(randomBytes: (count: number) => Uint8Array): string[] {
  const limit = 256 - (256 % UNMISTAKABLE.length);
  const found: string[] = [];
  while (found.length < 8) {
    for (const byte of randomBytes(16)) {
      if (byte < limit) found.push(UNMISTAKABLE[byte % UNMISTAKABLE.length]!);
    }
  }
  return found;
}
