import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '#bookings/model/canonical.ts';
import { sizeLimitOf } from '#scripts/bench/handlers.ts';
import { functionNames } from '#scripts/build-functions.ts';
import { buildWhenChanged } from '#scripts/build-when-changed.ts';
import { sourceMapOf } from '#scripts/bundle.ts';
import { buildDirectory } from '#scripts/connect.ts';
import { ROOT } from '#scripts/repository.ts';
import { traceToSources } from '#scripts/trace.ts';

const BUILD = buildDirectory(ROOT);
const run = promisify(execFile);

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bosun-build-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('what is deployed', () => {
  it('is the same, byte for byte, from a checkout elsewhere, source maps included', async () => {
    const elsewhere = await copyCheckout(join(directory, 'somewhere/else'));
    await run(process.execPath, ['--input-type=module', '--eval', BUILD_ALL], { cwd: elsewhere });
    for (const folder of ['functions', 'portal']) {
      const [here, there] = await Promise.all(
        [BUILD, buildDirectory(elsewhere)].map((build) => hashesIn(join(build, folder))),
      );
      expect(there).toEqual(here);
    }
  });

  it('is one file for each function, within its size, without a trace of the machine or of its source map', async () => {
    for (const { name, folder } of await bundles()) {
      expect(await readdir(folder), name).toEqual(['index.mjs']);
      const text = await readFile(join(folder, 'index.mjs'), 'utf8');
      expect(text.length / 1024, name).toBeLessThan(sizeLimitOf(name));
      const secretive = [ROOT, 'sourceMappingURL=index'].filter((word) => text.includes(word));
      expect(secretive, name).toEqual([]);
    }
  });

  it('has source maps that name files of the repository and packages only', async () => {
    for (const { name, map } of await bundles()) {
      const { sources } = JSON.parse(await readFile(map, 'utf8')) as { sources: string[] };
      const others = sources.filter(
        (source) => !/^(bookings|functions|site|node_modules|generated)\//.test(source),
      );
      expect(others, name).toEqual([]);
      const own = name === 'crew-portal' ? 'site/portal/' : `functions/${name}/`;
      expect(
        sources.some((source) => source.startsWith(own)),
        name,
      ).toBe(true);
    }
  });

  it('starts in a folder of another name than the one it was built in, as on Lambda', async () => {
    const task = join(directory, 'task');
    await cp(join(BUILD, 'portal/lambda'), task, { recursive: true });
    const url = pathToFileURL(join(task, 'index.mjs')).href;
    const { stdout } = await run(process.execPath, ['--eval', typeOfHandler(url)], { env: PORTAL });
    expect(stdout.trim()).toBe('function');
  });
});

describe('an error of a deployed function', () => {
  it('is traced to the line of the source that threw it', async () => {
    const url = pathToFileURL(join(BUILD, 'functions/scc-api/index.mjs')).href;
    const failure = await run(process.execPath, ['--eval', typeOfHandler(url)], { env: {} }).catch(
      ({ stderr }: { stderr: string }) => stderr,
    );
    const map = JSON.parse(await readFile(sourceMapOf(join(BUILD, 'functions'), 'scc-api'), 'utf8'));
    const trace = traceToSources(failure as string, map);
    const [, line] = /functions\/env\.ts:(\d+):\d+/.exec(trace)!;
    const source = (await readFile(join(ROOT, 'functions/env.ts'), 'utf8')).split('\n');
    expect(source[Number(line) - 1]).toContain('throw new');
    expect(trace).toContain('functions/scc-api/handler.ts');
  });

  it('stays as it is where the map knows nothing of it', () => {
    const line = 'at x (file:///var/task/index.mjs:7:1) and (node:internal/timers:5:2)';
    expect(traceToSources(line, { version: 3, sources: [], names: [], mappings: '' } as never)).toBe(line);
  });
});

describe('builds of one folder at the same time', () => {
  it('leave a whole build and nothing beside it', async () => {
    const out = join(directory, 'parallel/out');
    const builds = Array.from({ length: 6 }, (_, index) => buildSlowly(out, String(index)));
    expect(await Promise.all(builds)).toContain(true);
    const [first, second] = await Promise.all(['first', 'second'].map((name) => readFile(join(out, name))));
    expect(first).toEqual(second);
    expect(await readdir(join(directory, 'parallel'))).toEqual(['out']);
    expect(await buildSlowly(out, 'again')).toBe(false);
  });

  it('that fail leave what was there', async () => {
    const out = join(directory, 'failing/out');
    await mkdir(out, { recursive: true });
    await writeFile(join(out, 'old'), 'old');
    const broken = buildWhenChanged(out, INPUTS, async (folder) => {
      await writeFile(join(folder, 'half'), 'half');
      throw new Error('a syntax error');
    });
    await expect(broken).rejects.toThrow('a syntax error');
    expect(await readdir(out)).toEqual(['old']);
    expect(await readdir(join(directory, 'failing'))).toEqual(['out']);
  });
});

const SOURCES = [
  'bookings',
  'functions',
  'scripts',
  'site',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];

/** As the pipeline's stage builds, but for the guest's site, which runs on no server. */
const BUILD_ALL = `
  const [{ buildFunctions }, { buildPortal }] =
    await Promise.all(['functions', 'site'].map((name) => import('#scripts/build-' + name + '.ts')));
  await Promise.all([buildFunctions('.build/functions'), buildPortal('.build/portal')]);
`;

async function copyCheckout(root: string): Promise<string> {
  for (const source of SOURCES) await cp(join(ROOT, source), join(root, source), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  return root;
}

/** Path → hash of all files below a folder. */
async function hashesIn(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hashed = files.toSorted().map(async (file) => {
    return [file.slice(folder.length + 1), sha256(await readFile(file))] as const;
  });
  return Object.fromEntries(await Promise.all(hashed));
}

async function bundles() {
  const names = [...(await functionNames()), 'crew-portal'];
  return names.map((name) => {
    const portal = name === 'crew-portal';
    return {
      name,
      folder: join(BUILD, portal ? 'portal/lambda' : `functions/${name}`),
      map: sourceMapOf(join(BUILD, portal ? 'portal' : 'functions'), name),
    };
  });
}

const typeOfHandler = (url: string) =>
  `import(${JSON.stringify(url)}).then(({ handler }) => { console.log(typeof handler); process.exit(); })`;

const PORTAL = {
  ...Object.fromEntries(['EVENTS', 'ASSIGNMENTS', 'CREW', 'ENTRIES'].map((name) => [`${name}_TABLE`, name])),
  LINK_KEYS_SECRET: 'link-keys',
  ORIGIN_SECRET_HASH: '0'.repeat(64),
  CREW_URL: 'https://sailjada.test',
  PHOTOS_ORIGIN: 'https://photos.test',
  AWS_REGION: 'us-east-1',
};

const INPUTS = { root: ROOT, paths: ['package.json'] };

const buildSlowly = (out: string, text: string): Promise<boolean> =>
  buildWhenChanged(out, INPUTS, async (folder) => {
    await writeFile(join(folder, 'first'), text);
    await writeFile(join(folder, 'second'), text);
  });
