import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventSpec } from '#bookings/model/views/event.ts';
import { buildPortal } from '#scripts/build-site.ts';
import { booking, instant } from './portal-booking.ts';
import { startPortal, type Answer } from './portal-world.ts';

let portal: Awaited<ReturnType<typeof startPortal>>;
let event: EventSpec['view'];
let past: EventSpec['view'];

beforeAll(async () => {
  portal = await startPortal();
  for (const [key, name] of [
    ['maria', 'Maria <b>Lopez</b>'],
    ['john', 'John Reyes'],
    ['mia', 'Mia Chen'],
    ['zoe', 'Zoe Park'],
  ] as const)
    await portal.registry.put(key, { name, email: `${key}@example.test`, active: true });
  event = await portal.store(booking);
  past = await portal.store({
    ...booking,
    key: 'boatsetter-past',
    status: 'cancelled',
    start: '2026-01-15T13:00',
    end: '2026-01-15T16:00',
    startsAt: instant(-24 * 9),
    endsAt: instant(-24 * 8),
  });
});
afterAll(() => portal.close());

const ask = (...args: Parameters<typeof portal.ask>): Promise<Answer> => portal.ask(...args);
const enter = (token: string, method = 'GET') => ask(`/crew/enter?t=${token}`, { method });
const sessionOf = (member: string): Promise<string> => portal.sessionOf(member, event.eventId);
const textOf = (body: string) =>
  body
    .slice(body.indexOf('<body'))
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');

