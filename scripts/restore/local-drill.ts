import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DeleteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createDocumentClient, type Item } from '#functions/adapters/dynamodb.ts';
import { exitOf } from '../outcome.ts';
import { applyNow } from '../pipeline.ts';
import { createSession } from '../session.ts';
import { shiftClock } from '../stack/clock.ts';
import { awsCredentialsFor, openLocalKeys } from '../stack/credentials.ts';
import { startStack, type Stack } from '../stack/stack.ts';
import { compareWith, keyNames, putBack, readItems } from './items.ts';
import { undelete, type DeleteMarker } from './undelete.ts';

/** Somebody who may do everything: to lose things, and to put them back. */
const OPERATOR = 'restore-drill';

export interface LocalDrill {
  readonly root: string;
  readonly clockOffset: number;
  readonly say: (line: string) => void;
}

/**
 * Applies the bookings to a local stack of its own, loses all that it stores, and brings it back as the runbook says:
 * tables from a copy, files that pages share from their versions, pages and calendar from git. True when all is as it was
 * and nobody was told anything. Charters that are over keep an empty calendar, as decision 27 says.
 */
export async function drillLocally({ root, clockOffset, say }: LocalDrill): Promise<boolean> {
  const directory = await mkdtemp(join(tmpdir(), 'bosun-restore-'));
  const options = { commit: 'restore-drill', onlooker: OPERATOR, lazyFunctions: true };
  const stack = await startStack({ directory, root, clockOffset, ...options });
  try {
    const place = createPlace(stack, directory);
    const refresh = async (isRefresh: boolean) => {
      const session = await createSession({ stack: 'local', dir: directory, allow: [] }, root);
      const outcome = await applyNow(session, { refresh: isRefresh });
      await stack.settle(60_000);
      return { done: exitOf(outcome) === 0, notes: session.notes };
    };
    await refresh(false);
    const before = await place.look();
    say(`applied      ${before.words}`);

    const deleted = await place.lose();
    say(`lost         ${(await place.look()).words}`);

    await place.putBack(before.tables);
    const tables = await place.look();
    const sameTables = isDeepStrictEqual(sorted(tables.tables), sorted(before.tables));
    say(`tables back  ${tables.words}${sameTables ? '' : ', but not as they were'}`);

    await place.undelete(deleted);
    say(`undeleted    ${(await place.look()).words}`);

    const { done, notes } = await refresh(true);
    if (!done) say(notes.join('\n'));
    const after = await place.look();
    say(`from git     ${after.words}`);
    const alike = (['pages', 'calendar', 'mails'] as const).filter(
      (what) => !isDeepStrictEqual(after[what], before[what]),
    );
    for (const what of alike) say(`✗ ${what}: not as before`);
    return done && sameTables && alike.length === 0;
  } finally {
    await stack.close();
    shiftClock(0);
    await rm(directory, { recursive: true, force: true });
  }
}

type TableItems = Readonly<Record<string, readonly Item[]>>;

interface Look {
  readonly tables: TableItems;
  /** Object key → hash. */
  readonly pages: object;
  readonly calendar: readonly object[];
  readonly mails: number;
  readonly words: string;
}

/** What a stack stores, for somebody with access to everything. */
function createPlace({ endpoints, aws, outside }: Stack, directory: string) {
  const access = accessOf(endpoints, directory);
  const document = createDocumentClient(new DynamoDBClient(access));
  const s3 = new S3Client({ ...access, forcePathStyle: true });
  const names = Object.values(endpoints.tables);
  const buckets = [endpoints.buckets.guest, endpoints.buckets.crew];
  const objects = () =>
    buckets.flatMap((bucket) =>
      aws.s3.objects(bucket).map(({ key, metadata }) => ({ bucket, key, metadata })),
    );
  return {
    async look(): Promise<Look> {
      const tables = Object.fromEntries(
        await Promise.all(names.map(async (name) => [name, await readItems(document, name)] as const)),
      );
      const pages = Object.fromEntries(
        objects().map(({ bucket, key, metadata }) => [`${bucket}/${key}`, metadata['sha256']]),
      );
      const calendar = [...outside.events.values()]
        .filter(({ status }) => status !== 'cancelled')
        .map(({ summary, description, start, end, transparency }) => ({
          ...{ summary, description, start, end, transparency },
        }));
      const mails = (await (await fetch(`${endpoints.mailbox}/messages`)).json()) as unknown[];
      const items = Object.values(tables).flat().length;
      const words = `${items} items in ${names.length} tables, ${Object.keys(pages).length} files of the sites, ${calendar.length} calendar entries, ${mails.length} mails`;
      return { tables, pages, calendar, mails: mails.length, words };
    },
    /** Everything; of the files that are no pages, what each left behind. */
    async lose(): Promise<ReadonlyMap<string, DeleteMarker[]>> {
      for (const name of names) await empty(document, name);
      const deleted = new Map(buckets.map((bucket) => [bucket, [] as DeleteMarker[]]));
      for (const { bucket, key } of objects()) {
        const { VersionId } = await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
        if (!key.startsWith('g/')) deleted.get(bucket)!.push({ key, versionId: VersionId! });
      }
      for (const [id, entry] of [...outside.events.entries()])
        outside.events.set(id, { ...entry, status: 'cancelled', version: entry.version + 1 });
      return deleted;
    },
    async undelete(deleted: ReadonlyMap<string, DeleteMarker[]>) {
      for (const [bucket, markers] of deleted) await undelete(s3, bucket, markers);
    },
    async putBack(copy: TableItems) {
      for (const name of names) {
        const difference = await compareWith(document, name, copy[name]!);
        await putBack(document, name, difference, { overwrite: false });
      }
    },
  };
}

function accessOf({ region, aws }: Stack['endpoints'], directory: string) {
  const credentials = awsCredentialsFor(OPERATOR, openLocalKeys(join(directory, 'state/keys.json')));
  return { region, endpoint: aws.endpoint, credentials };
}

async function empty(document: DynamoDBDocumentClient, table: string): Promise<void> {
  const keys = await keyNames(document, table);
  for (const item of await readItems(document, table)) {
    const Key = Object.fromEntries(keys.map((key) => [key, item[key]]));
    await document.send(new DeleteCommand({ TableName: table, Key }));
  }
}

const sorted = (tables: TableItems): unknown =>
  Object.entries(tables).map(([name, items]) => [name, items.map((item) => JSON.stringify(item)).toSorted()]);
