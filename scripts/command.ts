import { parseArgs, styleText, type ParseArgsOptionsConfig } from 'node:util';
import { UserError } from '#bookings/model/problem.ts';
import { LeaseLost } from '#bookings/reconcile/ledger.ts';
import { plainInk, type Ink } from '#bookings/reconcile/render-plan.ts';

/** Exit codes of every command, documented in the README. */
export const EXIT = { done: 0, failed: 1, invalid: 2, refused: 3, stopped: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

interface Command<O extends ParseArgsOptionsConfig> {
  /** Shown by `--help`: what it does, its options, examples. */
  readonly help: string;
  readonly options: O;
  readonly positionals?: boolean;
  run(values: Values<O>, positionals: string[]): Promise<ExitCode>;
}

type Values<O extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: O; allowPositionals: true; strict: true }>
>['values'];

/** Runs a command line; the one place where failures become exit codes. */
export async function runCommand<O extends ParseArgsOptionsConfig>(
  command: Command<O>,
  args: readonly string[] = process.argv.slice(2),
): Promise<void> {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(`${command.help.trim()}\n`);
    return;
  }
  try {
    const { values, positionals } = parseWords(command, args);
    process.exitCode = await command.run(values, positionals);
  } catch (error) {
    process.exitCode = explain(error);
  }
}

function parseWords<O extends ParseArgsOptionsConfig>(command: Command<O>, args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: command.options,
      allowPositionals: command.positionals ?? false,
      strict: true,
    });
  } catch (error) {
    // Node goes on about words that begin with "-", which none of ours do.
    const [problem = ''] = (error as Error).message.split('. To specify ');
    throw new UserError(`${problem}\n--help lists what there is.`, [], { cause: error });
  }
}

function explain(error: unknown): ExitCode {
  const ink = inkFor(process.stderr);
  process.stderr.write(`${ink.bad('✗')} ${describeFailure(error)}\n`);
  return error instanceof UserError || isSignedOut(error) ? EXIT.invalid : EXIT.failed;
}

/** What people can act on in a sentence; anything else with all that helps to find the bug. */
export function describeFailure(error: unknown): string {
  if (error instanceof UserError) return error.message;
  if (error instanceof LeaseLost) return `${error.message}. Nothing is lost: try again when it is done.`;
  if (isSignedOut(error)) return 'This machine has no credentials of AWS, or they are over: aws sso login';
  if (!(error instanceof Error)) return String(error);
  const lines = [error.stack ?? error.message];
  for (let { cause } = error; cause instanceof Error; { cause } = cause)
    lines.push(`  caused by ${cause.stack ?? cause.message}`);
  return lines.join('\n');
}

/** By the names that the SDK and AWS give to it. */
const isSignedOut = (error: unknown): boolean =>
  error instanceof Error &&
  /^(CredentialsProviderError|ExpiredToken(Exception)?|UnrecognizedClientException)$/.test(error.name);

/** Colours on a terminal, plain text anywhere else (and with NO_COLOR). */
export function inkFor(stream: NodeJS.WriteStream): Ink {
  if (!stream.isTTY || process.env.NO_COLOR !== undefined) return plainInk;
  const paint = (format: Parameters<typeof styleText>[0]) => (text: string) =>
    styleText(format, text, { validateStream: false });
  return {
    strong: paint('bold'),
    faint: paint('dim'),
    good: paint('green'),
    warn: paint('yellow'),
    bad: paint('red'),
  };
}

/** The instant that a command takes for now: `--now`, or the clock. */
export function instantOf(now: string | undefined): string {
  if (now === undefined) return new Date().toISOString();
  const time = Date.parse(now);
  if (Number.isNaN(time) || !/(Z|[+-]\d{2}:\d{2})$/.test(now))
    throw new UserError(`--now ${now}: expected a time with its offset, such as 2027-05-01T12:00:00-07:00`);
  return new Date(time).toISOString();
}
