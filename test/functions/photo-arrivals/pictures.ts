/** The first bytes of files of each kind, as cameras and programs write them, and something after them. */
const file = (...start: (string | number[])[]): Uint8Array =>
  Buffer.concat([
    ...start.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))),
    Buffer.from('and the rest of the file'),
  ]);

/** An ISO media file that is compatible with brands. */
export const container = (brand: string, ...compatible: string[]): Uint8Array =>
  file([0, 0, 0, 16 + 4 * compatible.length], 'ftyp', brand, [0, 0, 0, 0], ...compatible);

export const PICTURES = {
  jpeg: file([0xff, 0xd8, 0xff, 0xe1], 'Exif'),
  png: file([0x89], 'PNG\r\n', [0x1a, 0x0a], 'IHDR'),
  webp: file('RIFF', [36, 0, 0, 0], 'WEBPVP8 '),
  heic: container('heic', 'mif1', 'heic'),
  heif: container('mif1', 'mif1', 'heic', 'miaf'),
} as const;

export const FOREIGN = {
  gif: file('GIF89a'),
  avif: container('avif', 'mif1', 'miaf'),
  'avif in a general container': container('mif1', 'avif', 'miaf'),
  video: container('isom', 'iso2', 'avc1', 'mp41'),
  'quicktime video': container('qt  '),
  html: file('<!doctype html><script>alert(1)</script>'),
  svg: file('<svg xmlns="http://www.w3.org/2000/svg">'),
  pdf: file('%PDF-1.7'),
  sound: file('RIFF', [36, 0, 0, 0], 'WAVEfmt '),
  program: file([0x4d, 0x5a]),
} as const;
