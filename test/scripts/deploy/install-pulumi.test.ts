import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { archiveOf, installPulumi } from '#scripts/deploy/pulumi-release.ts';
import { listen, type Listening } from '#scripts/stack/listen.ts';

const VERSION = '3.270.0';
const ARCHIVE = archiveOf(VERSION, 'linux-x64');
const OTHER = archiveOf(VERSION, 'darwin-arm64');

let folder: string;
let server: Listening;
let archive: Buffer;
let sum: string;
/** Path → bytes, as the release has them. */
const files = new Map<string, Buffer | string>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bosun-install-'));
  await mkdir(join(folder, 'pulumi'));
  await writeFile(join(folder, 'pulumi/pulumi'), 'the command line');
  execFileSync('tar', ['-czf', 'release.tar.gz', 'pulumi'], { cwd: folder });
  archive = await readFile(join(folder, 'release.tar.gz'));
  sum = createHash('sha256').update(archive).digest('hex');
  server = await listen(async (request) => {
    const body = files.get(new URL(request.url).pathname);
    return body === undefined ? new Response(null, { status: 404 }) : new Response(Buffer.from(body));
  });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

let into: string;
let pins: string;
beforeEach(async () => {
  const here = await mkdtemp(join(folder, 'case-'));
  into = join(here, 'pulumi');
  pins = join(here, 'pins.json');
  files.clear();
  files.set(`/v${VERSION}/${ARCHIVE}`, archive);
  files.set(
    `/v${VERSION}/pulumi-${VERSION}-checksums.txt`,
    `${sum}  ${ARCHIVE}\n${'b'.repeat(64)}  ${OTHER}\n`,
  );
});

const install = (mayPin: boolean, more: { version?: string; platform?: string } = {}) =>
  installPulumi({
    version: VERSION,
    platform: 'linux-x64',
    into,
    pins,
    mayPin,
    releases: server.url,
    ...more,
  });
const pin = (checksum: string) => writeFile(pins, JSON.stringify({ [VERSION]: { [ARCHIVE]: checksum } }));

describe("the installation of Pulumi's command line", () => {
  it('pins the checksums of all platforms the first time, and is done once', async () => {
    expect(await install(true)).toEqual({ done: 'installed', pinned: true });
    expect(await readFile(join(into, 'pulumi/pulumi'), 'utf8')).toBe('the command line');
    expect(JSON.parse(await readFile(pins, 'utf8'))).toEqual({
      [VERSION]: { [ARCHIVE]: sum, [OTHER]: 'b'.repeat(64) },
    });
    files.clear();
    expect(await install(true)).toEqual({ done: 'up to date', pinned: false });
  });

  it('needs no list where a checksum is pinned, also where nobody may pin', async () => {
    await pin(sum);
    files.delete(`/v${VERSION}/pulumi-${VERSION}-checksums.txt`);
    expect(await install(false)).toEqual({ done: 'installed', pinned: false });
  });

  it('refuses what is not what it was, and installs nothing of it', async () => {
    await pin('a'.repeat(64));
    await expect(install(false)).rejects.toThrow(`expected SHA-256 ${'a'.repeat(64)}, found ${sum}`);
    await expect(readFile(join(into, 'pulumi/pulumi'))).rejects.toThrow('ENOENT');
    // The list of the release says something else than its archive is.
    await rm(pins);
    files.set(`/v${VERSION}/pulumi-${VERSION}-checksums.txt`, `${'c'.repeat(64)}  ${ARCHIVE}\n`);
    await expect(install(true)).rejects.toThrow('is not what it was');
  });

  it('refuses an unknown version in a workflow', async () => {
    await expect(install(false)).rejects.toThrow(/has no checksum.*npm run install-pulumi.*commit/);
  });

  it('says what there is not', async () => {
    await expect(install(true, { version: '9.9.9' })).rejects.toThrow('404. Is 9.9.9 a version of Pulumi');
    await expect(install(true, { platform: 'plan9-mips' })).rejects.toThrow('--platform names another');
  });
});
