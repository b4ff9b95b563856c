import type { BatchReply, QueueBatch } from '#functions/crew-notify/batch.ts';
import type { Machine } from './machine.ts';
import type { Message, Post } from './post.ts';

/** As declared in infra/notifications.ts and infra/outbox.ts. */
const BATCH = 10;
const MOST_RECEIVES = 5;
/** Lambda calls a function that failed asynchronously twice more, and then lets the event go. */
const MOST_CALLS = 3;

/** SQS hands messages to crew-notify until none is left. What was not dealt with, or not deleted, comes again. */
export async function drainQueue(
  { queue, deadLetters }: Post,
  crewNotify: (batch: QueueBatch) => Promise<BatchReply>,
  machine: Machine,
): Promise<void> {
  while (queue.size > 0) {
    const batch = [...queue].slice(0, BATCH);
    const handled = await handledOf(batch, crewNotify);
    const forget = () => handled.forEach((id) => queue.delete(id));
    await machine.run('queue', () => machine.call('SQS delete', forget)).catch(() => undefined);
    for (const [id, message] of batch.filter(([each]) => queue.has(each))) {
      queue.delete(id);
      const again = { ...message, receives: message.receives + 1 };
      (again.receives < MOST_RECEIVES ? queue : deadLetters).set(id, again);
    }
  }
}

async function handledOf(
  batch: readonly (readonly [string, Message])[],
  crewNotify: (batch: QueueBatch) => Promise<BatchReply>,
): Promise<string[]> {
  try {
    const Records = batch.map(([messageId, { body }]) => ({ messageId, body }));
    const { batchItemFailures } = await crewNotify({ Records });
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    return batch.map(([id]) => id).filter((id) => !failed.has(id));
  } catch {
    return [];
  }
}

/** SNS hands Send events to mail-events. */
export async function drainEvidence(
  { evidence }: Post,
  mailEvents: (message: string) => Promise<void>,
): Promise<void> {
  while (evidence.size > 0) {
    const [id, { body, receives }] = [...evidence][0]!;
    evidence.delete(id);
    const failed = await mailEvents(body).then(
      () => false,
      () => true,
    );
    if (failed && receives + 1 < MOST_CALLS) evidence.set(id, { body, receives: receives + 1 });
  }
}
