import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { UserError } from '#bookings/model/problem.ts';
import { createDocumentClient } from '#functions/adapters/dynamodb.ts';
import { clientOptions } from './aws-access.ts';
import { EXIT, inkFor, instantOf, runCommand } from './command.ts';
import { ROOT } from './repository.ts';
import { compareWith, putBack, readItems, type Difference } from './restore/items.ts';
import { drillLocally } from './restore/local-drill.ts';
import {
  callsFor,
  checkBackups,
  removeRestored,
  restoredName,
  startRestore,
  waitForRestore,
} from './restore/point-in-time.ts';
import { findDeleted, undelete } from './restore/undelete.ts';
import { createSession } from './session.ts';

const HELP = `
Usage: npm run restore-drill -- [options]

Restores the tables of a stack from their backups into copies beside them (<table>-restored), compares the copies with
the tables, and deletes the copies: a drill, which changes no table of the stack. Pages and calendar have no backup,
as \`npm run apply -- --refresh\` makes them from git.

  --stack <name>     local (default): plays the whole disaster on a local stack of its own. dev, prod: shows the calls
                     that it would make, and makes them with --yes
  --yes              makes the calls; copies take about half an hour, and a run that was stopped goes on where it was
  --at <time>        as of an instant of the last 35 days, with offset; default the latest possible, 5 minutes ago
  --table <name>     one table, as DynamoDB names it; repeat it for more (default all)
  --put-back         no drill: writes items that the copy has and the table does not have into the table; needs --at
  --overwrite        with --put-back: also items that the table has otherwise
  --undelete <name>  another thing: brings back the files of a bucket that were deleted since --at; shows them, and does it
                     with --yes
  --now <time>       when the local stack's clock starts

Exit codes: 0 done, 1 failed or not as before, 2 invalid input.
`;

await runCommand({
  help: HELP,
  options: {
    stack: { type: 'string', default: 'local' },
    yes: { type: 'boolean', default: false },
    at: { type: 'string' },
    table: { type: 'string', multiple: true, default: [] as string[] },
    'put-back': { type: 'boolean', default: false },
    overwrite: { type: 'boolean', default: false },
    undelete: { type: 'string' },
    now: { type: 'string' },
  },
  async run({ stack, now, ...options }) {
    if (options.overwrite && !options['put-back'])
      throw new UserError('--overwrite goes with --put-back: a drill writes to no table');
    if (options['put-back'] && options.at === undefined)
      throw new UserError('--put-back needs --at: when was it last right?');
    if (stack === 'local') return drillHere(now);
    const at = options.at === undefined ? null : instantOf(options.at);
    const { tables: known, buckets, region } = (await openStack(stack)).deployment;
    const aws = clientOptions({ region });
    if (options.undelete !== undefined) {
      const [bucket] = chosen('--undelete', Object.values(buckets), [options.undelete]);
      if (at === null) throw new UserError('--undelete needs --at: since when files were deleted');
      return bringBack(new S3Client({ ...aws, forcePathStyle: true }), bucket!, { at, yes: options.yes });
    }
    const tables = chosen('--table', Object.values(known), options.table);
    const client = new DynamoDBClient(aws);
    for (const table of tables) await checkBackups(client, table, at);
    if (!options.yes) {
      print([...callsFor(tables, at, options['put-back']), '', 'Nothing was done: --yes makes these calls.']);
      return EXIT.done;
    }
    for (const table of tables) await startRestore(client, table, at);
    for (const table of tables) await finish(client, table, options);
    return EXIT.done;
  },
});

async function drillHere(now: string | undefined) {
  const clockOffset = now === undefined ? 0 : Date.parse(instantOf(now)) - Date.now();
  const same = await drillLocally({ root: ROOT, clockOffset, say: (line) => print([line]) });
  const ink = inkFor(process.stdout);
  print([
    same ? ink.good('✓ all as before, and nobody was told anything') : ink.bad('✗ not all is as before'),
  ]);
  return same ? EXIT.done : EXIT.failed;
}

async function openStack(stack: string) {
  const session = await createSession({ stack, dir: '.local', allow: [] }, ROOT);
  return session.connection();
}

function chosen(option: string, known: readonly string[], asked: readonly string[]): readonly string[] {
  const unknown = asked.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new UserError(`${option} ${unknown.join(', ')}: this stack has ${known.join(', ')}`);
  return asked.length === 0 ? known : asked;
}

async function bringBack(client: S3Client, bucket: string, { at, yes }: { at: string; yes: boolean }) {
  const markers = await findDeleted(client, bucket, at);
  print(markers.map(({ key }) => `${bucket}/${key}`));
  if (yes) await undelete(client, bucket, markers);
  print([`${markers.length} files ${yes ? 'are back' : 'would be back: --yes does it'}`]);
  return EXIT.done;
}

interface Finish {
  readonly 'put-back': boolean;
  readonly overwrite: boolean;
}

async function finish(client: DynamoDBClient, table: string, options: Finish): Promise<void> {
  const asOf = await waitForRestore(client, table);
  const document = createDocumentClient(client);
  const difference = await compareWith(document, table, await readItems(document, restoredName(table)));
  print([`${table}: of the copy as of ${asOf.toISOString()}, ${inWords(difference)}`]);
  if (options['put-back']) {
    await putBack(document, table, difference, options);
    print([`${table}: put back`]);
  }
  await removeRestored(client, table);
}

function inWords({ same, missing, different, since }: Difference): string {
  return `${same} items as they are now, ${different.length} otherwise, ${missing.length} that are not there now, ${since} written since`;
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
