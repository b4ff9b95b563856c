import { execFile } from 'node:child_process';
import { bookingKeyOf } from '#bookings/model/ids.ts';
import type { FileCommit } from '#bookings/reconcile/story-facts.ts';
import { keyOfPath } from './find.ts';

/** A booking file's text as it stands in git and in the checkout. */
export interface FileHistory {
  /** Oldest first. */
  readonly commits: readonly FileCommit[];
  /** JSON of the last commit; null where it has no such file. */
  readonly committed: unknown;
  /** Whether older commits are missing here. */
  readonly isShallow: boolean;
}

/**
 * What git knows of a booking's file, deleted or not. It is followed to the name that it had before when the booking was the
 * same: bookings resemble each other, so that git by itself takes a new one for the copy of another. Throws without git.
 */
export async function readHistory(root: string, path: string): Promise<FileHistory> {
  const [log, shallow] = await Promise.all([
    commitsOf(root, path, 'HEAD'),
    git(root, ['rev-parse', '--is-shallow-repository']),
  ]);
  const [committed, ...texts] = await readObjects(root, [
    `HEAD:${path}`,
    ...log.flatMap(({ commit, path: name, before }) => [`${commit}^:${before}`, `${commit}:${name}`]),
  ]);
  const commits = log.map(({ commit, author, at, subject, path: name, before }, index) => ({
    commit,
    author,
    at: new Date(at).toISOString(),
    subject,
    before: toJson(texts[2 * index]),
    after: toJson(texts[2 * index + 1]),
    ...(before !== name && { renamedFrom: before }),
  }));
  return {
    commits: commits.toReversed(),
    committed: toJson(committed),
    isShallow: shallow.trim() === 'true',
  };
}

/** Booking files that are no longer there, with their last text. Empty without git. */
export async function deletedFiles(root: string): Promise<{ path: string; text: string }[]> {
  const format = ['log', '--diff-filter=D', '--no-renames', '--name-only', '--format=%x1e%H'];
  const log = await git(root, [...format, '--', 'bookings/data']).catch(() => '');
  const last = new Map<string, string>();
  for (const { head, lines } of recordsIn(log))
    for (const path of lines) if (!last.has(path)) last.set(path, `${head}^:${path}`);
  const texts = await readObjects(root, [...last.values()]);
  return [...last.keys()].map((path, index) => ({ path, text: texts[index] ?? '' }));
}

interface LoggedCommit {
  readonly commit: string;
  readonly author: string;
  readonly at: string;
  readonly subject: string;
  readonly path: string;
  /** Its path before this commit. */
  readonly before: string;
}

/** Newest first. */
async function commitsOf(root: string, path: string, from: string): Promise<LoggedCommit[]> {
  const format = '--format=%x1e%H%x1f%an%x1f%cI%x1f%s';
  const log = await git(root, ['log', format, '--no-renames', '--name-status', from, '--', path]);
  const commits = recordsIn(log).map(({ head, lines }) => {
    const [commit, author, at, subject] = head.split('\u001f') as [string, string, string, string];
    return {
      commit,
      author,
      at,
      subject,
      path,
      before: path,
      isNew: lines.some((line) => line.startsWith('A')),
    };
  });
  const oldest = commits.at(-1);
  const before = oldest?.isNew ? await formerPath(root, path, oldest.commit) : undefined;
  if (oldest === undefined || before === undefined) return commits;
  const earlier = await commitsOf(root, before, `${oldest.commit}^`);
  return [...commits.slice(0, -1), { ...oldest, before }, ...earlier];
}

/** The name from which a commit renamed the file of the same booking. */
async function formerPath(root: string, path: string, commit: string): Promise<string | undefined> {
  const words = ['diff-tree', '-r', '-M50%', '--diff-filter=R', '--name-status', '--no-commit-id', commit];
  const renames = (await git(root, words)).split('\n').map((line) => line.split('\t'));
  const before = renames.find(([, , to]) => to === path)?.[1];
  if (before === undefined) return undefined;
  const [text] = await readObjects(root, [`${commit}^:${before}`]);
  const { platform, id } = (toJson(text) ?? {}) as Record<string, unknown>;
  return bookingKeyOf(String(platform), String(id)) === keyOfPath(path) ? before : undefined;
}

/** What stands after each record separator: one line, then those that are not empty. */
const recordsIn = (log: string): { head: string; lines: string[] }[] =>
  log
    .split('\u001e')
    .slice(1)
    .map((record) => {
      const [head = '', ...lines] = record.split('\n');
      return { head, lines: lines.filter((line) => line !== '') };
    });

/** null: there is no such file; undefined: it is no JSON. */
export function toJson(text: string | null | undefined): unknown {
  if (text === null || text === undefined) return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Texts of git objects by name, like `HEAD:bookings/data/phone-p2611.json`; null where there is none. */
async function readObjects(root: string, names: readonly string[]): Promise<(string | null)[]> {
  if (names.length === 0) return [];
  let rest = Buffer.from(await git(root, ['cat-file', '--batch'], `${names.join('\n')}\n`), 'latin1');
  return names.map(() => {
    const end = rest.indexOf('\n');
    const [, , size] = rest.toString('latin1', 0, end).split(' ');
    if (size === undefined || !/^\d+$/.test(size)) {
      rest = rest.subarray(end + 1);
      return null;
    }
    const text = rest.toString('utf8', end + 1, end + 1 + Number(size));
    rest = rest.subarray(end + 2 + Number(size));
    return text;
  });
}

const MOST_BYTES = 256 * 1024 * 1024;

/** Output as text; of `cat-file`, whose sizes count bytes, as latin1. */
function git(root: string, words: readonly string[], input?: string): Promise<string> {
  const encoding = input === undefined ? 'utf8' : 'latin1';
  return new Promise((resolve, reject) => {
    const child = execFile(
      'git',
      ['-C', root, ...words],
      { encoding, maxBuffer: MOST_BYTES },
      (error, out) => (error === null ? resolve(out) : reject(error)),
    );
    child.stdin?.end(input);
  });
}
