import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatBooking } from '#scripts/booking/file.ts';
import { parseCrewEntry } from '#scripts/booking/new.ts';
import { readSource } from '#bookings/reconcile/load.ts';
import { ROOT } from '#scripts/repository.ts';
import { OPERATOR } from '#test/fixtures/operator.ts';

const NOW = '2026-11-21T12:00:00-08:00';
const XHQGMDH = 'bookings/data/boatsetter-xhqgmdh.json';

let checkout: string;

beforeEach(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'bosun-booking-'));
  await cp(join(OPERATOR, 'bookings'), join(checkout, 'bookings'), { recursive: true });
});

afterEach(() => rm(checkout, { recursive: true }));

/** Runs `npm run booking -- …` as a process without a terminal. */
function booking(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const args = [join(ROOT, 'scripts/booking.ts'), ...words, '--checkout', checkout];
  return new Promise((resolve) => {
    execFile(process.execPath, args, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out, err }),
    );
  });
}

const read = async (path: string): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(join(checkout, path), 'utf8')) as Record<string, unknown>;

const NEW = [
  ...['new', '--platform', 'phone', '--id', 'P2712', '--vessel', 'jada', '--start', '2027-06-12T10:00'],
  ...[
    '--hours',
    '3',
    '--guest',
    'Maria Lopez',
    '--guests',
    '5',
    '--gross',
    '750.00',
    '--status',
    'confirmed',
  ],
  ...['--crew', 'mike:captain:3', '--crew', 'deckhand:5', '--booked-at', NOW],
];

describe('booking new', () => {
  it('writes a valid file with a new page id', async () => {
    const { code, out } = await booking(...NEW);
    expect(code).toBe(0);
    expect(out).toContain('bookings/data/phone-p2712.json written');
    const file = await read('bookings/data/phone-p2712.json');
    expect(file).toMatchObject({ id: 'P2712', crew: [{ member: 'mike' }, { role: 'deckhand', hours: 5 }] });
    expect(file.pageId).toMatch(/^[a-hj-kmnp-rtwxy346789]{8}$/);
    expect((await booking('check')).out).toContain('7 bookings, all valid');
  });

  it('names the schema in it, by which editors help', async () => {
    await booking(...NEW);
    const path = 'bookings/data/phone-p2712.json';
    const { $schema } = await read(path);
    expect(JSON.parse(await readFile(join(ROOT, dirname(path), $schema as string), 'utf8'))).toHaveProperty(
      'properties.pageId',
    );
  });

  it('writes the first of all, where git left no folder for it', async () => {
    await rm(join(checkout, 'bookings/data'), { recursive: true });
    expect((await booking('check')).out).toContain('0 bookings, all valid');
    expect((await booking(...NEW)).code).toBe(0);
    expect((await booking('check')).out).toContain('1 booking, all valid');
  });

  it('names everything that is missing where there is no terminal to ask on', async () => {
    const { code, err } = await booking('new', '--platform', 'phone');
    expect(code).toBe(2);
    expect(err).toContain('--id, --vessel, --start, --hours, --guest, --guests, --gross, --status');
  });

  it('writes nothing when the set would not be valid with it', async () => {
    const { code, err } = await booking(...NEW, '--note-crew', 'call 619 555 0134', '--page-id', 'xhqgmdh');
    expect(code).toBe(2);
    expect(err).toContain('a phone number');
    await expect(read('bookings/data/phone-p2712.json')).rejects.toThrow('ENOENT');
  });

  it('refuses to overwrite a booking', async () => {
    await booking(...NEW);
    const { code, err } = await booking(...NEW);
    expect(code).toBe(2);
    expect(err).toContain('booking -- amend phone-p2712');
  });
});

