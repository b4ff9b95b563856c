import ical from 'node-ical';
import { afterEach, describe, expect, it } from 'vitest';
import { renderCalendar, type CalendarEntry } from '#functions/ical.ts';
import { HOSTILE_NAMES } from '#test/fixtures/hostile-names.ts';

const entry: CalendarEntry = {
  uid: 'xhqgmdh@queenofsandiego.com',
  sequence: 4,
  stamp: '2027-05-01T12:00:00Z',
  startsAt: '2027-05-30T16:00:00Z',
  endsAt: '2027-05-30T19:00:00Z',
  zone: 'America/Los_Angeles',
  status: 'CONFIRMED',
  isBusy: true,
  summary: 'JADA charter',
  location: 'Harbor Island West Marina, dock C',
  url: 'https://guests.example.test/g/xhqgmdh',
  description: ['Guest: Alex Morgan', 'https://guests.example.test/g/xhqgmdh'],
};

const OPTIONS = { product: 'Test', language: 'EN' };
const render = (...entries: CalendarEntry[]): string => renderCalendar(entries, OPTIONS);
const unfold = (text: string): string[] => text.replaceAll('\r\n ', '').split('\r\n');
const read = (text: string) =>
  Object.values(ical.sync.parseICS(text)).filter((one) => one?.type === 'VEVENT');

const TZ = process.env.TZ;
afterEach(() => {
  if (TZ === undefined) delete process.env.TZ;
  else process.env.TZ = TZ;
});

describe('a calendar file', () => {
  it('is, line by line', () => {
    const text = render(entry);
    const [rules, event] = [text.indexOf('BEGIN:VTIMEZONE'), text.indexOf('BEGIN:VEVENT')];
    expect(text.slice(0, rules).split('\r\n')).toEqual([
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//Bosun//Test//EN',
      'METHOD:PUBLISH',
      '',
    ]);
    expect(text.slice(rules, event)).toMatch(/^BEGIN:VTIMEZONE\r\nTZID:America\/Los_Angeles\r\n/);
    expect(unfold(text.slice(event))).toEqual([
      'BEGIN:VEVENT',
      'UID:xhqgmdh@queenofsandiego.com',
      'SEQUENCE:4',
      'DTSTAMP:20270501T120000Z',
      'DTSTART;TZID=America/Los_Angeles:20270530T090000',
      'DTEND;TZID=America/Los_Angeles:20270530T120000',
      'SUMMARY:JADA charter',
      'TRANSP:OPAQUE',
      String.raw`LOCATION:Harbor Island West Marina\, dock C`,
      String.raw`DESCRIPTION:Guest: Alex Morgan\nhttps://guests.example.test/g/xhqgmdh`,
      'URL;VALUE=URI:https://guests.example.test/g/xhqgmdh',
      'STATUS:CONFIRMED',
      'LAST-MODIFIED:20270501T120000Z',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ]);
  });

  it('has properties of the calendar before everything in it', () => {
    const feed = { name: 'My charters', seconds: 3600 };
    const text = renderCalendar([entry], { ...OPTIONS, feed });
    const head = text.slice(0, text.indexOf('BEGIN:VTIMEZONE'));
    for (const line of ['X-WR-CALNAME:My charters', 'REFRESH-INTERVAL;VALUE=DURATION:PT1H'])
      expect(head).toContain(line);
    expect(text.match(/^BEGIN:\w+/gm)).toEqual([
      'BEGIN:VCALENDAR',
      'BEGIN:VTIMEZONE',
      'BEGIN:DAYLIGHT',
      'BEGIN:STANDARD',
      'BEGIN:VEVENT',
    ]);
  });

  it('writes what looks like part of a calendar as text', () => {
    const summary = 'BEGIN:VEVENT $& $1\r\nEND:VCALENDAR';
    const text = render({ ...entry, summary });
    expect(text.match(/^BEGIN:VEVENT$/gm)).toHaveLength(1);
    expect(text.match(/^END:VCALENDAR$/gm)).toHaveLength(1);
    expect(read(text)[0]?.summary).toBe('BEGIN:VEVENT $& $1\nEND:VCALENDAR');
  });

  it.each(HOSTILE_NAMES)('brings a name back as it was: $what', ({ name }) => {
    const text = render({ ...entry, summary: name, location: name, description: [name, 'second, line'] });
    const [event, ...others] = read(text);
    expect(others).toEqual([]);
    expect(event).toMatchObject({ uid: entry.uid, status: 'CONFIRMED' });
    const escaped = name.replaceAll(/[\\;,]/g, (mark) => `\\${mark}`);
    expect(unfold(text)).toContain(`SUMMARY:${escaped}`);
    expect(unfold(text)).toContain(`LOCATION:${escaped}`);
    expect(unfold(text)).toContain(String.raw`DESCRIPTION:${escaped}\nsecond\, line`);
    // node-ical takes an escaped backslash before an n for a line break.
    if (!name.includes(String.raw`\n`)) expect(event?.summary).toBe(name);
  });

  it.each(HOSTILE_NAMES)('never divides a character or exceeds 75 octets: $what', ({ name }) => {
    for (let shift = 0; shift < 8; shift++) {
      const bytes = Buffer.from(render({ ...entry, summary: 'x'.repeat(shift) + name }));
      expect(bytes.includes('\r\n')).toBe(true);
      for (const line of linesOf(bytes)) {
        expect(line.length).toBeLessThanOrEqual(75);
        expect(() => new TextDecoder('utf-8', { fatal: true }).decode(line)).not.toThrow();
      }
    }
  });

  it('is the same bytes each time, wherever it is written', () => {
    const first = render(entry);
    for (const zone of ['UTC', 'Pacific/Auckland', 'America/Los_Angeles']) {
      process.env.TZ = zone;
      expect(render(entry)).toBe(first);
    }
  });
});

