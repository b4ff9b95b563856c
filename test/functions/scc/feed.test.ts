import ical from 'node-ical';
import { afterEach, describe, expect, it } from 'vitest';
import { renderFeed, type FeedEntry } from '#functions/scc/feed.ts';

const CREW_URL = 'https://crew.example.test';

const entry: FeedEntry = {
  eventId: 'abcdefghij0123456789',
  status: 'confirmed',
  invited: false,
  role: 'deckhand',
  start: '2027-05-30T09:00',
  end: '2027-05-30T12:00',
  zone: 'America/Los_Angeles',
  startsAt: '2027-05-30T16:00:00Z',
  endsAt: '2027-05-30T19:00:00Z',
  vessel: 'JADA',
  berth: { name: 'Harbor Island West Marina, dock C', map: 'https://maps.example.test/?q=jada&z=1' },
  notes: 'Bring ice, towels; and a “smile” — ¡ándale!\nSecond line \\ with a backslash',
  sequence: 4,
  at: '2027-05-01T12:00:00Z',
};

const lines = (text: string) => text.replaceAll('\r\n ', '').split('\r\n');
const read = (text: string) =>
  Object.values(ical.sync.parseICS(text)).filter((one) => one?.type === 'VEVENT');
const render = (...entries: FeedEntry[]) => renderFeed(entries, { crewUrl: CREW_URL });

const TZ = process.env.TZ;
afterEach(() => {
  if (TZ === undefined) delete process.env.TZ;
  else process.env.TZ = TZ;
});

describe('a member’s calendar feed', () => {
  it('says when, where and what for, in the zone of the berth, and stamps the release in UTC', () => {
    const text = render(entry);
    expect(lines(text)).toEqual(
      expect.arrayContaining([
        'METHOD:PUBLISH',
        'X-PUBLISHED-TTL:PT1H',
        'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
        'TZID:America/Los_Angeles',
        'UID:abcdefghij0123456789@crew.example.test',
        'SEQUENCE:4',
        'DTSTAMP:20270501T120000Z',
        'LAST-MODIFIED:20270501T120000Z',
        'DTSTART;TZID=America/Los_Angeles:20270530T090000',
        'DTEND;TZID=America/Los_Angeles:20270530T120000',
        'STATUS:CONFIRMED',
        'TRANSP:OPAQUE',
        'SUMMARY:JADA: deckhand',
        String.raw`LOCATION:Harbor Island West Marina\, dock C`,
        'URL;VALUE=URI:https://crew.example.test/crew/events/abcdefghij0123456789',
      ]),
    );
    expect(text).toMatch(/^BEGIN:VCALENDAR\r\n/);
    expect(text).toMatch(/END:VCALENDAR(\r\n)?$/);
  });

  it('comes back whole from another program: folded, escaped, line breaks kept', () => {
    const [event] = read(render(entry));
    expect(event?.description).toBe(
      `Role: deckhand\n${entry.notes}\nMap: ${entry.berth.map}\n${CREW_URL}/crew/events/${entry.eventId}`,
    );
    expect(event?.location).toBe(entry.berth.name);
    for (const line of render({ ...entry, notes: 'ñ€😀, '.repeat(60) }).split('\r\n'))
      expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    expect(read(render({ ...entry, notes: 'ñ€😀, '.repeat(60) }))[0]?.description).toContain(
      'ñ€😀, '.repeat(60),
    );
  });

  it.each<[string, Partial<FeedEntry>, string, string]>([
    ['an invitation', { invited: true }, 'TENTATIVE', 'Invited: JADA, deckhand'],
    ['a charter on hold', { status: 'on-hold' }, 'TENTATIVE', 'On hold: JADA'],
    ['an invitation to one on hold', { status: 'on-hold', invited: true }, 'TENTATIVE', 'On hold: JADA'],
    ['a cancelled charter', { status: 'cancelled' }, 'CANCELLED', 'Cancelled: JADA'],
    ['a cancelled invitation', { status: 'cancelled', invited: true }, 'CANCELLED', 'Cancelled: JADA'],
    ['a place that was lost', { status: 'former', role: null }, 'CANCELLED', 'Not on board any more: JADA'],
  ])('shows %s as what it is, and never as busy', (_, change, status, summary) => {
    const text = render({ ...entry, ...change, sequence: 7 });
    const [event] = read(text);
    expect(Number(event?.sequence)).toBe(7);
    expect(event).toMatchObject({ status, summary, uid: `${entry.eventId}@crew.example.test` });
    expect(lines(text)).toContain('TRANSP:TRANSPARENT');
  });

  it('is the same bytes each time, and a calendar without charters too', () => {
    expect(render(entry)).toBe(render(entry));
    expect(render()).toContain('END:VCALENDAR');
    expect(read(render())).toEqual([]);
  });

  it('holds the rules of each zone that it uses once', () => {
    const paris = { ...entry, eventId: 'b'.repeat(20), zone: 'Europe/Paris' };
    const text = render(entry, { ...entry, eventId: 'c'.repeat(20) }, paris);
    expect(text.match(/^TZID:.*$/gm)).toEqual(
      ['TZID:America/Los_Angeles\r', 'TZID:Europe/Paris\r'].map((one) => one.trim()),
    );
    expect(read(text)).toHaveLength(3);
  });

  const days = [
    ['the day that clocks go forward', '2027-03-14T09:00', '2027-03-14T16:00:00Z'],
    ['across the hour that is skipped', '2027-03-14T01:30', '2027-03-14T09:30:00Z'],
    ['the day that clocks go back', '2027-11-07T09:00', '2027-11-07T17:00:00Z'],
    ['the evening before clocks go back', '2027-11-06T20:00', '2027-11-07T03:00:00Z'],
    // 02:30 on this day does not exist in Auckland.
    ['a time that this machine’s clock skips', '2027-09-26T02:30', '2027-09-26T09:30:00Z'],
  ] as const;
  it.each(
    ['UTC', 'Pacific/Auckland', 'America/Los_Angeles'].flatMap((tz) =>
      days.map((day) => [tz, ...day] as const),
    ),
  )('on a machine in %s is right on %s', (tz, _, start, startsAt) => {
    process.env.TZ = tz;
    expect(new Intl.DateTimeFormat().resolvedOptions().timeZone).toBe(tz);
    const endsAt = new Date(Date.parse(startsAt) + 3 * 3_600_000).toISOString();
    const text = render({ ...entry, start, startsAt, endsAt });
    const [event] = read(text);
    expect(lines(text)).toContain(`DTSTART;TZID=America/Los_Angeles:${start.replaceAll(/[-:]/g, '')}00`);
    expect(event?.start.toISOString()).toBe(new Date(startsAt).toISOString());
    expect(event?.end?.toISOString()).toBe(endsAt);
  });
});
