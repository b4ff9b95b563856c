import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Booking } from '#bookings/model/booking.ts';
import type { EventSpec } from '#bookings/model/views/event.ts';
import { buildPortal } from '#scripts/build-site.ts';
import { request, startPortal, type Answer } from './portal-world.ts';

const HOUR = 3_600_000;
const instant = (hours: number) => new Date(Date.now() + hours * HOUR).toISOString().replace(/\.\d+Z$/, 'Z');

const booking: Booking = {
  key: 'boatsetter-xhqgmdh',
  platform: 'boatsetter',
  platformName: 'Boatsetter',
  id: 'XHQGMDH',
  pageId: 'xhqgmdhpage',
  status: 'confirmed',
  bookedAt: '2026-11-21T02:03:00Z',
  vessel: {
    key: 'jada',
    name: 'JADA',
    zone: 'America/Los_Angeles',
    currency: 'USD',
    berth: { name: 'Harbor Island West Marina, dock C', map: 'https://maps.example/?q=dock+c' },
    capacity: 12,
    minimumCrew: [],
    turnaroundMinutes: 60,
    site: 'queenofsandiego.com',
    calendar: 'jada',
    checklists: [],
  },
  start: '2027-05-30T09:00',
  end: '2027-05-30T12:00',
  startsAt: instant(24),
  endsAt: instant(27),
  hours: 3,
  guest: { name: 'Alex Morgan', count: 6, language: 'en' },
  gross: 84_075,
  portFee: 15_134,
  crew: [
    {
      key: 'maria',
      member: { key: 'maria', name: 'Maria <b>Lopez</b>' },
      role: 'captain',
      hours: 5,
      pay: 25_011,
      candidates: [],
    },
    {
      key: 'john',
      member: { key: 'john', name: 'John Reyes' },
      role: 'deckhand',
      hours: 4.5,
      pay: 11_250,
      candidates: [],
    },
    { key: 'deckhand-1', member: null, role: 'deckhand', hours: 4, pay: 10_099, candidates: ['mia'] },
  ],
  notes: { crew: 'Fenders are in the port locker.\r\nBring <i>gloves</i>.', internal: 'Owner rate.' },
  amendments: [],
  rebookedFrom: undefined,
  fileHash: 'f',
};

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
  event = (await portal.store(booking)).view;
  past = (
    await portal.store({
      ...booking,
      key: 'boatsetter-past',
      status: 'cancelled',
      start: '2026-01-15T13:00',
      end: '2026-01-15T16:00',
      startsAt: instant(-24 * 9),
      endsAt: instant(-24 * 8),
    })
  ).view;
});
afterAll(() => portal.close());

const ask = (...args: Parameters<typeof request>): Promise<Answer> => portal.handler(request(...args), {});
const enter = (token: string, method = 'GET') => ask(`/crew/enter?t=${token}`, { method });
const sessionOf = async (member: string): Promise<string> => {
  const answer = await enter(portal.link(member, event.eventId));
  return answer.cookies[0]!.split(';')[0]!;
};
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
    ['revoked', () => portal.link('john', event.eventId, 7)],
    ['of a charter that ended more than a week ago', () => portal.link('john', past.eventId)],
    ['for an event that is not there', () => portal.link('john', 'nothing')],
  ])('that is %s is answered kindly and signs nobody in', async (_what, token) => {
    const answer = await enter(token());
    expect(answer.statusCode).toBe(410);
    expect(answer.body).toContain('This link has expired');
    expect(answer.cookies).toEqual([]);
  });
});

