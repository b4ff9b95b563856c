import { join, resolve } from 'node:path';
import type { ParseArgsOptionsConfig } from 'node:util';
import { UserError } from '#bookings/model/problem.ts';
import { parseAllowances, type Allowances } from '#bookings/reconcile/guard.ts';
import { readSource, type Source } from '#bookings/reconcile/load.ts';
import type { Ports } from '#bookings/reconcile/ports.ts';
import { createDesiredSet, type DesiredSet } from '#bookings/reconcile/desired-set.ts';
import { loadGuestBuild } from '#site/guest-site.ts';
import { inkFor, instantOf } from './command.ts';
import {
  buildDirectory,
  connect,
  DEFAULT_DIRECTORY,
  localAccess,
  type Connection,
  type Patience,
} from './connect.ts';
import { allowTrailers, currentCommit, includesCommit, ROOT } from './repository.ts';
import { readEndpoints, type Endpoints } from './stack/endpoints.ts';
import { openNotebook } from './notebook.ts';
import type { Stack } from './stack/stack.ts';

/** Options that all commands that look at a stack share. */
export const sessionOptions = {
  stack: { type: 'string', default: 'local' },
  dir: { type: 'string', default: DEFAULT_DIRECTORY },
  now: { type: 'string' },
  allow: { type: 'string', multiple: true, default: [] as string[] },
} satisfies ParseArgsOptionsConfig;

export interface SessionValues {
  readonly stack: string;
  readonly dir: string;
  readonly now?: string | undefined;
  readonly allow: string[];
}

/** Everything that planning and applying needs, made when it is first asked for. */
export interface ForApply {
  readonly source: Source;
  readonly set: DesiredSet;
  readonly connection: Connection;
  readonly ports: Ports;
  readonly now: string;
}

/** One run of a command against one stack. */
export interface Session {
  readonly root: string;
  readonly stack: string;
  readonly runId: string;
  readonly commit: string;
  readonly out: NodeJS.WriteStream;
  /** For people, after the stages. */
  readonly notes: string[];
  progress(step: string): void;
  /** `--allow`, and the trailers of all commits after the one that was last completely applied. */
  allowances(done: string | null): Promise<Allowances>;
  includes(commit: string): Promise<boolean>;
  /** The stack that is worked on: the one that runs, or one started for this command. */
  connection(): Promise<Connection>;
  forApply(): Promise<ForApply>;
  /** The local stack: this process's own. Throws {@link UserError} when another process runs it. */
  localStack(): Promise<Stack>;
  close(): Promise<void>;
}

export async function createSession(
  values: SessionValues,
  root: string,
  patience?: Patience,
): Promise<Session> {
  if (!['local', 'dev', 'prod'].includes(values.stack))
    throw new UserError(`--stack ${values.stack}: expected local, dev or prod`);
  const directory = resolve(root, values.dir);
  const given = values.now === undefined ? undefined : Date.parse(instantOf(values.now));
  const offset = given === undefined ? 0 : given - Date.now();
  const runId = `run-${Date.now().toString(36)}-${process.pid}`;
  const commit = await currentCommit(root);
  const ink = inkFor(process.stdout);
  const explicit = parseAllowances(values.allow);
  let stack: Promise<Stack> | undefined;
  let connecting: Promise<Connection> | undefined;

  // Only a command that starts a stack needs all of its code.
  const localStack = () =>
    (stack ??= import('./stack/stack.ts').then(({ startStack }) =>
      startStack({ directory, root, clockOffset: offset, commit }),
    ));
  const running = async (): Promise<Endpoints> =>
    (stack === undefined ? await readEndpoints(directory) : undefined) ?? (await localStack()).endpoints;
  const connection = () =>
    (connecting ??=
      values.stack === 'local'
        ? running().then((endpoints) => connect('local', localAccess(endpoints), runId, patience))
        : connect(values.stack, { region: 'us-east-1' }, runId, patience));

  /** A stack of our own has set this process's clock; otherwise `--now`, or the clock of the stack that runs. */
  const now = async (): Promise<string> =>
    stack === undefined && given !== undefined
      ? new Date(given).toISOString()
      : clockOf(values.stack, directory);

  return {
    root,
    stack: values.stack,
    runId,
    commit,
    out: process.stdout,
    notes: [],
    progress(step) {
      if (process.stdout.isTTY) process.stdout.write(`\r\u001B[K${ink.faint(`▸ ${step}`)}`);
    },
    allowances: async (done) => ({ ...parseAllowances(await allowTrailers(root, done)), ...explicit }),
    includes: (seen) => includesCommit(root, seen),
    async forApply() {
      const source = await readSource(root);
      const set = createDesiredSet(source, openNotebook(join(buildDirectory(root), 'cache/bookings'), ROOT));
      const [connected, build] = await Promise.all([
        connection(),
        loadGuestBuild(join(buildDirectory(root), 'guest'), join(buildDirectory(root), 'portal/client')),
      ]);
      const { edge: guestUrl, photosOrigin } = connected.deployment;
      const site = await build.createSite({ guestUrl, photosOrigin });
      return { source, set, connection: connected, ports: { ...connected.ports, site }, now: await now() };
    },
    connection,
    localStack,
    async close() {
      if (stack !== undefined) await (await stack.catch(() => undefined))?.close();
    },
  };
}

/** The time of the stack that is worked on: a local one may run ahead. */
async function clockOf(stack: string, directory: string): Promise<string> {
  const endpoints = stack === 'local' ? await readEndpoints(directory) : undefined;
  const offset = endpoints === undefined || endpoints.pid === process.pid ? 0 : endpoints.clockOffset;
  return new Date(Date.now() + offset).toISOString();
}
