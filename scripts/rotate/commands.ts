import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '#bookings/model/problem.ts';
import { dev, prod } from '#infra/stacks.ts';
import { EXIT, type ExitCode } from '../command.ts';
import { rotateBoardKey } from './board-key.ts';
import { dropPreviousToken, rotateDashboardToken } from './dashboard-token.ts';
import { dropLinkKeys } from './drop-link-keys.ts';
import { askGoogle, checkKeyFile, putGoogleKey } from './google-key.ts';
import { holderOf } from './kept-secret.ts';
import { rotateLinkKey } from './link-key.ts';
import type { Account, Reach } from './reach.ts';
import { rotateCommand, take, type Choice } from './rotate-command.ts';
import { prepareServiceKey, rotateServiceKey } from './service-key.ts';
import { readStatus, renderStatus } from './status.ts';
import type { Next } from './steps.ts';

const now = () => new Date();

export const ROTATE_COMMANDS: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  status: rotateCommand({
    usage: 'status',
    help: `Lists each credential with its age and due date, and what is unfinished about it. Shows no value of any.
Exit code 3 when something is due.`,
    async run(account, { stack }) {
      const statuses = await readStatus({ ...deployed(account, stack), now });
      process.stdout.write(renderStatus(statuses, stack));
      return statuses.some(({ isDue }) => isDue) ? EXIT.refused : EXIT.done;
    },
  }),
  'dashboard-token': rotateCommand({
    usage: 'dashboard-token [--show | --drop-previous] [--again]',
    help: `Rotates the dashboard token (due quarterly), or makes the first one. The new and the old token both pass, until the
rotation after this one. The pipeline reads it from its secret; whatever else holds a copy needs the new one.

  --show           prints the current token, alone, to copy it: npm run --silent rotate -- … --show | pbcopy
  --drop-previous  ends the old token within five minutes: after a leak, or when all copies are replaced`,
    options: ['show', 'drop-previous', 'again'],
    run: (account, choice) => runDashboardToken(deployed(account, choice.stack), choice),
  }),
  'service-key': rotateCommand({
    usage: 'service-key [--again]',
    help: `Rotates the service key, or makes the first one: before the first deploy, which needs its hash, and again after it.
Says which hashes to write into infra/stacks.ts, and goes on when the API lets the new key in. Never shows the key.`,
    options: ['again'],
    run: (account, choice) => take(serviceKeySteps(account, choice), choice),
  }),
  'link-key': rotateCommand({
    usage: 'link-key [--drop [--force]] [--again]',
    help: `Rotates the key that signs links, sessions and guests' upload keys, or makes the first one. Takes six minutes, in
which all functions learn the new key before it signs anything. What the old key signed stays valid.

  --drop           removes retired keys that nobody needs: the last charter that they signed for is 7 days over
  --force          with --drop: removes them all now, after a leak; links and sessions that they signed end`,
    options: ['drop', 'force', 'again'],
    run(account, choice) {
      const { secretOf, charters } = deployed(account, choice.stack);
      const deps = { ...choice, secret: secretOf('link-key'), charters, now };
      if (choice.force && !choice.drop) throw new UserError('--force says how to --drop: give both');
      return take(choice.drop ? dropLinkKeys(deps) : rotateLinkKey(deps), choice);
    },
  }),
  'google-key': rotateCommand({
    usage: 'google-key --file <key.json>',
    help: `Puts the key file of Google's service account, after trying it out: Google gives an access token for it, and
lets it write in every calendar of the stack.

  --file <key.json>  as downloaded from the Google Cloud console; delete it afterwards`,
    options: ['file'],
    async run(account, choice) {
      const text = await readKeyFile(choice.file);
      const secret = deployed(account, choice.stack).secretOf('google-key');
      const tryOut = askGoogle({ dev, prod }[choice.stack]);
      return take(putGoogleKey({ secret, text, tryOut }), choice);
    },
  }),
  'board-key': rotateCommand({
    usage: 'board-key [--again]',
    help: `Rotates the key of the kanban web app, or makes the first one. Says what to set the script property BOARD_KEY_HASH
to, and goes on when the board lets the new key in. Never shows the key.`,
    options: ['again'],
    run(account, choice) {
      const { secretOf, doors } = deployed(account, choice.stack);
      const deps = { ...choice, secret: secretOf('board-key'), accepts: doors.board, now, delay };
      return take(rotateBoardKey(deps), choice);
    },
  }),
};

function deployed({ reach }: Account, stack: string): Reach {
  if (reach !== undefined) return reach;
  throw new UserError(
    `Stack ${stack} is not deployed yet. Before the first deploy only service-key has something to do.`,
  );
}

async function runDashboardToken({ secretOf, doors }: Reach, choice: Choice): Promise<ExitCode> {
  const secret = secretOf('dashboard-token');
  if (choice.show) {
    refuseToShow(process.env);
    const current = holderOf(await secret.versions(), 'AWSCURRENT');
    if (current === undefined)
      throw new UserError('There is no dashboard token yet: run this without --show.');
    process.stdout.write(`${await secret.text(current)}\n`);
    return EXIT.done;
  }
  const deps = { ...choice, secret, doors, now, delay };
  const next: Next = choice['drop-previous'] ? dropPreviousToken(deps) : rotateDashboardToken(deps);
  return take(next, choice);
}

/** A job's log is read by many and kept for long. */
export function refuseToShow(environment: Readonly<Record<string, string | undefined>>): void {
  if (environment.CI)
    throw new UserError('--show is for people: it is refused where CI is set, since output is kept there.');
}

function serviceKeySteps({ parked, reach }: Account, { stack, again }: Choice): Next {
  const listed = { dev, prod }[stack].serviceKeyHashes;
  const first = { stack, parked, listed };
  if (reach === undefined) return prepareServiceKey(first);
  const { secretOf, doors } = reach;
  const secret = secretOf('service-key');
  return rotateServiceKey({ ...first, secret, accepts: doors.scc, again, now, delay });
}

async function readKeyFile(file: string | undefined): Promise<string> {
  if (file === undefined)
    throw new UserError(
      'Which key file? npm run rotate -- google-key --file <key.json> --stack <dev or prod>',
    );
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UserError(`${file} cannot be read: ${cause instanceof Error ? cause.message : ''}`, [], {
      cause,
    });
  });
  checkKeyFile(file, text);
  return text;
}
