import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventIdOf } from '#bookings/model/ids.ts';
import { createApp } from '#functions/scc-api/app.ts';
import { signLink } from '#functions/scc/links.ts';
import { createLocalApi, CREW_URL, LINK_KEYS, ORIGIN_SECRET, sessionOf } from './local-api.ts';
import { startLocalScc, type LocalScc } from '#test/functions/scc/local-scc.ts';
import { john, samplePut, type SampleOptions } from '#test/functions/scc/samples.ts';

let scc: LocalScc;
let api: ReturnType<typeof createLocalApi>;
let count = 0;
let member: string;
beforeAll(async () => void (scc = await startLocalScc()));
afterAll(() => scc.close());
beforeEach(async () => {
  member = `member-m${++count}`;
  api = createLocalApi(scc);
  await register();
});

const address = () => `${member}@Example.test`;
const register = (active = true, email = address()) =>
  scc.registry.put(member, { name: 'A Member', email, active });
const browser = { 'x-origin-secret': ORIGIN_SECRET };
const ask = (body: unknown, headers: Record<string, string> = browser) =>
  api.browse('POST', '/api/crew-links', headers, body);
const at = (instant: string) => void (api.clock.now = new Date(instant));

/** A charter of the member, released. */
async function charter(name: string, view: SampleOptions['view'] = {}): Promise<string> {
  const bookingKey = `phone-${member}-${name}`;
  const crew = [{ ...john, key: member, member, name: 'A Member' }];
  const body = samplePut({ bookingKey, view: { crew, ...view } });
  await api.call('POST', '/api/events', body);
  await api.call('POST', `/api/notifications/${bookingKey}/release`, { revision: 1 });
  api.published.length = 0;
  return eventIdOf(bookingKey);
}

const newLinks = async (eventId: string) =>
  (await scc.notifications.ofRecipient(eventId, member)).filter(
    ({ notification }) => notification.kind === 'new-link',
  );
const month = (text: string) => ({ startsAt: `2027-${text}T16:00:00Z`, endsAt: `2027-${text}T19:00:00Z` });

