import type { ParseArgsOptionsConfig } from 'node:util';
import { UserError } from '#bookings/model/problem.ts';
import { load, readSource } from '#bookings/reconcile/load.ts';
import { EXIT, inkFor, runCommand } from '../command.ts';
import { ROOT } from '../repository.ts';
import type { Session } from '../session.ts';
import {
  addMember,
  deactivateMember,
  listMembers,
  updateMember,
  type ContactChange,
  type CrewOffice,
} from './contacts.ts';
import { linkFor, revokeMember } from './links.ts';

type Run = (args: readonly string[]) => Promise<void>;

const STACK_HELP = '  --stack, --dir, --now  as in `npm run plan`';
const contactOptions = { email: { type: 'string' }, name: { type: 'string' } } as const;

export const CREW_COMMANDS: Readonly<Record<string, Run>> = {
  add: crewCommand({
    usage: 'add <member> --email <address>',
    help: `Enters a member of crew.json. What waited for an address is mailed to it.

  --email <address>  where notifications and links go
  --name <name>      as mails say it; otherwise the one of crew.json`,
    words: ['member'],
    options: contactOptions,
    run: (office, [member], { email, name }) => addMember(office, member!, { email, name }),
  }),
  list: crewCommand({
    usage: 'list',
    help: 'Lists who is registered, and who of crew.json is not.',
    words: [],
    options: {},
    run: (office) => listMembers(office, inkFor(process.stdout)),
  }),
  update: crewCommand({
    usage: 'update <member> [--email <address>] [--name <name>] [--active]',
    help: `Changes a member's contact. Links that were mailed stay valid: \`revoke\` ends those.

  --email <address>  another address
  --name <name>      another name in mails; who is on board is named by crew.json
  --active           takes a member back who was deactivated`,
    words: ['member'],
    options: { ...contactOptions, active: { type: 'boolean' } },
    run: (office, [member], { email, name, active }) =>
      updateMember(office, member!, { email, name, active }),
  }),
  deactivate: crewCommand({
    usage: 'deactivate <member>',
    help: 'No more mails, links, sessions and invitations for a member. The contact is kept; `update --active` takes them back.',
    words: ['member'],
    options: {},
    run: (office, [member]) => deactivateMember(office, member!),
  }),
  link: crewCommand({
    usage: 'link <member> <booking code>',
    help: `Prints a link that logs one member in and lands on one charter, and nothing else: to send when mail does not
reach them. Who has it is that member: give it to nobody else.`,
    words: ['member', 'booking code'],
    options: {},
    run: (office, [member, code]) => linkFor(office, member!, code!),
  }),
  revoke: crewCommand({
    usage: 'revoke <member>',
    help: 'Ends every link, session and calendar address of a member, as after a lost phone. The next mail brings a new link.',
    words: ['member'],
    options: {},
    run: (office, [member]) => revokeMember(office, member!),
  }),
};

interface CrewCommand {
  readonly usage: string;
  readonly help: string;
  /** What has to be given, in order. */
  readonly words: readonly string[];
  readonly options: ParseArgsOptionsConfig;
  /** Answers what goes to stdout. */
  run(office: CrewOffice, words: readonly string[], values: ContactChange): Promise<string>;
}

interface StackChoice {
  readonly stack?: string;
  readonly dir?: string;
  readonly now?: string;
}
const stackOptions = { stack: { type: 'string' }, dir: { type: 'string' }, now: { type: 'string' } } as const;

function crewCommand({ usage, help, words, options, run }: CrewCommand): Run {
  const text = `Usage: npm run crew -- ${usage}\n\n${help}\n\n${STACK_HELP}\n`;
  return (args) =>
    runCommand(
      {
        help: text,
        positionals: true,
        options: { ...stackOptions, ...options },
        async run(values, given) {
          if (given.length !== words.length)
            throw new UserError(`${describe(words, given)}\n\n${text.trim()}`);
          const { reference, bookings } = load(await readSource(ROOT));
          const session = await openSession(values);
          try {
            const { scc } = await session.connection();
            const office = { scc, members: reference.crew.members, bookings };
            process.stdout.write(await run(office, given, values as ContactChange));
            return EXIT.done;
          } finally {
            await session.close();
          }
        },
      },
      args,
    );
}

/** Loaded when there is something to do: it brings the whole stack along. */
async function openSession({ stack, dir, now }: StackChoice): Promise<Session> {
  const { createSession, sessionOptions } = await import('../session.ts');
  const values = {
    stack: stack ?? sessionOptions.stack.default,
    dir: dir ?? sessionOptions.dir.default,
    now,
    allow: [],
  };
  return createSession(values, ROOT);
}

function describe(words: readonly string[], given: readonly string[]): string {
  const lacking = words.slice(given.length);
  if (lacking.length > 0) return `Which ${lacking.join(', and which ')}?`;
  return `Too many words: ${given.slice(words.length).join(' ')}`;
}
