import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { encodeTag } from '#functions/adapters/ses.ts';
import { createLog } from '#functions/log.ts';
import { recordMailEvent } from '#functions/mail-events/record.ts';
import { startLocalScc, type LocalScc } from '#test/functions/scc/local-scc.ts';

let scc: LocalScc;
let count = 0;
let id: string;
beforeAll(async () => void (scc = await startLocalScc()));
afterAll(() => scc.close());
beforeEach(async () => {
  const recipient = `member-${++count}`;
  id = `e#${recipient}#assigned#1`;
  await scc.notifications.create({
    notification: { eventId: 'e', recipient, kind: 'assigned', occasion: '1', changes: [] },
    bookingKey: 'phone-x',
    revision: 1,
    gate: 'release',
    createdAt: '2027-05-01T12:00:00.000Z',
    expiresAt: '2028-01-01T00:00:00Z',
  });
});

const event = (eventType: string, more: object = {}, tag = encodeTag(id)) =>
  JSON.stringify({
    eventType,
    mail: {
      timestamp: '2027-05-01T12:00:03.000Z',
      messageId: 'message-1',
      destination: ['john@example.test'],
      tags: { notification: [tag], 'ses:configuration-set': ['crew-mail'] },
    },
    ...more,
  });
const lines: string[] = [];
const record = (message: string) =>
  recordMailEvent(message, { ...scc, log: createLog('mail-events', (line) => lines.push(line)) });
const bounce = (bounceType: string) => ({
  bounce: { bounceType, bounceSubType: 'General', bouncedRecipients: [] },
});
const stored = () => scc.notifications.find(id);

describe('an event of SES', () => {
  it('is the evidence that a mail was sent, also when it repeats', async () => {
    for (let times = 0; times < 8; times++) await record(event('Send'));
    expect(await stored()).toMatchObject({
      state: 'sent',
      evidenceAt: '2027-05-01T12:00:03.000Z',
      delivery: null,
    });
    expect(await scc.notifications.due({ createdBefore: '2100', now: '2100' }, 100)).not.toContain(id);
  });

  it('settles a claim in doubt', async () => {
    await scc.notifications.claim(id, '2027-05-01T12:00:01.000Z', '2027-05-01T11:50:00.000Z');
    await record(event('Delivery'));
    expect(await stored()).toMatchObject({ state: 'sent', delivery: 'delivered' });
    expect(await scc.notifications.claim(id, '2027-05-01T13:00:00.000Z', '2027-05-01T12:50:00.000Z')).toBe(
      false,
    );
  });

  it.each([
    [['Send', 'Delivery', 'Complaint'], 'complained'],
    [['Complaint', 'Delivery', 'Send'], 'complained'],
    [['Bounce', 'Delivery'], 'bounced'],
    [['Delivery', 'Bounce', 'Bounce'], 'bounced'],
    [['Reject', 'Send'], 'rejected'],
  ])('in the order %s leaves %s', async (order, delivery) => {
    for (const type of order) await record(event(type, type === 'Bounce' ? bounce('Permanent') : {}));
    expect(await stored()).toMatchObject({ state: 'sent', delivery });
  });

  it('of an answering machine does not count as a dead address', async () => {
    await record(event('Bounce', bounce('Transient')));
    expect(await stored()).toMatchObject({ delivery: 'deferred', reason: 'Transient, General' });
    await record(event('Delivery'));
    expect(await stored()).toMatchObject({ delivery: 'delivered', reason: null });
  });

  it('that is not ours changes and makes nothing', async () => {
    const before = await scc.everything('notifications');
    await record(event('Send', {}, encodeTag('e#nobody#assigned#9')));
    for (const message of [
      'no json',
      '{}',
      event('Open'),
      JSON.stringify({ ...JSON.parse(event('Send')), mail: {} }),
    ])
      await record(message);
    expect(await scc.everything('notifications')).toEqual(before);
    expect(lines.join()).not.toContain('john@');
  });
});
