import { mkdirSync, watch } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { UserError } from '#bookings/model/problem.ts';
import { describeFailure, EXIT, inkFor, runCommand, type ExitCode } from './command.ts';
import { runStages, STAGES } from './pipeline.ts';
import { ROOT } from './repository.ts';
import { createSession, sessionOptions, type Session } from './session.ts';
import type { Endpoints } from './stack/endpoints.ts';
import { clearDirectory } from './stack/stack.ts';

const HELP = `
Usage: npm start -- [options]

The whole system on this machine: builds what changed, starts the local stack, applies the committed bookings,
prints where to look, and applies again whenever a booking file changes. Ctrl-C stops it.

  --once             run the pipeline and exit with its status
  --fresh            forget what earlier runs left behind
  --now <time>       let the stack's clock start at another time, with offset
  --dir <directory>  where everything is kept (default .local)
  --allow <rule>:<n> lets through what a guard refuses, for the first run

Exit codes: 0 done, 1 failed, 2 invalid input, 3 refused by a guard, 130 stopped by Ctrl-C.
`;

/** Longest wait for mails that an apply left on their way. */
const SETTLE_MILLISECONDS = 10_000;
/** Editors write a file in several steps. */
const QUIET_MILLISECONDS = 150;

await runCommand({
  help: HELP,
  options: {
    ...sessionOptions,
    once: { type: 'boolean', default: false },
    fresh: { type: 'boolean', default: false },
  },
  async run(values) {
    if (values.stack !== 'local')
      throw new UserError('npm start runs the local stack; use npm run pipeline for others.');
    if (values.fresh) clearDirectory(resolve(ROOT, values.dir));
    const session = await createSession(values, ROOT);
    const changes = watchBookings(session.root);
    const stop = untilStopped(() => changes.notice());
    try {
      const all = STAGES.map(({ name }) => name);
      const exit = await runStages(session, all, stop);
      printNotes(session);
      if (stop.aborted) return EXIT.stopped;
      await settle(session);
      if (values.once) return exit;
      await stayUp(session, changes, stop);
      return EXIT.done;
    } finally {
      changes.close();
      await session.close();
    }
  },
});

/** Aborts at the first Ctrl-C or request to end: the step under way is finished. A second one ends at once. */
function untilStopped(tell: () => void): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(EXIT.stopped);
    process.stderr.write('\nStopping after this step; once more stops at once.\n');
    controller.abort();
    tell();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
  return controller.signal;
}

function printNotes({ notes, out }: Session): void {
  for (const note of notes.splice(0)) out.write(`\n${note}\n`);
}

/** Mails are on their way after an apply; the stack is ready when they have arrived. */
async function settle(session: Session): Promise<void> {
  const stack = await session.localStack();
  const left = await stack.settle(SETTLE_MILLISECONDS);
  if (left.length > 0) session.out.write(`! still on their way after 10 s: ${left.join(', ')}\n`);
}

function renderLinks(endpoints: Endpoints): string {
  const ink = inkFor(process.stdout);
  const rows: [string, string][] = [
    ['everything', endpoints.front],
    ['guest page', `${endpoints.edge}/g/xhqgmdh`],
    ['mailbox', endpoints.mailbox],
    ['calendar', endpoints.calendar],
    ['board', endpoints.board],
    ['ledger', `${endpoints.front}/ledger`],
  ];
  const lines = rows.map(([name, url]) => `  ${name.padEnd(11)} ${ink.strong(url)}\n`).join('');
  return `\n${lines}\nWatching bookings/ for changes; Ctrl-C stops.\n`;
}

interface Changes {
  /** Resolves once a file has changed since the last call, also if that was before this one. */
  next(): Promise<void>;
  notice(): void;
  close(): void;
}

/** Watches from before the first run, so that no edit falls between; where no booking is yet, too. */
function watchBookings(root: string): Changes {
  let changed = Promise.withResolvers<void>();
  const notice = () => changed.resolve();
  const folders = ['bookings/data', 'bookings/reference'];
  for (const folder of folders) mkdirSync(join(root, folder), { recursive: true });
  const watchers = folders.map((folder) => watch(join(root, folder), notice));
  return {
    notice,
    async next() {
      await changed.promise;
      changed = Promise.withResolvers<void>();
    },
    close: () => watchers.forEach((watcher) => watcher.close()),
  };
}

/** Applies again after each change. A broken file is reported and changes nothing; the watch goes on. */
async function stayUp(session: Session, changes: Changes, stop: AbortSignal): Promise<void> {
  const { endpoints, markReady } = await session.localStack();
  await markReady();
  session.out.write(renderLinks(endpoints));
  for (;;) {
    await changes.next();
    if (stop.aborted) return;
    await wait(QUIET_MILLISECONDS);
    await applyAgain(session, stop);
  }
}

async function applyAgain(session: Session, stop: AbortSignal): Promise<ExitCode> {
  try {
    const exit = await runStages(session, ['validate', 'plan', 'apply'], stop);
    printNotes(session);
    await settle(session);
    return exit;
  } catch (error) {
    const ink = inkFor(session.out);
    session.out.write(`\n${ink.bad('✗')} ${describeFailure(error)}\n`);
    return error instanceof UserError ? EXIT.invalid : EXIT.failed;
  }
}
