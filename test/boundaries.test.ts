import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** A folder imports only from folders to its left (docs/architecture.md, "One direction"). */
const ORDER = ['bookings', 'functions', 'site', 'infra', 'scripts', 'test'] as const;

interface Import {
  readonly file: string;
  readonly from: string;
}

const SPECIFIER =
  /(?:^|\n)\s*(?:import\b|export\s+(?:type\s+)?(?=[{*]))[^'"\n;]*?(?:\{[^}]*\}[^'"\n;]*?)?['"]([^'"\n]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

const importsIn = (file: string, text: string): Import[] =>
  [...text.matchAll(SPECIFIER)].map(([, named, dynamic]) => ({ file, from: (named ?? dynamic)! }));

const imports: Import[] = ORDER.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter(
      (entry) =>
        entry.isFile() &&
        /\.(ts|js|mjs|astro)$/.test(entry.name) &&
        !entry.parentPath.includes('node_modules'),
    )
    .flatMap((entry) => {
      const path = join(entry.parentPath, entry.name);
      return importsIn(relative(ROOT, path), readFileSync(path, 'utf8'));
    }),
);

const folderOf = (path: string): number => ORDER.indexOf(path.split('/')[0] as (typeof ORDER)[number]);
const offences = (isOffence: (one: Import) => boolean): string[] =>
  imports.filter(isOffence).map(({ file, from }) => `${file} imports ${from}`);

describe('imports', () => {
  it('are found, or this test would prove nothing', () => {
    expect(imports.length).toBeGreaterThan(500);
    expect(
      importsIn('x.ts', "import {\n  a,\n  type B,\n} from '#infra/x.ts';\nexport { c } from './c.ts';"),
    ).toHaveLength(2);
  });

  it('run in one direction: bookings ← functions ← site ← infra ← scripts ← test', () => {
    expect(
      offences(({ file, from }) => from.startsWith('#') && folderOf(from.slice(1)) > folderOf(file)),
    ).toEqual([]);
  });

  it('cross top-level folders only as package imports', () => {
    const target = ({ file, from }: Import) => (from.startsWith('.') ? join(file, '..', from) : file);
    // A configuration may build on the suite's, which stands where vitest looks for it.
    const isSuite = (one: Import) => target(one) === 'vitest.config.ts' && one.file.endsWith('.config.ts');
    expect(offences((one) => folderOf(target(one)) !== folderOf(one.file) && !isSuite(one))).toEqual([]);
  });

  it('of ours never reach the edge function', () => {
    expect(offences(({ file }) => file.startsWith('functions/edge/'))).toEqual([]);
  });

  it('of Pulumi stay in infra and the graph reader', () => {
    const allowed = /^(infra\/|scripts\/stack\/graph|test\/infra\/|test\/scripts\/stack\/graph)/;
    expect(offences(({ file, from }) => from.startsWith('@pulumi/') && !allowed.test(file))).toEqual([]);
  });

  it('of zx stay in scripts', () => {
    expect(offences(({ file, from }) => /^zx(\/|$)/.test(from) && !file.startsWith('scripts/'))).toEqual([]);
  });

  it('of SDK clients stay in adapters and composition roots', () => {
    const allowed =
      /^(functions\/adapters\/|functions\/[a-z-]+\/handler\.ts$|site\/portal\/src\/middleware\.ts$|scripts\/|test\/)/;
    expect(offences(({ file, from }) => from.startsWith('@aws-sdk/') && !allowed.test(file))).toEqual([]);
  });

  it('of Google stay in calendar-sync, and only its calendar API', () => {
    const isCalendar = (from: string) => from === 'googleapis/build/src/apis/calendar/index.js';
    expect(
      offences(
        ({ file, from }) =>
          from.startsWith('googleapis') && !(isCalendar(from) && file.startsWith('functions/calendar-sync/')),
      ),
    ).toEqual([]);
  });

  it('of the model stay pure: no disk, network, process or SDK', () => {
    const pure = /^bookings\/(model|reconcile\/(plan|guard|render-plan|amendments)\.ts)/;
    const impure = /^node:(?!crypto)|^@aws-sdk|^hono|^googleapis/;
    expect(offences(({ file, from }) => pure.test(file) && impure.test(from))).toEqual([]);
  });
});
