/** A JPEG as a phone makes one that is held upright: lying on its side, with a note to turn it, and of where it was. */
export function asPhoneWould(jpeg: Buffer, model: string): Buffer {
  const tiff = Buffer.concat([Buffer.from('MM\0*\0\0\0\x08', 'latin1'), ...directories(model)]);
  const exif = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
  const head = Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(exif.length + 2, 4);
  return Buffer.concat([head, exif, jpeg.subarray(2)]);
}

/** What stands in the picture itself of the boat's berth. */
const LATITUDE = [32, 43, 35] as const;
const LONGITUDE = [117, 12, 38] as const;
const SIDEWAYS = 6;

/** Two directories of an Exif block (CIPA DC-008), each with its values behind it. */
function directories(model: string): Buffer[] {
  const name = Buffer.from(`${model}\0`.padEnd(8, '\0'), 'latin1');
  const start = 8;
  const values = start + 2 + 3 * 12 + 4;
  const gps = values + name.length;
  const places = gps + 2 + 4 * 12 + 4;
  return [
    directory([
      [0x0110, ASCII, name.length, values],
      [0x0112, SHORT, 1, SIDEWAYS * 0x10000],
      [0x8825, LONG, 1, gps],
    ]),
    name,
    directory([
      [1, ASCII, 2, 0x4e000000],
      [2, RATIONAL, 3, places],
      [3, ASCII, 2, 0x57000000],
      [4, RATIONAL, 3, places + 24],
    ]),
    ...[...LATITUDE, ...LONGITUDE].map(rational),
  ];
}

const [ASCII, SHORT, LONG, RATIONAL] = [2, 3, 4, 5];

/** Tag, type, count, value or where it is. */
type Field = readonly [number, number, number, number];

function directory(fields: readonly Field[]): Buffer {
  const bytes = Buffer.alloc(2 + fields.length * 12 + 4);
  bytes.writeUInt16BE(fields.length);
  fields.forEach(([tag, type, count, value], at) => {
    const offset = 2 + at * 12;
    bytes.writeUInt16BE(tag, offset);
    bytes.writeUInt16BE(type, offset + 2);
    bytes.writeUInt32BE(count, offset + 4);
    bytes.writeUInt32BE(value, offset + 8);
  });
  return bytes;
}

function rational(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32BE(value);
  bytes.writeUInt32BE(1, 4);
  return bytes;
}

/** What a JPEG says of itself before its picture begins. */
export interface Jpeg {
  readonly width: number;
  readonly height: number;
  /** Of each block that a program may put there: `Exif`, `JFIF`. */
  readonly blocks: readonly string[];
}

export function readJpeg(bytes: Buffer): Jpeg {
  const blocks: string[] = [];
  for (let at = 2; at < bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes.readUInt16BE(at);
    if (marker >= 0xffe0 && marker <= 0xffef) blocks.push(bytes.toString('latin1', at + 4, at + 8));
    if (marker >= 0xffc0 && marker <= 0xffc2)
      return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7), blocks };
  }
  throw new Error('no JPEG');
}
