import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { sha256 } from '#bookings/model/canonical.ts';
import { ROOT } from '../repository.ts';
import type { Graph } from './graph.ts';
import { localProgram, type Particulars } from './local-program.ts';
import { PLACES, type Place } from './ports.ts';

const FILE = join(ROOT, '.build/cache/graph.json');

/**
 * What the Pulumi program declares for a local stack. Loading Pulumi and running the program takes as long as most of
 * the rest of a start, so the graph is kept until a file changes that it may be made of: with blanks where stacks
 * differ, which are filled in each time. A graph of which more depends on those than can be filled in is not kept.
 */
export async function keptGraph(particulars: Particulars, file = FILE): Promise<Graph> {
  const hash = sha256([programHash(), ...particulars.calendars].join('\n'));
  const kept = readKept(file, hash);
  if (kept !== undefined) return fill(kept, particulars);
  // Only here Pulumi is loaded.
  const { readGraph } = await import('./graph.ts');
  const graph = await readGraph(localProgram(particulars));
  const blank = JSON.stringify(
    await readGraph(localProgram({ ...BLANKS, calendars: particulars.calendars })),
  );
  if (isDeepStrictEqual(fill(blank, particulars), graph)) keep(file, { hash, graph: blank });
  return graph;
}

/** Particulars that occur nowhere else in a graph, in the form that the program expects. */
const BLANKS: Particulars = {
  // Those are part of what it is kept under.
  calendars: [],
  hosts: Object.fromEntries(PLACES.map((place, index) => [place, `blank-${index}.invalid`])) as Record<
    Place,
    string
  >,
  serviceKeyHash: sha256('blank for the hash of the service key'),
  originSecret: sha256('blank for the origin secret'),
  commit: sha256('blank for the commit').slice(0, 40),
  time: '1970-01-01T00:00:00.001Z',
};

function fill(graph: string, particulars: Particulars): Graph {
  const values = valuesOf(particulars);
  const filled = valuesOf(BLANKS).reduce(
    (text, blank, index) => text.replaceAll(blank, values[index]!),
    graph,
  );
  return JSON.parse(filled) as Graph;
}

const valuesOf = ({ hosts, serviceKeyHash, originSecret, commit, time }: Particulars): string[] => [
  ...PLACES.map((place) => hosts[place]),
  // The functions know the origin secret by its hash.
  ...[serviceKeyHash, originSecret, sha256(originSecret), commit, time],
];

interface Kept {
  /** Of everything that the graph may be made of. */
  readonly hash: string;
  /** JSON text with blanks. */
  readonly graph: string;
}

function readKept(file: string, wanted: string): string | undefined {
  try {
    const { hash, graph } = JSON.parse(readFileSync(file, 'utf8')) as Kept;
    return hash === wanted ? graph : undefined;
  } catch {
    return undefined;
  }
}

/** Written whole or not at all, since several stacks may start at once. */
function keep(file: string, kept: Kept): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(kept));
  renameSync(`${file}.${process.pid}`, file);
}

let hashed: string | undefined;
const programHash = (): string => (hashed ??= hashProgram(ROOT));

/** Over whatever program and reader can import, and where they are, since bundles are named by their path. */
export function hashProgram(root: string): string {
  const files = FOLDERS.flatMap((folder) => filesIn(root, folder)).filter((file) => !OTHERS.test(file));
  const hashes = [...files.toSorted(), 'package.json', 'package-lock.json'].map(
    (file) => `${file} ${sha256(readFileSync(join(root, file)))}`,
  );
  return sha256([root, ...hashes].join('\n'));
}

const FOLDERS = ['bookings', 'functions', 'infra', 'scripts/stack', 'site'];
/** Booking files, which no program reads, and what tools leave behind. */
const OTHERS = /^bookings\/data\/|\/(\.astro|node_modules)\//;

const filesIn = (root: string, folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll(sep, '/'));
