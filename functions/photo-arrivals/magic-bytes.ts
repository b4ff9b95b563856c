import type { PhotoType } from '../scc/photo-key.ts';

/** How many bytes from its start tell what a file is. */
export const MAGIC_LENGTH = 32;

/** Whether a file that starts so is what its type says. HEIC and HEIF are two names of one family of containers. */
export const isOfType = (start: Uint8Array, type: PhotoType): boolean => TESTS[type](Buffer.from(start));

type Test = (start: Buffer) => boolean;

const startsWith =
  (...bytes: number[]): Test =>
  (start) =>
    start.subarray(0, bytes.length).equals(Buffer.from(bytes));

const textAt = (start: Buffer, offset: number, length: number): string =>
  start.toString('latin1', offset, offset + length);

/** Brands of HEVC pictures (ISO/IEC 23008-12); `avif` has the same container and another codec, which we do not take. */
const HEIF_BRANDS = ['heic', 'heix', 'hevc', 'hevx', 'heim', 'heis', 'hevm', 'hevs', 'mif1', 'msf1'];
const FOREIGN_BRANDS = ['avif', 'avis'];

/** The first box of the file: its size, `ftyp`, the brand, a version, and the brands that it is compatible with. */
function isHeif(start: Buffer): boolean {
  if (start.length < 16 || textAt(start, 4, 4) !== 'ftyp') return false;
  const end = Math.min(start.readUInt32BE(0), start.length);
  const compatible = [];
  for (let offset = 16; offset + 4 <= end; offset += 4) compatible.push(textAt(start, offset, 4));
  return (
    HEIF_BRANDS.includes(textAt(start, 8, 4)) && !compatible.some((brand) => FOREIGN_BRANDS.includes(brand))
  );
}

const TESTS: Readonly<Record<PhotoType, Test>> = {
  'image/jpeg': startsWith(0xff, 0xd8, 0xff),
  'image/png': startsWith(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
  'image/webp': (start) => textAt(start, 0, 4) === 'RIFF' && textAt(start, 8, 4) === 'WEBP',
  'image/heic': isHeif,
  'image/heif': isHeif,
};
