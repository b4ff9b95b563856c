import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDocumentClient } from '#functions/adapters/dynamodb.ts';
import { ROOT } from '#scripts/repository.ts';
import { compareWith, putBack, readItems } from '#scripts/restore/items.ts';
import { drillLocally } from '#scripts/restore/local-drill.ts';
import {
  callsFor,
  checkBackups,
  removeRestored,
  restoredName,
  startRestore,
  waitForRestore,
} from '#scripts/restore/point-in-time.ts';
import { findDeleted, undelete } from '#scripts/restore/undelete.ts';
import { listen } from '#scripts/stack/listen.ts';
import { createCheckout, OPERATOR } from '#test/fixtures/operator.ts';
import { startBackups } from './local-backups.ts';

describe('everything that a stack stores', () => {
  let root: string;
  beforeAll(async () => {
    root = await createCheckout(await mkdtemp(join(tmpdir(), 'bosun-restore-checkout-')));
    await cp(join(OPERATOR, 'bookings/data'), join(root, 'bookings/data'), { recursive: true });
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  it('comes back from copies, versions and git, and nobody is told anything', async () => {
    const said: string[] = [];
    const clockOffset = Date.parse('2026-10-01T12:00:00-07:00') - Date.now();
    const same = await drillLocally({ root, clockOffset, say: (line) => said.push(line) });
    expect(said.filter((line) => line.includes('✗'))).toEqual([]);
    expect(same).toBe(true);
    expect(said[1]).toMatch(/^lost +0 items in \d+ tables, 0 files of the sites, 0 calendar entries/);
  });
});

describe('the command', () => {
  it.each([
    [['--overwrite'], '--overwrite goes with --put-back'],
    [['--stack', 'prod', '--put-back', '--yes'], '--put-back needs --at'],
    [['--stack', 'test'], 'expected local, dev or prod'],
    [['--stack', 'prod', '--at', 'yesterday'], 'expected a time with its offset'],
  ])('refuses %j before it asks AWS for anything', async (args, message) => {
    const command = promisify(execFile)(process.execPath, [join(ROOT, 'scripts/restore-drill.ts'), ...args]);
    await expect(command).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });
});

const TABLE = 'scc-events';
const NOW = 1_780_000_000;
const at = (second: number) => new Date(second * 1000).toISOString();
const delay = async () => undefined;

describe('a table with point-in-time recovery', () => {
  let backups: Awaited<ReturnType<typeof startBackups>>;
  beforeEach(async () => {
    backups = await startBackups();
    backups.setWindow({ status: 'ENABLED', from: NOW - 35 * 86_400, to: NOW - 300 });
    await backups.createTable(TABLE, ['a', 'b', 'c'].map(item));
    await backups.backUp(TABLE);
  });
  afterEach(() => backups.close());

  const item = (id: string) => ({ event_id: id, text: `as it was: ${id}` });
  const put = (Item: object) => backups.document.send(new PutCommand({ TableName: TABLE, Item }));
  const remove = (event_id: string) =>
    backups.document.send(new DeleteCommand({ TableName: TABLE, Key: { event_id } }));
  async function difference() {
    const copy = await readItems(backups.document, restoredName(TABLE));
    return compareWith(createDocumentClient(backups.client), TABLE, copy);
  }

  it('is compared with its copy, gets back what is missing, and keeps what was written since', async () => {
    await remove('a');
    await put({ event_id: 'b', text: 'typed over' });
    await put({ event_id: 'd', text: 'new' });
    await startRestore(backups.client, TABLE, null);
    await waitForRestore(backups.client, TABLE, delay);
    const found = await difference();
    expect(found).toEqual({ same: 1, missing: [item('a')], different: [item('b')], since: 1 });

    await putBack(backups.document, TABLE, found, { overwrite: false });
    expect((await backups.items(TABLE)).map(({ text }) => text)).toEqual([
      'as it was: a',
      'typed over',
      'as it was: c',
      'new',
    ]);
    await putBack(backups.document, TABLE, found, { overwrite: true });
    expect(await difference()).toMatchObject({ same: 3, missing: [], different: [], since: 1 });
    await removeRestored(backups.client, TABLE);
    await expect(backups.items(restoredName(TABLE))).rejects.toThrow('not found');
  });

  it('does not get an older item over one that came back by itself', async () => {
    await remove('a');
    await startRestore(backups.client, TABLE, null);
    const found = await difference();
    await put({ event_id: 'a', text: 'newer' });
    await putBack(backups.document, TABLE, found, { overwrite: false });
    expect((await backups.items(TABLE))[0]).toEqual({ event_id: 'a', text: 'newer' });
  });

  it('is drilled by the calls that were shown before', async () => {
    const shown = callsFor([TABLE], at(NOW - 600), false);
    await startRestore(backups.client, TABLE, at(NOW - 600));
    await waitForRestore(backups.client, TABLE, delay);
    await removeRestored(backups.client, TABLE);
    const [restore, deletion] = backups.calls.map((call) => call.split(' ')[0]);
    expect([restore, deletion]).toEqual(['RestoreTableToPointInTime', 'DeleteTable']);
    expect(shown[0]).toContain(
      `"TargetTableName":"${restoredName(TABLE)}","RestoreDateTime":"${at(NOW - 600)}"`,
    );
    expect(JSON.parse(backups.calls[0]!.slice('RestoreTableToPointInTime '.length))).toEqual({
      ...(JSON.parse(shown[0]!.slice('dynamodb RestoreTableToPointInTime '.length)) as object),
      RestoreDateTime: NOW - 600,
    });
    expect(shown.at(-1)).toBe(`dynamodb ${backups.calls[1]}`);
  });

  it('goes on with the copy that a stopped run left, unless another instant is asked for', async () => {
    await startRestore(backups.client, TABLE, null);
    await startRestore(backups.client, TABLE, null);
    expect(backups.calls).toHaveLength(1);
    await expect(startRestore(backups.client, TABLE, at(NOW - 900))).rejects.toThrow(
      `is there already, as of ${at(NOW - 300)}`,
    );
    expect(await waitForRestore(backups.client, TABLE, delay)).toEqual(new Date(at(NOW - 300)));
  });

  it('goes on with a copy of the same second, as DynamoDB counts no less', async () => {
    await startRestore(backups.client, TABLE, at(NOW - 600.25));
    expect(await waitForRestore(backups.client, TABLE, delay)).toEqual(new Date(at(NOW - 601)));
    await startRestore(backups.client, TABLE, at(NOW - 600.25));
    expect(backups.calls).toHaveLength(1);
  });

  it('is refused without backups, and outside of their time', async () => {
    await checkBackups(backups.client, TABLE, at(NOW - 86_400));
    await expect(checkBackups(backups.client, TABLE, at(NOW))).rejects.toThrow('between');
    backups.setWindow({ status: 'DISABLED', from: 0, to: 0 });
    await expect(checkBackups(backups.client, TABLE, null)).rejects.toThrow(
      'no point-in-time recovery. `npm run deploy -- --stack <dev or prod> --refresh` turns it on.',
    );
  });

  it('never loses a table to a drill that only has the name of a copy', async () => {
    await backups.createTable(restoredName(TABLE), [item('precious')]);
    await expect(removeRestored(backups.client, TABLE)).rejects.toThrow('is no copy of scc-events');
    await expect(startRestore(backups.client, TABLE, null)).rejects.toThrow('is no copy of scc-events');
    expect(await backups.items(restoredName(TABLE))).toHaveLength(1);
  });
});

describe('a bucket with versions', () => {
  it('gets back what was deleted since, and nothing that was deleted before or is there again', async () => {
    const asked: string[] = [];
    const server = await listen(async (request) => {
      const url = new URL(request.url);
      asked.push(`${request.method} ${url.pathname}${url.search}`);
      if (request.method === 'DELETE') return new Response(null, { status: 204 });
      return xml(url.searchParams.has('key-marker') ? SECOND_PAGE : FIRST_PAGE);
    });
    const credentials = { accessKeyId: 'AKIAOPERATOR', secretAccessKey: 'secret' };
    const client = new S3Client({
      region: 'us-east-1',
      endpoint: server.url,
      forcePathStyle: true,
      credentials,
    });
    try {
      const markers = await findDeleted(client, 'photos', '2027-05-01T00:00:00Z');
      expect(markers.map(({ key }) => key)).toEqual(['a', 'd']);
      await undelete(client, 'photos', markers);
      expect(asked.slice(2)).toEqual([
        'DELETE /photos/a?versionId=va&x-id=DeleteObject',
        'DELETE /photos/d?versionId=vd&x-id=DeleteObject',
      ]);
    } finally {
      await server.close();
    }
  });
});

const marker = (key: string, isLatest: boolean, time: string) =>
  `<DeleteMarker><Key>${key}</Key><VersionId>v${key}</VersionId><IsLatest>${isLatest}</IsLatest><LastModified>${time}</LastModified></DeleteMarker>`;
const page = (rest: string) =>
  `<?xml version="1.0"?><ListVersionsResult><Name>photos</Name>${rest}</ListVersionsResult>`;
const FIRST_PAGE = page(
  `<IsTruncated>true</IsTruncated><NextKeyMarker>b</NextKeyMarker><NextVersionIdMarker>vb</NextVersionIdMarker>${marker('a', true, '2027-05-02T00:00:00Z')}${marker('b', true, '2027-04-30T23:59:59Z')}`,
);
const SECOND_PAGE = page(
  `<IsTruncated>false</IsTruncated>${marker('c', false, '2027-05-02T00:00:00Z')}${marker('d', true, '2027-05-03T00:00:00Z')}`,
);
const xml = (text: string) => new Response(text, { headers: { 'content-type': 'application/xml' } });
