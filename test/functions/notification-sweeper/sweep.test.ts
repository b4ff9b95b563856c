import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sweep } from '#functions/notification-sweeper/sweep.ts';
import { startLocalScc, type LocalScc } from '#test/functions/scc/local-scc.ts';

let scc: LocalScc;
beforeAll(async () => void (scc = await startLocalScc()));
afterAll(() => scc.close());

const create = (recipient: string, createdAt: string) =>
  scc.notifications.create({
    notification: { eventId: 'e', recipient, kind: 'assigned', occasion: '1', changes: [] },
    bookingKey: 'phone-x',
    revision: 1,
    gate: 'release',
    createdAt,
    expiresAt: '2028-01-01T00:00:00Z',
  });
const now = () => new Date('2027-05-01T12:00:00Z');

describe('the sweeper', () => {
  it('brings back, oldest first and within its bound, what is unsent for longer than the grace time', async () => {
    await create('young', '2027-05-01T11:55:00.000Z');
    await create('old', '2027-05-01T11:40:00.000Z');
    await create('older', '2027-05-01T11:30:00.000Z');
    await create('sent', '2027-05-01T11:20:00.000Z');
    await scc.notifications.sent('e#sent#assigned#1', { at: '2027-05-01T11:21:00Z', messageId: 'm' });
    const swept = async (limit: number) => {
      const ids: string[] = [];
      const publish = async (id: string) => void ids.push(id);
      const count = await sweep({ ...scc, publish, graceSeconds: 600, limit, now });
      expect(count).toBe(ids.length);
      return ids;
    };
    expect(await swept(10)).toEqual(['e#older#assigned#1', 'e#old#assigned#1']);
    expect(await swept(1)).toEqual(['e#older#assigned#1']);
  });

  it('publishes what it can and fails loudly for the rest', async () => {
    const ids: string[] = [];
    const publish = async (id: string) => {
      if (id.includes('older')) throw new Error('topic is gone');
      ids.push(id);
    };
    const swept = sweep({ ...scc, publish, graceSeconds: 600, limit: 10, now });
    await expect(swept).rejects.toThrow('1 of 2 not published');
    expect(ids).toEqual(['e#old#assigned#1']);
  });
});
