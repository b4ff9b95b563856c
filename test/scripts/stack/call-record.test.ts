import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createCallRecord } from '#scripts/stack/call-record.ts';

const read = { principal: 'mail-events', action: 'dynamodb:Query', resource: 'arn:aws:dynamodb:::table/t' };
const page = (key: string) => ({ principal: 'p', action: 's3:GetObject', resource: `arn:aws:s3:::b/${key}` });

it('writes each different call down once, without the keys of objects', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bosun-calls-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const record = createCallRecord(folder);
  for (const call of [read, read, page('g/one.html'), page('g/two.html'), page('robots.txt')]) record(call);
  const lines = readdirSync(folder).flatMap((file) =>
    readFileSync(join(folder, file), 'utf8').trim().split('\n'),
  );
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([read, page('g/…'), page('…')]);
});
