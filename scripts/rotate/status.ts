import {
  daysLeft,
  dueOn,
  inUseSince,
  VALID_DAYS,
  type CredentialName,
} from '#functions/credential-watch/validity.ts';
import { parseLinkKeys } from '#functions/scc/link-keys.ts';
import type { Doors } from './doors.ts';
import { retiredKeys, type LinkedCharter, type RetiredKey } from './drop-link-keys.ts';
import { holderOf, type KeptSecret, type Version } from './kept-secret.ts';

export interface StatusDeps {
  readonly secretOf: (credential: CredentialName) => KeptSecret;
  readonly doors: Doors;
  readonly charters: () => Promise<readonly LinkedCharter[]>;
  readonly now: () => Date;
}

export interface CredentialStatus {
  readonly name: string;
  /** `2027-05-30`; undefined when there is no value. */
  readonly since: string | undefined;
  readonly due: string | undefined;
  readonly days: number;
  /** What the operator should know of it; empty when all is well. */
  readonly notes: readonly string[];
  /** Whether there is something to do now. */
  readonly isDue: boolean;
}

/** Each credential with its age and due date, and what is unfinished about it. No value of any is in it. */
export async function readStatus(deps: StatusDeps): Promise<CredentialStatus[]> {
  const names = Object.keys(VALID_DAYS) as CredentialName[];
  return Promise.all(names.map((name) => statusOf(name, deps)));
}

async function statusOf(name: CredentialName, deps: StatusDeps): Promise<CredentialStatus> {
  const secret = deps.secretOf(name);
  const versions = await secret.versions();
  const since = inUseSince(versions);
  const days = daysLeft(since, VALID_DAYS[name], deps.now());
  const current = holderOf(versions, 'AWSCURRENT');
  const { tasks, remarks = [] } =
    current === undefined
      ? { tasks: ['there is none yet'] }
      : await findingsOn(name, { secret, versions, current }, deps);
  return {
    name,
    since: since && toDate(since),
    due: since && toDate(dueOn(since, VALID_DAYS[name])),
    days,
    notes: [...(days <= 0 && since !== undefined ? ['due'] : []), ...tasks, ...remarks],
    isDue: days <= 0 || tasks.length > 0,
  };
}

interface Found {
  readonly secret: KeptSecret;
  readonly versions: readonly Version[];
  readonly current: Version;
}

interface Findings {
  /** What there is to do now. */
  readonly tasks: readonly string[];
  readonly remarks?: readonly string[];
}

async function findingsOn(name: CredentialName, found: Found, deps: StatusDeps): Promise<Findings> {
  if (name === 'link-key') return linkKeyFindings(found, deps);
  const { secret, versions, current } = found;
  const letIn = LET_IN[name]?.(deps.doors);
  const isLetIn = async (version: Version) => letIn === undefined || letIn(await secret.text(version));
  const previous = HASHED.has(name) ? holderOf(versions, 'AWSPREVIOUS') : undefined;
  const checks: [task: string, isTrue: boolean][] = [
    ['a rotation is not finished', holderOf(versions, 'AWSPENDING') !== undefined],
    ['is not let in', !(await isLetIn(current))],
    ['the one before is still let in', previous !== undefined && (await isLetIn(previous))],
  ];
  return { tasks: checks.filter(([, isTrue]) => isTrue).map(([task]) => task) };
}

/** Who checks a credential. Google is asked when its key is put. */
const LET_IN: Partial<Record<CredentialName, (doors: Doors) => (value: string) => Promise<boolean>>> = {
  'dashboard-token': ({ dashboard }) => dashboard,
  'service-key': ({ scc }) => scc,
  'board-key': ({ board }) => board,
};

/** Those of which the operator has to take the old one out; a previous dashboard token passes by itself until the next. */
const HASHED: ReadonlySet<CredentialName> = new Set(['service-key', 'board-key']);

async function linkKeyFindings({ secret, current }: Found, { charters, now }: StatusDeps): Promise<Findings> {
  const keys = parseLinkKeys(await secret.text(current));
  const signing = keys.filter(({ retiredAt }) => retiredAt === null);
  const unfinished = signing.length > 1 ? ['a rotation is not finished'] : [];
  const retired = keys.length === signing.length ? [] : retiredKeys(keys, await charters());
  const isOver = ({ until }: RetiredKey) => Date.parse(until) <= now().getTime();
  const over = retired.filter(isOver).map(({ kid }) => `retired key ${kid} can go: --drop`);
  const needed = retired.filter((key) => !isOver(key));
  return {
    tasks: [...unfinished, ...over],
    remarks: needed.map(({ kid, until }) => `retired key ${kid} is needed until ${until.slice(0, 10)}`),
  };
}

const toDate = (date: Date): string => date.toISOString().slice(0, 10);

export function renderStatus(statuses: readonly CredentialStatus[], stack: string): string {
  const rows = statuses.map(({ name, since = '-', due = '-', days, notes }) => [
    name,
    since,
    due,
    String(days),
    notes.length === 0 ? 'well' : notes.join('; '),
  ]);
  const table = [['CREDENTIAL', 'SINCE', 'DUE', 'DAYS LEFT', 'STATE'], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
  const remedies = statuses
    .filter(({ isDue }) => isDue)
    .map(
      ({ name }) =>
        `  npm run rotate -- ${name}${name === 'google-key' ? ' --file <key.json>' : ''} --stack ${stack}`,
    );
  const todo = remedies.length === 0 ? '' : `\nTo do:\n${remedies.join('\n')}\n`;
  return `${lines.join('\n')}\n${todo}`;
}
