import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '#bookings/model/problem.ts';
import { dev, prod } from '#infra/stacks.ts';
import { runCommand, type ExitCode } from '../command.ts';
import { openAccount, type Account } from './reach.ts';
import { runSteps, type Next } from './steps.ts';

type DeployedStack = 'dev' | 'prod';

/** What was asked for; each command takes the options that it names. */
export interface Choice {
  readonly stack: DeployedStack;
  readonly isDryRun: boolean;
  /** Rotate although it was changed only days ago. */
  readonly again: boolean;
  readonly show: boolean;
  readonly drop: boolean;
  readonly 'drop-previous': boolean;
  readonly force: boolean;
  readonly file: string | undefined;
}

export interface RotateCommand {
  readonly usage: string;
  readonly help: string;
  readonly options?: readonly (keyof typeof OPTIONS)[];
  run(account: Account, choice: Choice): Promise<ExitCode>;
}

const flag = { type: 'boolean', default: false } as const;
const OPTIONS = {
  again: flag,
  drop: flag,
  'drop-previous': flag,
  force: flag,
  show: flag,
  file: { type: 'string' },
} as const;

const NOTHING_CHOSEN = {
  again: false,
  show: false,
  drop: false,
  'drop-previous': false,
  force: false,
  file: undefined,
};

/** The command line of one rotation. */
export function rotateCommand({ usage, help, options = [], run }: RotateCommand) {
  const again = options.includes('again')
    ? '  --again          rotates although it was changed less than a week ago\n'
    : '';
  const text = `Usage: npm run rotate -- ${usage} --stack <dev or prod> [--dry-run]

${help}

  --stack <name>   dev or prod
${again}  --dry-run        says the next step, and changes nothing
`;
  const own = Object.fromEntries(options.map((name) => [name, OPTIONS[name]]));
  return (args: readonly string[]): Promise<void> =>
    runCommand(
      {
        help: text,
        options: { stack: { type: 'string' }, 'dry-run': flag, ...own },
        async run({ stack: name, 'dry-run': isDryRun, ...given }) {
          const stack = stackOf(name);
          const { boardUrl } = { dev, prod }[stack];
          return run(await openAccount({ stack, boardUrl }), {
            ...NOTHING_CHOSEN,
            ...given,
            stack,
            isDryRun,
          });
        },
      },
      args,
    );
}

function stackOf(name: string | undefined): DeployedStack {
  if (name === 'dev' || name === 'prod') return name;
  const why = name === 'local' ? ': a local stack makes its own keys, in <directory>/state/keys.json' : '';
  throw new UserError(`--stack ${name ?? ''}: expected dev or prod${why}`);
}

/** At the command line. */
export const take = (next: Next, { isDryRun }: Pick<Choice, 'isDryRun'>): Promise<ExitCode> =>
  runSteps(next, { delay, say: (text) => void process.stdout.write(`${text}\n`), isDryRun });
