import { setImmediate as nextTurn } from 'node:timers/promises';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { SendEmailCommand } from '@aws-sdk/client-sesv2';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDocumentClient } from '#functions/adapters/dynamodb.ts';
import { createPhotosClient } from '#functions/adapters/photos-s3.ts';
import { createSesClient } from '#functions/adapters/ses.ts';
import { listen, type Listening } from '#scripts/stack/listen.ts';

/** A function that waits for AWS for ever is cut off in the middle of its work: it gives up in time to answer. */
let silent: Listening;
let asked: number;
beforeEach(async () => {
  asked = 0;
  silent = await listen(() => {
    asked += 1;
    return new Promise(() => undefined);
  });
  vi.stubEnv('AWS_ENDPOINT_URL', silent.url);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'A');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'B');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  await silent.close();
});

const mail = new SendEmailCommand({
  FromEmailAddress: 'crew@example.test',
  Destination: { ToAddresses: ['john@example.test'] },
  Content: { Simple: { Subject: { Data: 'A' }, Body: { Text: { Data: 'B' } } } },
});

describe('AWS that never answers', () => {
  it.each<[string, () => Promise<unknown>, attempts: number, seconds: number]>([
    [
      'DynamoDB',
      () => createDocumentClient().send(new GetCommand({ TableName: 't', Key: { pk: 'a' } })),
      4,
      20,
    ],
    ['S3', () => createPhotosClient().send(new GetObjectCommand({ Bucket: 'b', Key: 'k' })), 4, 25],
    ['SES', () => createSesClient().send(mail), 1, 11],
  ])('%s is given up', async (_, call, attempts, seconds) => {
    const errors: unknown[] = [];
    void call().catch((error: unknown) => errors.push(error));
    let waited = 0;
    for (; errors.length === 0 && waited < 60; waited += 0.1) {
      for (let turn = 0; turn < 20; turn++) await nextTurn();
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(errors).toMatchObject([{ name: 'TimeoutError' }]);
    expect(asked).toBe(attempts);
    expect(waited).toBeLessThan(seconds);
  });
});
