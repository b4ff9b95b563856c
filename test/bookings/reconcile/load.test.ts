import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import { UserError } from '#bookings/model/problem.ts';
import { check, load, readSource } from '#bookings/reconcile/load.ts';
import { sourceOf, withFile, xhqgmdh } from '#test/fixtures/bookings.ts';
import { OPERATOR } from '#test/fixtures/operator.ts';

describe('reading files', () => {
  it('finds those of a checkout, all valid', async () => {
    const { bookings, reference } = load(await readSource(OPERATOR));
    expect(bookings.map(({ key }) => key)).toEqual([
      'boatsetter-mzt5kc',
      'boatsetter-q4r8tn',
      'boatsetter-xhqgmdh',
      'getmyboat-h3w9xd',
      'getmyboat-k7m2p4',
      'phone-p2611',
    ]);
    expect(Object.keys(reference.fleet.vessels)).toEqual(['jada']);
  });

  it('takes a folder that is not there for one without files, which only bookings can do without', async () => {
    const root = mkdtempSync(join(tmpdir(), 'bosun-load-'));
    try {
      const source = await readSource(root);
      expect(source).toEqual({ bookings: [], reference: [] });
      const { problems, loaded } = check(source);
      expect(loaded).toBeUndefined();
      expect(problems.map(({ where }) => where)).toContain('bookings/reference/fleet.json');
      const { reference } = await readSource(OPERATOR);
      expect(check({ ...source, reference })).toMatchObject({ problems: [], loaded: { bookings: [] } });
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});

const problemsOf = (...bookings: BookingFileInput[]) => check(sourceOf(...bookings)).problems;

/** A copy of the documented booking with members replaced; unknown members are allowed, as in a broken file. */
const broken = (changes: Record<string, unknown>) => ({ ...xhqgmdh(), ...changes });

describe('loading bookings', () => {
  it('reads the documented booking: times in the vessel’s zone, pay and port fee in cents', () => {
    const [booking] = load(sourceOf(xhqgmdh())).bookings;
    expect(booking).toMatchObject({
      key: 'boatsetter-xhqgmdh',
      startsAt: '2027-05-30T16:00:00Z',
      endsAt: '2027-05-30T19:00:00Z',
      end: '2027-05-30T12:00',
      gross: 84075,
      portFee: 15134,
    });
    expect(booking!.crew.map(({ key, pay }) => [key, pay])).toEqual([
      ['john', 12500],
      ['jane', 12500],
      ['mike', 15000],
    ]);
  });

  it.each([
    ['an unknown field', broken({ colour: 'blue' }), 'colour', 'the unknown field "colour"'],
    ['a UTC start', broken({ start: '2027-05-30T09:00Z' }), 'start', '2027-05-30T09:00Z'],
    ['a time of day alone', broken({ start: '09:00Z' }), 'start', '09:00Z'],
    ['02:30 on the spring DST day', broken({ start: '2027-03-14T02:30' }), 'start', 'does not exist'],
    ['01:30 on the autumn DST day', broken({ start: '2027-11-07T01:30' }), 'start', 'occurs twice'],
    ['negative hours', broken({ hours: -3 }), 'hours', '-3'],
    ['hours of a third', broken({ hours: 1.33 }), 'hours', '1.33'],
    [
      'a phone number in a note',
      broken({ notes: { crew: 'call +16195550134' } }),
      'notes.crew',
      '+16195550134',
    ],
    [
      'an address in a name',
      broken({ guest: { name: 'alex@example.com', count: 2 } }),
      'guest.name',
      'alex@example.com',
    ],
    [
      'an unknown member',
      broken({ crew: [{ member: 'jim', role: 'deckhand', hours: 5 }] }),
      'crew[0].member',
      '"jim"',
    ],
    [
      'a role the member does not have',
      broken({ crew: [{ member: 'john', role: 'captain', hours: 5 }] }),
      'crew[0].role',
      '"captain"',
    ],
    [
      'a member twice',
      broken({ crew: [...xhqgmdh().crew!, { member: 'john', role: 'deckhand', hours: 5 }] }),
      'crew[3].member',
      'a second time',
    ],
    ['an unknown vessel', broken({ vessel: 'jade' }), 'vessel', '"jade"'],
    ['a vessel that every object has', broken({ vessel: 'constructor' }), 'vessel', '"constructor"'],
    [
      'such a member',
      broken({ crew: [{ member: '__proto__', role: 'deckhand', hours: 5 }] }),
      'crew[0].member',
      '__proto__',
    ],
    ['such a role', broken({ crew: [{ role: 'toString', hours: 5 }] }), 'crew[0].role', '"toString"'],
    ['a blank name', broken({ guest: { name: '   ', count: 2 } }), 'guest.name', '"   "'],
    ['a name on two lines', broken({ guest: { name: 'A\nBcc: x', count: 2 } }), 'guest.name', 'Bcc'],
    ['text that turns its direction', broken({ notes: { crew: 'a\u202Eb' } }), 'notes.crew', 'a'],
    ['a year of another age', broken({ start: '9999-12-31T23:00' }), 'start', '9999'],
    ['a date before all rate cards', broken({ start: '2025-05-30T09:00' }), 'start', '2025-05-30'],
    ['an amount with a currency', broken({ gross: '$840.75' }), 'gross', '"$840.75"'],
    ['a number as an amount', broken({ gross: 840.75 }), 'gross', '840.75'],
    ['no guests', broken({ guest: { name: 'Alex', count: 0 } }), 'guest.count', '0'],
    ['an unknown status', broken({ status: 'maybe' }), 'status', '"maybe"'],
    ['a page id in capitals', broken({ pageId: 'XHQGMDH' }), 'pageId', '"XHQGMDH"'],
    ['a missing field', broken({ bookedAt: undefined }), 'bookedAt', 'nothing'],
    [
      'an instant without offset',
      broken({ bookedAt: '2026-11-20T18:03:00' }),
      'bookedAt',
      '2026-11-20T18:03:00',
    ],
    [
      'a booking that replaces nothing',
      broken({ rebookedFrom: 'getmyboat-none' }),
      'rebookedFrom',
      'getmyboat-none',
    ],
  ])('%s is named by file, path and finding', (_, file, path, found) => {
    const problems = problemsOf(file);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ where: 'bookings/data/boatsetter-xhqgmdh.json', path });
    expect(problems[0]!.found).toContain(found);
    expect(problems[0]!.expected).not.toBe('');
  });

  it('says where JSON ends being JSON', () => {
    const source = withFile(sourceOf(), 'bookings/data/phone-p1.json', '{ "platform": "phone",, }');
    expect(check(source).problems).toMatchObject([
      { where: 'bookings/data/phone-p1.json', expected: 'JSON' },
    ]);
  });

  it('refuses a page id that two bookings share, naming both files', () => {
    const [problem] = problemsOf(xhqgmdh(), broken({ id: 'OTHER1' }));
    expect(problem).toMatchObject({ where: 'bookings/data/boatsetter-other1.json', path: 'pageId' });
    expect(problem!.found).toContain('bookings/data/boatsetter-xhqgmdh.json');
  });

  it('refuses a file whose name is not its identity, with the command that renames it', () => {
    const source = withFile(sourceOf(), 'bookings/data/boatsetter-wrong.json', JSON.stringify(xhqgmdh()));
    expect(check(source).problems[0]!.remedy).toBe(
      'git mv bookings/data/boatsetter-wrong.json bookings/data/boatsetter-xhqgmdh.json',
    );
  });

  it('reports all problems of all files at once, and applies nothing', () => {
    const source = sourceOf(
      broken({ hours: -1, gross: 'much', colour: 1 }),
      broken({ id: 'SECOND', status: 'x', pageId: 'secondpage' }),
    );
    expect(check(source).problems).toHaveLength(4);
    expect(() => load(source)).toThrow(UserError);
    expect(() => load(source)).toThrow(/4 problems in 2 files; nothing was applied/);
  });

  it('reports broken reference data and broken bookings together', () => {
    const source = sourceOf(broken({ hours: -1 }));
    const reference = source.reference.map((file) =>
      file.path.endsWith('crew.json') ? { ...file, text: '{' } : file,
    );
    expect(check({ ...source, reference }).problems.map(({ where }) => where)).toEqual([
      'bookings/reference/crew.json',
      'bookings/data/boatsetter-xhqgmdh.json',
    ]);
  });

  it('refuses a member whose key could be that of an open position', () => {
    const source = sourceOf();
    const text = JSON.stringify({ members: { 'deckhand-1': { name: 'X', roles: ['deckhand'] } } });
    const reference = source.reference.map((file) =>
      file.path.endsWith('crew.json') ? { ...file, text } : file,
    );
    expect(check({ ...source, reference }).problems).toMatchObject([{ path: 'members.deckhand-1' }]);
  });

  it('refuses a field that stands twice, as a merge may leave it, and only that', () => {
    const text = JSON.stringify(xhqgmdh()).replace('"gross":"840.75"', '"gross":"840.75","gross":"1.00"');
    const source = withFile(
      sourceOf(),
      'bookings/data/boatsetter-xhqgmdh.json',
      text.replace('"count":6', '"count":6,"count":7'),
    );
    expect(check(source).problems.map(({ path, found }) => [path, found])).toEqual([
      ['guest.count', 'the same field twice'],
      ['gross', 'the same field twice'],
    ]);
  });

  it('reads a file that begins with a byte order mark', () => {
    const text = `\uFEFF${JSON.stringify(xhqgmdh())}`;
    expect(check(withFile(sourceOf(), 'bookings/data/boatsetter-xhqgmdh.json', text)).problems).toEqual([]);
  });

  it('survives absurd input', () => {
    for (const text of [
      '',
      'null',
      '[]',
      '"x"',
      '{"crew":{}}',
      '{"__proto__":{"a":1}}',
      '[[[[[[]]]]]]',
      '['.repeat(200_000) + ']'.repeat(200_000),
    ]) {
      const { problems } = check(withFile(sourceOf(), 'bookings/data/phone-p1.json', text));
      expect(problems.length).toBeGreaterThan(0);
    }
  });
});