describe('booking amend', () => {
  it('changes fields and records each change, old and new', async () => {
    const { code } = await booking(
      ...['amend', 'xhqgmdh', '--set', 'start=2027-05-31T09:00', '--set', 'guest.count=7'],
      ...['--reason', 'storm on the 30th', '--now', NOW],
    );
    expect(code).toBe(0);
    expect(await read(XHQGMDH)).toMatchObject({
      start: '2027-05-31T09:00',
      guest: { count: 7, name: 'Alex Morgan' },
      amendments: [
        { field: 'start', from: '2027-05-30T09:00', to: '2027-05-31T09:00', reason: 'storm on the 30th' },
        { field: 'guest.count', from: 6, to: 7 },
      ],
    });
  });

  it('reassigns: one member for another, an open position, and back to open', async () => {
    expect((await booking('amend', 'XHQGMDH', '--assign', 'john=ana', '--now', NOW)).code).toBe(0);
    expect((await booking('amend', 'XHQGMDH', '--assign', 'ana=', '--now', NOW)).code).toBe(0);
    expect((await booking('amend', 'XHQGMDH', '--assign', 'deckhand-1=john', '--now', NOW)).code).toBe(0);
    const { crew } = (await read(XHQGMDH)) as { crew: { member: string }[] };
    expect(crew.map(({ member }) => member)).toEqual(['john', 'jane', 'mike']);
  });

  it('records a change that was made by hand, as plan’s warning says', async () => {
    const text = (await readFile(join(checkout, XHQGMDH), 'utf8')).replace(
      '2027-05-30T09:00',
      '2027-05-30T10:00',
    );
    await writeFile(join(checkout, XHQGMDH), text);
    await booking('amend', 'xhqgmdh', '--record', 'start', '--from', '"2027-05-30T09:00"', '--now', NOW);
    expect(await read(XHQGMDH)).toMatchObject({
      amendments: [{ field: 'start', from: '2027-05-30T09:00', to: '2027-05-30T10:00' }],
    });
  });

  it.each([
    [['--set', 'id=OTHER'], 'fixed'],
    [['--set', 'pageId=otherpage'], 'fixed'],
    [['--set', 'hours=-1'], 'hours in steps of a quarter'],
    [['--set', 'start=2027-03-14T02:30'], 'does not exist'],
    [['--set', 'colour=blue'], 'colour is no field to set'],
    [['--set', '__proto__.x=1'], 'no field to set'],
    [['--set', 'crew=john'], 'no field to set'],
    [['--set', 'start'], '<name>=<value>'],
    [['--set', 'start=2027-05-30T09:00'], 'says that already'],
    [['--assign', 'rosa=ana'], 'no crew entry "rosa"'],
    [['--record', 'start'], '--from'],
    [['--record', 'start', '--from', '"2027-05-30T09:00"'], 'says that already'],
    [[], 'Nothing to change'],
    [['--colour'], 'Unknown option'],
  ])('refuses %j, changing nothing', async (words, reason) => {
    const before = await readFile(join(checkout, XHQGMDH), 'utf8');
    const { code, err } = await booking('amend', 'xhqgmdh', ...words);
    expect(code).toBe(2);
    expect(err).toContain(reason);
    expect(await readFile(join(checkout, XHQGMDH), 'utf8')).toBe(before);
  });

  it('says which bookings there are when the code is unknown', async () => {
    const { code, err } = await booking('amend', 'NOPE', '--set', 'hours=2');
    expect(code).toBe(2);
    expect(err).toContain('boatsetter-xhqgmdh');
  });
});

describe('booking cancel', () => {
  it('cancels once', async () => {
    expect((await booking('cancel', 'xhqgmdh', '--reason', 'guest is ill', '--now', NOW)).code).toBe(0);
    expect(await read(XHQGMDH)).toMatchObject({
      status: 'cancelled',
      amendments: [{ field: 'status', from: 'confirmed', to: 'cancelled' }],
    });
    expect((await booking('cancel', 'xhqgmdh')).code).toBe(2);
  });
});

describe('booking check', () => {
  it('names texts that guests of a vessel would look for in vain', async () => {
    const texts = 'site/guest/content';
    await cp(join(ROOT, texts), join(checkout, texts), { recursive: true });
    await rm(join(checkout, texts, 'es/jada/about.md'));
    const { code, err } = await booking('check');
    expect(code).toBe(2);
    expect(err).toMatch(/site\/guest\/content\/es\/jada\/about\.md\n {4}expected this file/);
  });

  it('reports all problems as text and as JSON, with exit code 2', async () => {
    await writeFile(join(checkout, 'bookings/data/phone-p1.json'), '{');
    expect(await booking('check')).toMatchObject({
      code: 2,
      err: expect.stringContaining('phone-p1.json') as string,
    });
    const { out, code } = await booking('check', '--json');
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({
      problems: [{ where: 'bookings/data/phone-p1.json', expected: 'JSON' }],
    });
  });
});

describe('the way files are written', () => {
  it('is the way that the formatter leaves files, so that an amendment changes no other line', async () => {
    const { bookings } = await readSource(OPERATOR);
    expect(bookings).toHaveLength(6);
    for (const { text } of bookings) expect(formatBooking(JSON.parse(text) as object)).toBe(text);
  });

  it.each([
    ['john:deckhand:5', { member: 'john', role: 'deckhand', hours: 5 }],
    ['captain:2.5', { role: 'captain', hours: 2.5 }],
  ])('reads the crew entry %s', (words, entry) => {
    expect(parseCrewEntry(words)).toEqual(entry);
  });

  it.each(['john', 'john:deckhand:x', 'a:b:c:4', ''])('refuses the crew entry %j', (words) => {
    expect(() => parseCrewEntry(words)).toThrow('<member>:<role>:<hours>');
  });
});
