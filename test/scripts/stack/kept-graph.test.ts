import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sha256 } from '#bookings/model/canonical.ts';
import { readGraph } from '#scripts/stack/graph.ts';
import { hashProgram, keptGraph } from '#scripts/stack/kept-graph.ts';
import { localProgram, type Particulars } from '#scripts/stack/local-program.ts';
import { PLACES } from '#scripts/stack/ports.ts';

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bosun-graph-'));
  file = join(folder, 'cache', 'graph.json');
});
afterAll(() => rm(folder, { recursive: true }));

const particularsOf = (name: string, port: number): Particulars => ({
  calendars: ['jada'],
  hosts: Object.fromEntries(
    PLACES.map((place, index) => [place, `127.0.0.1:${port + index}`]),
  ) as Particulars['hosts'],
  serviceKeyHash: sha256(`service key of ${name}`),
  originSecret: `origin-secret-of_${name}`.padEnd(43, 'x'),
  commit: name,
  time: new Date(Date.UTC(2026, 11, 1) + port).toISOString(),
});
const one = particularsOf('one', 40_001);
const other = particularsOf('other', 50_001);
const yielded = (particulars: Particulars) => readGraph(localProgram(particulars));
const read = async () => JSON.parse(await readFile(file, 'utf8')) as { hash: string; graph: string };

it('is the graph that the program yields, the first time and from then on, whoever was first', async () => {
  const first = await keptGraph(one, file);
  const { graph } = await read();
  expect(first).toEqual(await yielded(one));
  expect(await keptGraph(one, file)).toEqual(first);
  expect(await keptGraph(other, file)).toEqual(await yielded(other));
  for (const { hosts, calendars: _alike, ...values } of [one, other])
    for (const value of [...Object.values(hosts), ...Object.values(values)])
      expect(graph).not.toContain(`"${value}`);
});

it('is taken from the file while nothing changes that it is made of, and not when something has or the file is torn', async () => {
  const { hash, graph } = await read();
  const right = await keptGraph(one, file);
  const marked = graph.replaceAll('calendar-sync', 'calendar-marked');
  await writeFile(file, JSON.stringify({ hash, graph: marked }));
  expect(JSON.stringify(await keptGraph(one, file))).toContain('calendar-marked');
  for (const useless of [JSON.stringify({ hash: sha256('older'), graph: marked }), '{"hash": "']) {
    await writeFile(file, useless);
    expect(await keptGraph(one, file)).toEqual(right);
    expect(await read()).toEqual({ hash, graph });
  }
});

it('is made of the program, what it imports, its reader and its packages, but not of booking files', async () => {
  const root = join(folder, 'checkout');
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };
  const program = [
    ...[
      'infra/index.ts',
      'functions/scc-api/env.ts',
      'functions/edge/viewer-request.js',
      'bookings/model/ids.ts',
    ],
    ...['bookings/reference/fleet.json', 'site/portal/env.ts', 'scripts/stack/graph-outputs.ts'],
    ...['package.json', 'package-lock.json'],
  ];
  const others = ['bookings/data/boatsetter-xhqgmdh.json', 'site/guest/.astro/types.d.ts'];
  for (const path of [...program, ...others]) await write(path, '1');
  const seen = new Set([hashProgram(root)]);
  for (const path of program) {
    await write(path, '2');
    expect(seen).not.toContain(hashProgram(root));
    seen.add(hashProgram(root));
  }
  for (const path of others) await write(path, '2');
  expect(seen).toContain(hashProgram(root));
});