describe('a magic link', () => {
  it('sets a session and lands on its event, without the token in the address', async () => {
    const answer = await enter(portal.link('john', event.eventId));
    expect(answer.statusCode).toBe(303);
    expect(answer.headers['location']).toBe(`/crew/events/${event.eventId}`);
    expect(answer.cookies).toHaveLength(1);
    expect(answer.cookies[0]).toMatch(
      /^crew_session=[\w.-]+; Max-Age=2592000; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
  });

  it('may be opened by anyone any number of times, by HEAD too: nothing is ever written', async () => {
    const token = portal.link('john', event.eventId);
    const before = portal.calls.length;
    const answers = await Promise.all([
      enter(token, 'HEAD'),
      enter(token),
      enter(token, 'HEAD'),
      enter(token),
    ]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([303, 303, 303, 303]);
    await ask(`/crew/events/${event.eventId}`, { cookie: await sessionOf('john') });
    await ask('/crew', { cookie: await sessionOf('john') });
    expect(new Set(portal.calls.slice(before))).toEqual(
      new Set(['dynamodb:Query', 'dynamodb:GetItem', 'dynamodb:BatchGetItem']),
    );
  });

  it.each([
    ['forged', () => `${portal.link('john', event.eventId)}x`],
    ['missing', () => ''],
    ['a session instead', () => 'crew_session'],
  ])('that is %s is answered kindly, signs nobody in, and asks for an address', async (_what, token) => {
    const answer = await enter(token());
    expect(answer.statusCode).toBe(410);
    expect(answer.body).toContain('This link no longer works');
    expect(answer.body).toMatch(/<form[^>]* action="\/api\/crew-links" method="post"/);
    expect(answer.body).toContain('type="email"');
    expect(answer.body).not.toContain('name="token"');
    expect(answer.cookies).toEqual([]);
  });

  it.each([
    ['revoked', () => portal.link('john', event.eventId, 7)],
    ['of a charter that ended more than a week ago', () => portal.link('john', past.eventId)],
    ['for an event that is not there', () => portal.link('john', 'nothing')],
  ])('that was ours and is %s offers a new one by one button', async (_what, linkOf) => {
    const token = linkOf();
    const answer = await enter(token);
    expect(answer.statusCode).toBe(410);
    expect(answer.body).toContain('This link no longer works');
    expect(answer.body).toContain(`<input type="hidden" name="token" value="${token}">`);
    expect(answer.body).not.toContain('type="email"');
    expect(answer.cookies).toEqual([]);
  });

  it('that was asked for is answered alike, whether it was sent or not', async () => {
    const { statusCode, body } = await ask('/crew/sent');
    expect(statusCode).toBe(200);
    expect(body).toContain('If that address is on our list, a mail is on its way.');
  });
});

describe('the list of charters', () => {
  it('has what is to come and what is over, and marks what was cancelled', async () => {
    const { statusCode, body } = await ask('/crew', { cookie: await sessionOf('john') });
    expect(statusCode).toBe(200);
    const text = textOf(body);
    expect(text).toMatch(
      /Upcoming \? Please answer Sunday, May 30, 2027 9:00 AM – 12:00 PM PDT JADA · deckhand Answer now/,
    );
    expect(text).toMatch(/Past ✕ Cancelled Thursday, January 15, 2026 1:00 PM/);
    expect(body).toContain(`href="/crew/events/${event.eventId}"`);
    expect(body).not.toMatch(/\$\d/);
  });

  it('gives the private address of the calendar, to subscribe to and to copy', async () => {
    const { body } = await ask('/crew', { cookie: await sessionOf('john') });
    const feed = /href="(https:\/\/sailjada\.test\/api\/feeds\/[\w.-]+\.ics)"/.exec(body)?.[1];
    expect(feed).toBeDefined();
    expect(body).toContain(`href="${feed!.replace('https:', 'webcal:')}"`);
    const again = await ask('/crew', { cookie: await sessionOf('john') });
    expect(again.body).toContain(feed);
    const other = await ask('/crew', { cookie: await sessionOf('mia') });
    expect(other.body).not.toContain(feed);
  });

  it('lets one sign out, by a form that only this session can send', async () => {
    const cookie = await sessionOf('john');
    const { body } = await ask('/crew', { cookie });
    expect(body).toMatch(
      /<form action="\/api\/session\/end" method="post"[^>]*>\s*<input type="hidden" name="csrf"/,
    );
    expect(body).toContain(`name="csrf" value="${portal.csrfOf(cookie)}"`);
  });

  it.each([
    ['/crew', 'signed-out', 'You are signed out on this device.'],
    ['/crew', 'signed-out"><script>', undefined],
    ['/crew', 'constructor', undefined],
  ])('%s?notice=%s says what is in the list of notices and nothing else', async (path, code, text) => {
    const { body } = await ask(`${path}?notice=${encodeURIComponent(code)}`);
    if (text === undefined) expect(body).not.toContain('class="notice');
    else expect(textOf(body)).toContain(`✓ ${text}`);
  });

  it('says so when there is nothing', async () => {
    const { body } = await ask('/crew', { cookie: await sessionOf('zoe') });
    expect(body).toContain('Nothing is planned for you');
  });
});

describe('the portal', () => {
  it.each(['', 'wrong'])(
    'refuses what did not come through the distribution, without detail (secret "%s")',
    async (secret) => {
      const answer = await ask('/crew', { secret });
      expect(answer).toMatchObject({ statusCode: 403, body: '' });
    },
  );

  it('answers no path with 404, which the distribution would replace by another site’s page', async () => {
    expect((await ask('/crew/nothing/here')).statusCode).toBe(410);
    expect((await ask('/')).statusCode).toBe(410);
  });

  it.each(['POST', 'PUT', 'DELETE'])('only reads: %s is refused', async (method) => {
    expect((await ask('/crew', { method })).statusCode).toBe(405);
  });

  it('gives every answer the same protective headers', async () => {
    const answers = await Promise.all([
      ask('/crew'),
      ask('/crew', { secret: 'x' }),
      ask('/x'),
      enter('x'),
      ask('/crew', { method: 'POST' }),
    ]);
    for (const { headers } of answers) {
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        vary: 'accept-encoding',
        'referrer-policy': 'strict-origin',
        'x-robots-tag': 'noindex',
        'content-security-policy':
          "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'unsafe-inline'; " +
          "img-src 'self' blob: https://photos.test; connect-src 'self' https://photos.test; " +
          "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      });
    }
  });

  it.each(['gzip', 'br, gzip', 'deflate;q=1, gzip;q=0.5', '*', 'GZIP'])(
    'packs its pages for who accepts it: %s',
    async (accepted) => {
      const plain = await ask('/crew');
      const packed = await ask('/crew', { headers: { 'accept-encoding': accepted } });
      expect(packed).toMatchObject({ statusCode: 401, isBase64Encoded: true });
      expect(packed.headers['content-encoding']).toBe('gzip');
      const bytes = Buffer.from(packed.body, 'base64');
      expect(packed.headers['content-length']).toBe(String(bytes.length));
      expect(gunzipSync(bytes).toString()).toBe(plain.body);
    },
  );

  it.each(['', 'identity', 'gzip;q=0', 'br', 'gzip;q=0.000'])(
    'does not pack for who does not: "%s"',
    async (accepted) => {
      const answer = await ask('/crew', { headers: { 'accept-encoding': accepted } });
      expect(answer.isBase64Encoded).toBe(false);
      expect(answer.headers['content-encoding']).toBeUndefined();
      expect(answer.body).toMatch(/<\/html>$/);
    },
  );

  it('answers HEAD without a body, and sets the session by it as by GET', async () => {
    const head = await ask('/crew', { method: 'HEAD', headers: { 'accept-encoding': 'gzip' } });
    expect(head).toMatchObject({ statusCode: 401, body: '' });
    const entered = await enter(portal.link('john', event.eventId), 'HEAD');
    expect(entered.cookies).toHaveLength(1);
  });

  it('apologises when what it reads from fails, and recovers', async () => {
    const cookie = await sessionOf('john');
    portal.refuseReads(true);
    const answer = await ask('/crew', { cookie }).finally(() => portal.refuseReads(false));
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.body).toContain('That did not work');
    expect((await ask('/crew', { cookie })).statusCode).toBe(200);
  });

  it('does not start without its environment, and says what is missing', async () => {
    const url = pathToFileURL(join(portal.directory, 'lambda', 'index.mjs')).href;
    const start = promisify(execFile)(process.execPath, ['-e', `import(${JSON.stringify(url)})`], {
      env: { ORIGIN_SECRET_HASH: 'short' },
    });
    await expect(start).rejects.toMatchObject({
      stderr: expect.stringMatching(
        /crew-portal cannot start: EVENTS_TABLE is missing.*ORIGIN_SECRET_HASH is wrong/,
      ),
    });
  });

  it('is one folder that needs nothing beside it, with pictures under /crew-assets/', async () => {
    const bundle = await readFile(join(portal.directory, 'lambda', 'index.mjs'), 'utf8');
    const imports = Array.from(
      bundle.matchAll(/\bimport\b[^'"();]*?\bfrom ?["']([^"'\n]+)["']/g),
      ([, from]) => from!,
    );
    expect(await readdir(join(portal.directory, 'lambda'))).toEqual(['index.mjs']);
    expect(bundle).toContain('handler');
    expect(imports.length).toBeGreaterThan(10);
    expect(imports.filter((from) => !from.startsWith('node:'))).toEqual([]);
    const icon = (await readdir(join(portal.directory, 'client', 'crew-assets'))).find((file) =>
      file.endsWith('.svg'),
    );
    expect((await ask('/crew')).body).toContain(`href="/crew-assets/${icon}"`);
  });

  it('is not built again while its inputs are the same', async () => {
    expect(await buildPortal(portal.directory)).toBe(false);
  });
});
