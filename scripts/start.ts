import { watch } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { UserError } from '#bookings/model/problem.ts';
import { EXIT, inkFor, runCommand, type ExitCode } from './command.ts';
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

Exit codes: 0 done, 1 failed, 2 invalid input, 3 refused by a guard.
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
    const stopped = untilStopped();
    try {
      const exit = await runStages(
        session,
        STAGES.map(({ name }) => name),
      );
      printNotes(session);
      await settle(session);
      if (values.once) return exit;
      const { endpoints, markReady } = await session.localStack();
      await markReady();
      process.stdout.write(renderLinks(endpoints));
      await watchBookings(session, stopped);
      return EXIT.done;
    } finally {
      await session.close();
    }
  },
});

/** Resolves at Ctrl-C or when the process is asked to end. */
function untilStopped(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
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

/** Applies again after each change. A broken file is reported and changes nothing; the watch goes on. */
async function watchBookings(session: Session, stopped: AbortSignal): Promise<void> {
  let changed = Promise.withResolvers<void>();
  const watchers = ['bookings/data', 'bookings/reference'].map((folder) =>
    watch(join(session.root, folder), () => changed.resolve()),
  );
  stopped.addEventListener('abort', () => changed.resolve());
  for (;;) {
    await changed.promise;
    if (stopped.aborted) break;
    await wait(QUIET_MILLISECONDS);
    changed = Promise.withResolvers<void>();
    await applyAgain(session);
  }
  for (const watcher of watchers) watcher.close();
}

async function applyAgain(session: Session): Promise<ExitCode> {
  try {
    const exit = await runStages(session, ['validate', 'plan', 'apply']);
    printNotes(session);
    await settle(session);
    return exit;
  } catch (error) {
    const ink = inkFor(session.out);
    session.out.write(`\n${ink.bad('✗')} ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof UserError ? EXIT.invalid : EXIT.failed;
  }
}