describe('the time of an entry', () => {
  it.each([
    ['first', '2027-11-07T08:30:00Z'],
    ['second', '2027-11-07T09:30:00Z'],
  ])('that ends in the %s of two equal hours is in UTC: the wall time could mean either', (_, endsAt) => {
    const text = render({ ...entry, startsAt: '2027-11-07T05:00:00Z', endsAt });
    expect(unfold(text)).toContain('DTSTART:20271107T050000Z');
    expect(text).not.toContain('TZID');
    expect(read(text)[0]?.end?.toISOString()).toBe(new Date(endsAt).toISOString());
  });

  it('keeps the zone over every other change of clocks', () => {
    const text = render({
      ...entry,
      startsAt: '2027-11-07T05:00:00Z',
      endsAt: '2027-11-07T12:00:00Z',
    });
    expect(unfold(text)).toContain('DTEND;TZID=America/Los_Angeles:20271107T040000');
    expect(read(text)[0]?.end?.toISOString()).toBe('2027-11-07T12:00:00.000Z');
  });

  it('refers to rules that are in the file, by whatever name the zone is known', () => {
    const text = render({ ...entry, zone: 'US/Pacific' });
    expect(unfold(text)).toContain('TZID:US/Pacific');
    expect(unfold(text)).toContain('DTSTART;TZID=US/Pacific:20270530T090000');
  });

  it('is in UTC, without rules, where that is the zone', () => {
    const text = render({ ...entry, zone: 'UTC' });
    expect(unfold(text)).toContain('DTSTART:20270530T160000Z');
    expect(text).not.toContain('TZID');
  });

  it('has each zone’s rules once, and none that nothing refers to', () => {
    const paris = { ...entry, uid: 'b@example.test', zone: 'Europe/Paris' };
    const text = render(entry, { ...entry, uid: 'c@example.test' }, paris);
    expect(text.match(/^TZID:.*$/gm)).toEqual(['TZID:America/Los_Angeles', 'TZID:Europe/Paris']);
    expect(render()).not.toContain('VTIMEZONE');
  });
});

function* linesOf(bytes: Buffer): Generator<Buffer> {
  for (let from = 0; from < bytes.length;) {
    const to = bytes.indexOf('\r\n', from);
    expect(to).toBeGreaterThanOrEqual(from);
    yield bytes.subarray(from, to);
    from = to + 2;
  }
}