describe('the page of a charter', () => {
  it('has what a deckhand needs, and of pay only their own', async () => {
    const { statusCode, body } = await ask(`/crew/events/${event.eventId}`, {
      cookie: await sessionOf('john'),
    });
    expect(statusCode).toBe(200);
    const text = textOf(body);
    for (const part of [
      'Confirmed',
      'Sunday, May 30, 2027',
      '9:00 AM – 12:00 PM PDT · 3 hours',
      'Role deckhand',
      'Hours 4.5 hours',
      'Your pay $112.50',
      'Vessel JADA',
      'Harbor Island West Marina, dock C',
      'Alex, party of 6',
      'Maria &lt;b&gt;Lopez&lt;/b&gt; captain',
      'John Reyes (you) deckhand',
      'Open position deckhand',
    ])
      expect(text).toContain(part);
    for (const secret of ['250.11', '100.99', '840.75', '151.34', 'Morgan', 'Owner rate', 'xhqgmdhpage'])
      expect(body).not.toContain(secret);
  });

  it('is whole although the notes hold a carriage return', async () => {
    const { body, headers } = await ask(`/crew/events/${event.eventId}`, { cookie: await sessionOf('john') });
    expect(textOf(body)).toContain('port locker. Bring &lt;i&gt;gloves&lt;/i&gt;.');
    expect(body).toMatch(/<\/html>$/);
    expect(Number(headers['content-length'])).toBe(Buffer.byteLength(body));
  });

  it('tells a candidate of the open position, with its pay', async () => {
    const { body } = await ask(`/crew/events/${event.eventId}`, { cookie: await sessionOf('mia') });
    expect(textOf(body)).toContain('You are invited Role deckhand Hours 4 hours Your pay $100.99');
    expect(body).not.toContain('112.50');
  });

  it('answers who has no part in it as if there were no such charter', async () => {
    const cookie = await sessionOf('zoe').catch(() => undefined);
    const real = await ask(`/crew/events/${event.eventId}`, { cookie });
    const invented = await ask('/crew/events/inventedinventedinve', { cookie });
    expect(real.statusCode).toBe(410);
    expect(real).toEqual(invented);
    expect(real.body).toContain('Not one of your charters');
  });

  it.each([undefined, 'crew_session=forged.token', 'crew_session='])(
    'without a session (%s) explains how to get one',
    async (cookie) => {
      for (const path of ['/crew', `/crew/events/${event.eventId}`]) {
        const { statusCode, body } = await ask(path, { cookie });
        expect(statusCode).toBe(401);
        expect(body).toContain('Please open the link from your mail');
        expect(body).not.toContain('JADA');
      }
    },
  );

  it('is closed at once to a member whose links were revoked', async () => {
    await portal.registry.put('lee', { name: 'Lee', email: 'lee@example.test', active: true });
    const cookie = await sessionOf('lee');
    expect((await ask('/crew', { cookie })).statusCode).toBe(200);
    await portal.registry.revoke('lee');
    expect((await ask('/crew', { cookie })).statusCode).toBe(401);
  });
});

describe('the page of a cancelled charter', () => {
  it('says that nobody is needed, and promises no pay', async () => {
    const { body } = await ask(`/crew/events/${past.eventId}`, { cookie: await sessionOf('john') });
    expect(textOf(body)).toContain('This charter has been cancelled. You are not needed for it.');
    expect(body).not.toMatch(/\$\d/);
  });
});

describe('the list of charters', () => {
  it('has what is to come and what is over, and marks what was cancelled', async () => {
    const { statusCode, body } = await ask('/crew', { cookie: await sessionOf('john') });
    expect(statusCode).toBe(200);
    const text = textOf(body);
    expect(text).toMatch(/Upcoming Sunday, May 30, 2027 .*Past Thursday, January 15, 2026 Cancelled 1:00 PM/);
    expect(body).toContain(`href="/crew/events/${event.eventId}"`);
    expect(body).not.toMatch(/\$\d/);
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
        'referrer-policy': 'no-referrer',
        'x-robots-tag': 'noindex',
        'content-security-policy':
          "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self'; form-action 'self'; " +
          "base-uri 'none'; frame-ancestors 'none'",
      });
    }
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
    const files = await readdir(join(portal.directory, 'lambda'), { recursive: true });
    const texts = await Promise.all(
      files
        .filter((file) => file.endsWith('.mjs'))
        .map((file) => readFile(join(portal.directory, 'lambda', file), 'utf8')),
    );
    const imports = texts.flatMap((text) =>
      Array.from(text.matchAll(/^import [^'"\n]*?from ?["']([^."'][^"']*)["'];?$/gm), ([, from]) => from!),
    );
    expect(bundle).toContain('handler');
    expect(imports.length).toBeGreaterThan(10);
    expect(imports.filter((from) => !from.startsWith('node:'))).toEqual([]);
    const [icon] = await readdir(join(portal.directory, 'client', 'crew-assets'));
    expect((await ask('/crew')).body).toContain(`href="/crew-assets/${icon}"`);
  });

  it('is not built again while its inputs are the same', async () => {
    expect(await buildPortal(portal.directory)).toBe(false);
  });
});
