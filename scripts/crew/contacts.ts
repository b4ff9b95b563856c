import * as z from 'zod';
import type { Booking } from '#bookings/model/booking.ts';
import { UserError } from '#bookings/model/problem.ts';
import type { Reference } from '#bookings/model/reference.ts';
import { plainInk, type Ink } from '#bookings/reconcile/render-plan.ts';
import type { CrewMember, SccClient } from '#functions/adapters/scc-client.ts';

/** What the crew commands work with: the registry, and what git says. */
export interface CrewOffice {
  readonly scc: Pick<SccClient, 'listCrew' | 'putCrewMember' | 'revokeCrewMember' | 'crewLink'>;
  readonly members: Reference['crew']['members'];
  readonly bookings: readonly Booking[];
}

export interface ContactChange {
  readonly email?: string | undefined;
  readonly name?: string | undefined;
  readonly active?: boolean | undefined;
}

/** Enters a member of crew.json who is not registered yet. Answers the line for the operator. */
export async function addMember(office: CrewOffice, member: string, change: ContactChange): Promise<string> {
  const inGit = Object.hasOwn(office.members, member) ? office.members[member] : undefined;
  if (inGit === undefined) throw new UserError(notInGit(member, Object.keys(office.members)));
  const known = await findMember(office, member);
  if (known !== undefined)
    throw new UserError(
      `${member} is registered already, with ${known.email}${known.active ? '' : ', and not active'}.\n` +
        `To change that: npm run crew -- update ${member} ${known.active ? '--email <address>' : '--active'}`,
    );
  if (change.email === undefined)
    throw new UserError(`Where do mails to ${member} go?\nnpm run crew -- add ${member} --email <address>`);
  const contact = { name: nameOf(change.name ?? inGit.name), email: addressOf(change.email), active: true };
  const stored = await office.scc.putCrewMember(member, contact);
  return `${member} is registered: ${stored.name}, ${stored.email}. What waited for an address is on its way.\n`;
}

/** Changes what is given and keeps the rest. */
export async function updateMember(
  office: CrewOffice,
  member: string,
  change: ContactChange,
): Promise<string> {
  const known = await requireMember(office, member);
  if (change.email === undefined && change.name === undefined && change.active === undefined)
    throw new UserError(`What changes? --email, --name or --active: npm run crew -- update --help`);
  const stored = await office.scc.putCrewMember(member, {
    name: change.name === undefined ? known.name : nameOf(change.name),
    email: change.email === undefined ? known.email : addressOf(change.email),
    active: known.active || change.active === true,
  });
  const state = stored.active ? 'active' : 'not active, so nothing is mailed';
  return `${member} is now ${stored.name}, ${stored.email}, ${state}.\n`;
}

export async function deactivateMember(office: CrewOffice, member: string): Promise<string> {
  const { name, email, active } = await requireMember(office, member);
  if (!active) return `${member} was not active before; nothing was changed.\n`;
  await office.scc.putCrewMember(member, { name, email, active: false });
  return (
    `${member} is not active any more: no mails, no invitations, and links and sessions do not open. The contact is kept.\n` +
    `Charters that name ${member} still do: npm run booking -- amend changes those.\n`
  );
}

/** A table, and who of crew.json cannot be reached. */
export async function listMembers({ scc, members }: CrewOffice, ink: Ink = plainInk): Promise<string> {
  const crew = await scc.listCrew();
  const rolesOf = (key: string) =>
    Object.hasOwn(members, key) ? members[key]!.roles.join(', ') : 'not in crew.json';
  const rows = crew.map(({ key, name, email, active }) => [
    key,
    name,
    email,
    active ? 'active' : 'not active',
    rolesOf(key),
  ]);
  const table = toTable([['MEMBER', 'NAME', 'E-MAIL', 'STATE', 'ROLES'], ...rows]);
  const missing = Object.keys(members).filter((key) => !crew.some((one) => one.key === key));
  const remedies = missing.map((key) => `  npm run crew -- add ${key} --email <address>\n`).join('');
  const [head = '', ...lines] = table;
  return (
    [ink.strong(head), ...lines].map((line) => `${line}\n`).join('') +
    (missing.length === 0
      ? ''
      : `\n${ink.warn('In crew.json and not registered: mails to them wait.')}\n${remedies}`)
  );
}

const toTable = (rows: readonly (readonly string[])[]): string[] => {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
};

const findMember = async ({ scc }: CrewOffice, member: string): Promise<CrewMember | undefined> =>
  (await scc.listCrew()).find(({ key }) => key === member);

export async function requireMember(office: CrewOffice, member: string): Promise<CrewMember> {
  const known = await findMember(office, member);
  if (known !== undefined) return known;
  throw new UserError(
    Object.hasOwn(office.members, member)
      ? `${member} is not registered yet: npm run crew -- add ${member} --email <address>`
      : notInGit(member, Object.keys(office.members)),
  );
}

const notInGit = (member: string, known: readonly string[]): string =>
  `crew.json does not name "${member}". It names ${known.join(', ')}.\n` +
  'Names and roles live in git: add the member to bookings/reference/crew.json first.';

const nameOf = (text: string): string =>
  check(
    z
      .string()
      .trim()
      .min(1)
      .max(120)
      .regex(/^\P{Cc}*$/u),
    text,
    `--name "${text}": expected a name on one line`,
  );

const addressOf = (text: string): string =>
  check(
    z.email().max(254),
    text.trim(),
    `--email "${text}": expected an e-mail address, such as john@example.com`,
  );

function check(schema: z.ZodType<string>, text: string, problem: string): string {
  const read = schema.safeParse(text);
  if (!read.success) throw new UserError(problem);
  return read.data;
}
