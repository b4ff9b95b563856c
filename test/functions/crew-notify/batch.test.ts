import { describe, expect, it } from 'vitest';
import { MailDeferred } from '#functions/adapters/ses.ts';
import { deliverBatch } from '#functions/crew-notify/batch.ts';
import { createLog } from '#functions/log.ts';

const record = (messageId: string, body: unknown) => ({
  messageId,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

describe('a batch from the queue', () => {
  const delivered: string[] = [];
  const deps = {
    deliver: async (id: string) => {
      if (id === 'throttled') throw new MailDeferred('slow down');
      delivered.push(id);
      return 'sent' as const;
    },
    log: createLog('crew-notify', () => {}),
  };

  it('brings back only what failed or cannot be read', async () => {
    const reply = await deliverBatch(
      {
        Records: [
          record('1', { notificationId: 'a' }),
          record('2', { notificationId: 'throttled' }),
          record('3', {
            Type: 'Notification',
            Message: JSON.stringify({ notificationId: 'b' }),
            TopicArn: 'x',
          }),
          record('4', 'not json'),
          record('5', { notificationId: 'c', more: true }),
        ],
      },
      deps,
    );
    expect(delivered).toEqual(['a', 'b']);
    expect(reply.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(['2', '4', '5']);
  });
});
