import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import { readSource } from '#bookings/reconcile/load.ts';
import { ROOT } from '../repository.ts';
import { generateBookings } from './bookings.ts';
import { BOATS, withFleet } from './fleet.ts';

const SEED = 20_270_530;

/** What a checkout needs to run its own pipeline; packages are shared. */
const PARTS = ['bookings', 'functions', 'infra', 'scripts', 'site', 'package.json', 'package-lock.json'];

/** A copy of this checkout with a generated fleet, without bookings, and with its site built. */
export async function createCheckout(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const part of [...PARTS, 'tsconfig.json', 'Pulumi.yaml'])
    await cp(join(ROOT, part), join(directory, part), { recursive: true, filter: isSource });
  await symlink(join(ROOT, 'node_modules'), join(directory, 'node_modules'), 'dir');
  await writeFile(join(directory, MARK), 'Its bookings are generated.\n');
  await writeFleet(directory);
  await runIn(directory, 'scripts/pipeline.ts', 'build');
}

/** File that says that a checkout is one of ours: bookings are removed from no other. */
const MARK = '.bench-checkout';

/** Not the project's own bookings, and nothing that tools leave behind. */
const isSource = (path: string): boolean => !/[\\/](\.astro|node_modules|data[\\/][^\\/]+\.json)$/.test(path);

async function writeFleet(directory: string): Promise<void> {
  const { reference } = await readSource(ROOT);
  for (const { path, text } of withFleet(reference)) await writeFile(join(directory, path), text);
  for (const language of ['en', 'es']) await writeContent(join(directory, 'site/guest/content', language));
}

/** What guests of the first vessel read, for all. */
async function writeContent(folder: string): Promise<void> {
  const [first, ...others] = BOATS;
  for (const file of await readdir(join(folder, first!.key))) {
    const text = await readFile(join(folder, first!.key, file), 'utf8');
    for (const { key, name } of others) {
      await mkdir(join(folder, key), { recursive: true });
      await writeFile(join(folder, key, file), text.replaceAll('JADA', name));
    }
  }
}

/** So many generated bookings in place of those that were there; gives a few more than it writes. */
export async function writeBookings(directory: string, count: number): Promise<BookingFileInput[]> {
  if (!existsSync(join(directory, MARK)))
    throw new Error(`${directory} holds bookings that nobody generated`);
  await rm(join(directory, 'bookings/data'), { recursive: true, force: true });
  await mkdir(join(directory, 'bookings/data'), { recursive: true });
  const bookings = generateBookings(count + SPARE, SEED);
  for (const booking of bookings.slice(0, count))
    await writeFile(join(directory, fileOf(booking)), `${JSON.stringify(booking, null, 2)}\n`);
  return bookings;
}

const SPARE = 10;

export const fileOf = ({ platform, id }: BookingFileInput): string =>
  `bookings/data/${platform}-${id.toLowerCase()}.json`;

/** A command of a checkout in a process of its own. Throws with all that it said. */
export async function runIn(directory: string, program: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], {
    cwd: directory,
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}