describe('asking for a new link by the address on file', () => {
  it('mails one, which waits for no release, keyed by its ten minutes', async () => {
    const eventId = await charter('one');
    at('2027-05-01T12:19:59Z');
    expect((await ask({ email: ` ${address().toUpperCase()} ` })).status).toBe(202);
    const [intent, ...more] = await newLinks(eventId);
    expect(more).toEqual([]);
    expect(intent).toMatchObject({
      id: `${eventId}#${member}#new-link#2027-05-01T12:10:00.000Z`,
      gate: 'none',
      state: 'pending',
      notification: { position: member, changes: [] },
    });
    expect(api.published).toEqual([intent!.id]);
  });

  it('answers the same to anybody, to the byte', async () => {
    await charter('same');
    const inactive = `${member}-left`;
    await scc.registry.put(inactive, { name: 'Left', email: `${inactive}@example.test`, active: false });
    const bodies = [
      { email: address() },
      { email: 'stranger@example.test' },
      { email: `${inactive}@example.test` },
      { email: 'not an address' },
      { email: '' },
      { token: 'forged.token' },
      { token: signLink(LINK_KEYS, { member: inactive, eventId: 'e', linkVersion: 1 }) },
      {},
    ];
    const seen = async (reply: Response) => {
      const headers = Object.fromEntries(reply.headers);
      delete headers['x-request-id'];
      return JSON.stringify([reply.status, headers, await reply.text()]);
    };
    const answers = new Set<string>();
    const forms = new Set<string>();
    for (const body of bodies) {
      answers.add(await seen(await ask(body)));
      forms.add(await seen(await ask(new URLSearchParams(body as Record<string, string>).toString())));
    }
    expect([...answers]).toHaveLength(1);
    expect([...answers][0]).toContain('[202,');
    expect([...forms]).toHaveLength(1);
    expect(api.logged).toEqual([]);
    expect([...forms][0]).toMatch(/^\[303,.*"location":"\/crew\/sent"/);
  });

  it('answers the same when the mail cannot be arranged, and says so in the log only', async () => {
    await charter('broken');
    const logged: unknown[] = [];
    const note = (message: string) => void logged.push(message);
    const broken = createApp({
      ...api.deps,
      publish: () => Promise.reject(new Error('the topic is away')),
      log: { info: note, warn: note, error: note },
    });
    const request = { method: 'POST', headers: { ...browser, 'content-type': 'application/json' } };
    const reply = await broken.request('/api/crew-links', {
      ...request,
      body: JSON.stringify({ email: address() }),
    });
    expect(reply.status).toBe(202);
    expect(logged).toEqual(['a new link was not mailed']);
  });

  it('mails nobody who is not active, or has no charter that a link would open', async () => {
    const eventId = await charter('inactive', month('05-30'));
    await register(false);
    await ask({ email: address() });
    await register();
    at('2027-06-06T19:00:01Z');
    await ask({ email: address() });
    expect(await newLinks(eventId)).toEqual([]);
    at('2027-06-06T19:00:00Z');
    await ask({ email: address() });
    expect(await newLinks(eventId)).toHaveLength(1);
  });

  it('lands on the next that is on, else the next, else the latest of a week', async () => {
    const ended = await charter('ended', month('05-10'));
    const soon = await charter('soon', { ...month('05-14'), status: 'on-hold' });
    const next = await charter('next', month('05-20'));
    const last = await charter('last', month('05-25'));
    const landing = async (now: string) => {
      at(now);
      api.published.length = 0;
      await ask({ email: address() });
      return api.published.map((id) => id.split('#')[0]);
    };
    expect(await landing('2027-05-12T00:00:00Z')).toEqual([next]);
    expect(await landing('2027-05-20T18:00:00Z')).toEqual([next]);
    expect(await landing('2027-05-20T20:00:00Z')).toEqual([last]);
    expect(await landing('2027-05-26T00:00:00Z')).toEqual([last]);
    expect(ended).not.toBe(soon);
  });

  it('mails at most one in ten minutes and five in a day, on whichever charter they land', async () => {
    const first = await charter('first', month('05-20'));
    const second = await charter('second', month('05-25'));
    const token = (eventId: string) => signLink(LINK_KEYS, { member, eventId, linkVersion: 1 });
    at('2027-05-01T12:01:00Z');
    await ask({ token: token(first) });
    at('2027-05-01T12:09:59Z');
    await ask({ token: token(second) });
    await ask({ email: address() });
    expect(api.published).toHaveLength(1);
    for (const minute of ['10', '20', '30', '40', '50']) {
      at(`2027-05-01T12:${minute}:00Z`);
      await ask({ token: token(second) });
    }
    expect(api.published).toHaveLength(5);
    at('2027-05-02T12:00:59Z');
    await ask({ email: address() });
    expect(api.published).toHaveLength(5);
    at('2027-05-02T12:10:00Z');
    await ask({ email: address() });
    expect(api.published).toHaveLength(6);
  });
});

describe('asking for a new link by an old one', () => {
  it('takes one that was revoked or is over, and lands where it did while that is still theirs', async () => {
    const next = await charter('next', month('05-20'));
    const wanted = await charter('wanted', month('05-25'));
    await scc.registry.revoke(member);
    const old = signLink(LINK_KEYS, { member, eventId: wanted, linkVersion: 1 });
    await ask({ token: old });
    expect(await newLinks(wanted)).toHaveLength(1);
    at('2027-05-01T13:00:00Z');
    await ask({
      token: signLink(LINK_KEYS, { member, eventId: eventIdOf('phone-of-others'), linkVersion: 1 }),
    });
    expect(await newLinks(next)).toHaveLength(1);
  });

  it('takes none that we did not sign, and nothing that is no link', async () => {
    const eventId = await charter('forged');
    const stranger = [{ kid: 'new', key: 'a-key-of-somebody-else', retiredAt: null }];
    const { cookie } = sessionOf(member);
    for (const token of [
      signLink(stranger, { member, eventId, linkVersion: 1 }),
      cookie.split('=')[1]!,
      'x'.repeat(2000),
    ])
      expect((await ask({ token })).status).toBe(202);
    expect(await newLinks(eventId)).toEqual([]);
  });
});

describe('who asks', () => {
  it('may have lost the session since the page was made, but is no other site', async () => {
    expect((await ask({ email: address() }, sessionOf(member, { csrf: false }))).status).toBe(202);
    expect((await ask({ email: address() }, { ...browser, origin: CREW_URL })).status).toBe(202);
    expect((await ask({ email: address() }, { ...browser, origin: 'https://evil.example' })).status).toBe(
      403,
    );
  });

  it.each([
    ['another type', 'text/plain', '{}', 415],
    ['several parts', 'multipart/form-data; boundary=x', '--x--', 415],
    ['no JSON', 'application/json', '{', 400],
    ['an unknown field', 'application/json', '{"phone":"1"}', 422],
    ['a number', 'application/json', '{"email":1}', 422],
  ])('is told of %s', async (_, type, body, status) => {
    const reply = await api.app.request('/api/crew-links', {
      method: 'POST',
      headers: { ...browser, 'content-type': type },
      body,
    });
    expect(reply.status).toBe(status);
    expect(reply.headers.get('content-type')).toBe('application/problem+json');
  });

  it('is told of a body that is missing or too large', async () => {
    expect((await ask(undefined)).status).toBe(415);
    expect((await ask({ email: 'x'.repeat(600_000) })).status).toBe(413);
    expect((await ask(`email=${'x'.repeat(600_000)}`)).status).toBe(413);
  });
});
