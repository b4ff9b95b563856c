import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { uploadKeyOf } from '#bookings/model/ids.ts';
import { createLocalApi, LINK_KEYS } from './local-api.ts';
import { startLocalScc, type LocalScc } from '#test/functions/scc/local-scc.ts';
import { samplePut } from '#test/functions/scc/samples.ts';

let scc: LocalScc;
beforeAll(async () => void (scc = await startLocalScc()));
afterAll(() => scc.close());

describe('GET /api/guest-links/{bookingKey}', () => {
  it('makes the guest’s link with the upload key in its fragment', async () => {
    const api = createLocalApi(scc);
    expect((await api.call('GET', '/api/guest-links/boatsetter-xhqgmdh')).status).toBe(404);
    await api.call('POST', '/api/events', samplePut());
    const reply = await api.call('GET', '/api/guest-links/BOATSETTER-xhqgmdh'.toLowerCase());
    const { url } = (await reply.json()) as { url: string };
    const key = uploadKeyOf(LINK_KEYS[1]!.key, 'xhqgmdh');
    expect(url).toBe(`https://guest.example.test/g/xhqgmdh#k=${key}`);
    expect(api.logged.join()).not.toContain(key);
  });
});
