import { $ } from 'zx';
import { loadDesired } from '#bookings/reconcile/desired-set.ts';
import { digestOf, prepare } from '#bookings/reconcile/prepare.ts';
import { UserError } from '#bookings/model/problem.ts';
import { applyBookings, type Outcome } from '#bookings/reconcile/apply.ts';
import { guard } from '#bookings/reconcile/guard.ts';
import { invalid, readSource } from '#bookings/reconcile/load.ts';
import { count, renderTerminal, summaryOf } from '#bookings/reconcile/render-plan.ts';
import { buildFunctions } from './build-functions.ts';
import { buildGuestSite, buildPortal } from './build-site.ts';
import { EXIT, inkFor, runCommand, type ExitCode } from './command.ts';
import { buildDirectory } from './connect.ts';
import { missingTexts } from './missing-texts.ts';
import { describeOutcome, exitOf, notesOn } from './outcome.ts';
import { ROOT } from './repository.ts';
import { createSession, sessionOptions, type Session } from './session.ts';

const HELP = `
Usage: npm run pipeline -- [stage…] [options]

Runs the stages of the pipeline in this order; name some to run only those:

  validate   all booking and reference files, every problem at once
  build      functions and site, only where their sources changed
  plan       what apply would do, and who would be told what
  deploy     the Pulumi program: local realises the graph, dev and prod run npm run deploy, which asks first on a terminal
  apply      make the world be as the files say

Options: --stack local|dev|prod (default local), --dir <directory of the local stack>, --now <time>,
         --allow <rule>:<count> (repeatable)
Exit codes: 0 done, 1 failed, 2 invalid input, 3 refused by a guard.
`;

/** One step of the pipeline. What it says in one line goes behind its name. */
interface Stage {
  readonly name: string;
  run(session: Session): Promise<{ says: string; exit: ExitCode }>;
}

export const STAGES: readonly Stage[] = [
  { name: 'validate', run: validate },
  { name: 'build', run: build },
  { name: 'plan', run: plan },
  { name: 'deploy', run: deploy },
  { name: 'apply', run: apply },
];

/** Runs stages in order and stops at the first that does not end well, or between two when asked to. */
export async function runStages(
  session: Session,
  names: readonly string[],
  stop?: AbortSignal,
): Promise<ExitCode> {
  const { out } = session;
  const ink = inkFor(out);
  for (const stage of STAGES.filter(({ name }) => names.includes(name))) {
    if (stop?.aborted) return EXIT.stopped;
    const started = performance.now();
    if (out.isTTY) out.write(`${ink.faint('▸')} ${stage.name} …`);
    const { says, exit } = await stage.run(session);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const mark = exit === EXIT.done ? ink.good('✓') : ink.bad('✗');
    out.write(
      `${out.isTTY ? '\r\u001B[K' : ''}${mark} ${ink.strong(stage.name.padEnd(9))}${says} ${ink.faint(`${seconds} s`)}\n`,
    );
    if (exit !== EXIT.done) return exit;
  }
  return EXIT.done;
}

async function validate(session: Session) {
  const { loaded } = loadDesired(await readSource(session.root));
  const problems = missingTexts(session.root, loaded.reference);
  if (problems.length > 0) throw invalid(problems);
  return { says: `${count(loaded.bookings.length, 'booking')}, all valid`, exit: EXIT.done };
}

async function build({ root }: Session) {
  const out = buildDirectory(root);
  const built = await Promise.all([
    buildFunctions(`${out}/functions`),
    buildGuestSite(`${out}/guest`),
    buildPortal(`${out}/portal`),
  ]);
  const names = ['functions', 'guest site', 'crew portal'].filter((_, index) => built[index]);
  return { says: names.length === 0 ? 'up to date' : names.join(', '), exit: EXIT.done };
}

async function plan(session: Session) {
  const { set, ports, now } = await session.forApply();
  const { plan: planned, index } = await prepare(set, now, ports);
  const allow = await session.allowances(index.done);
  const refusals = guard(planned, set.loaded.reference.limits, allow);
  if (planned.bookings.length === 0 && planned.site.length === 0 && refusals.length === 0)
    return { says: 'nothing to do', exit: EXIT.done };
  session.notes.push(renderTerminal(planned, refusals, inkFor(session.out)));
  return { says: summaryOf(planned), exit: EXIT.done };
}

async function deploy(session: Session) {
  if (session.stack === 'local') {
    const { graph } = await session.localStack();
    return { says: `${graph.resources.length} resources realised on this machine`, exit: EXIT.done };
  }
  // Attached, so that a person at the terminal is asked, and Ctrl-C reaches Pulumi.
  const run = $({ stdio: 'inherit', detached: false, nothrow: true, cwd: session.root });
  const words = ['--stack', session.stack, ...(process.stdin.isTTY ? [] : ['--yes'])];
  const { exitCode } = await run`npm run --silent deploy -- ${words}`;
  const exit = (exitCode ?? EXIT.failed) as ExitCode;
  const says = `stack ${session.stack} is ${exit === EXIT.done ? '' : 'not '}deployed`;
  return { says, exit };
}

async function apply(session: Session) {
  const outcome = await applyNow(session);
  return { says: describeOutcome(outcome), exit: exitOf(outcome) };
}

/** Applies the booking files once; what went wrong or was refused goes to the notes. `approved`: checksum of a plan; `refresh`: compares everything with the outside world, and puts it back. */
export async function applyNow(
  session: Session,
  { approved = null, refresh = false }: { approved?: string | null; refresh?: boolean } = {},
): Promise<Outcome> {
  const { set, source, ports, now, connection } = await session.forApply();
  const outcome = await applyBookings(
    set,
    {
      id: session.runId,
      commit: session.commit,
      digest: digestOf(source, ports.site, connection.deployment.edge),
      now,
      allow: session.allowances,
      approved,
      refresh,
      includes: session.includes,
      clock: () => Date.now(),
      report: session.progress,
    },
    ports,
  );
  session.notes.push(...notesOn(outcome));
  return outcome;
}

if (import.meta.main) {
  await runCommand({
    help: HELP,
    positionals: true,
    options: sessionOptions,
    async run(values, names) {
      const unknown = names.filter((name) => !STAGES.some((stage) => stage.name === name));
      if (unknown.length > 0)
        throw new UserError(
          `No such stage: ${unknown.join(', ')}. Stages: ${STAGES.map(({ name }) => name).join(', ')}`,
        );
      const session = await createSession(values, ROOT);
      try {
        return await runStages(session, names.length > 0 ? names : STAGES.map(({ name }) => name));
      } finally {
        for (const note of session.notes) process.stdout.write(`\n${note}\n`);
        await session.close();
      }
    },
  });
}
