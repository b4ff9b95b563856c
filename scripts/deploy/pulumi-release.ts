import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { $ } from 'zx';
import { UserError } from '#bookings/model/problem.ts';
import { fetchWithRetries } from '#functions/adapters/http-client.ts';

export interface ReleaseOptions {
  /** `3.270.0`. */
  readonly version: string;
  /** As in the archives' names: `linux-x64`. */
  readonly platform: string;
  /** Directory for the unpacked command line. */
  readonly into: string;
  /** JSON file: version → archive → SHA-256. What it says is what is installed. */
  readonly pins: string;
  /** Whether an unknown version is pinned now, by the list that Pulumi publishes; never where nobody looks at it. */
  readonly mayPin: boolean;
  /** Where releases are, no slash at the end. */
  readonly releases?: string;
}

export interface Installed {
  readonly done: 'installed' | 'up to date';
  readonly pinned: boolean;
}

const RELEASES = 'https://github.com/pulumi/pulumi/releases/download';

/** Downloads, compares and unpacks one release of Pulumi's command line. Throws {@link UserError}. */
export async function installPulumi(options: ReleaseOptions): Promise<Installed> {
  const { version, platform, into } = options;
  const stamp = join(into, 'installed');
  if ((await readFile(stamp, 'utf8').catch(() => '')) === version)
    return { done: 'up to date', pinned: false };
  const archive = archiveOf(version, platform);
  const known = (await readPins(options.pins))[version]?.[archive];
  const expected = known ?? (await pin(options, archive));
  const bytes = await download(options, archive);
  refuseOther(archive, expected, createHash('sha256').update(bytes).digest('hex'));
  const fresh = `${into}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  await writeFile(join(fresh, archive), bytes);
  // Windows has a tar as well, and it reads zip files.
  await $({ cwd: fresh, quiet: true })`tar -xf ${archive}`;
  await rm(join(fresh, archive));
  await writeFile(join(fresh, 'installed'), version);
  await rm(into, { recursive: true, force: true });
  await rename(fresh, into);
  return { done: 'installed', pinned: known === undefined };
}

/** `pulumi-v3.270.0-linux-x64.tar.gz`. */
export const archiveOf = (version: string, platform: string): string =>
  `pulumi-v${version}-${platform}.${platform.startsWith('windows') ? 'zip' : 'tar.gz'}`;

const pinsSchema = z.record(z.string(), z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)));

const readPins = async (file: string): Promise<z.output<typeof pinsSchema>> =>
  pinsSchema.parse(JSON.parse(await readFile(file, 'utf8').catch(() => '{}')));

/** Keeps what the release's own list says of every platform, and gives back that of one archive. */
async function pin(options: ReleaseOptions, archive: string): Promise<string> {
  const { version, pins, mayPin } = options;
  if (!mayPin)
    throw new UserError(
      `${pins} has no checksum of ${archive}. On your own machine: npm run install-pulumi, look at what it adds, and commit it.`,
    );
  const list = new TextDecoder().decode(await download(options, `pulumi-${version}-checksums.txt`));
  const sums = Object.fromEntries(
    list
      .split('\n')
      .map((line) => /^([0-9a-f]{64}) [ *](pulumi-v\S+)$/.exec(line.trim()))
      .flatMap((match) => (match === null ? [] : [[match[2]!, match[1]!]])),
  );
  const sum = sums[archive];
  if (sum === undefined)
    throw new UserError(`Pulumi ${version} has no ${archive}: --platform names another.`);
  const all = { ...(await readPins(pins)), [version]: sums };
  await writeFile(pins, `${JSON.stringify(all, null, 2)}\n`);
  return sum;
}

async function download({ version, releases = RELEASES }: ReleaseOptions, name: string): Promise<Uint8Array> {
  const url = `${releases}/v${version}/${name}`;
  const call = { url, init: {}, timeout: 300_000, attempts: 4 };
  const answer = await fetchWithRetries(`GET ${url}`, call, { fetch }).catch((cause: unknown) => {
    throw new UserError((cause as Error).message, [], { cause });
  });
  if (answer.ok) return answer.bytes;
  throw new UserError(`GET ${url}: ${answer.status}. Is ${version} a version of Pulumi (package-lock.json)?`);
}

function refuseOther(archive: string, expected: string, found: string): void {
  if (expected === found) return;
  throw new UserError(
    `${archive} is not what it was: expected SHA-256 ${expected}, found ${found}. Nothing was installed; do not try to get around this.`,
  );
}
