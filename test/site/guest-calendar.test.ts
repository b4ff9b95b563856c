import ical from 'node-ical';
import { afterEach, describe, expect, it } from 'vitest';
import type { PageView } from '#bookings/model/views/page.ts';
import { renderGuestCalendar } from '#site/guest-calendar.ts';
import { HOSTILE_NAMES } from '#test/fixtures/hostile-names.ts';
import { pageViews } from './page-views.ts';

const GUEST_URL = 'https://guests.example.test';
const render = (view: PageView, revision = 3): string =>
  renderGuestCalendar(view, { revision, guestUrl: GUEST_URL });
const unfold = (text: string): string[] => text.replaceAll('\r\n ', '').split('\r\n');
const read = (text: string) => {
  const events = Object.values(ical.sync.parseICS(text)).filter((one) => one?.type === 'VEVENT');
  expect(events).toHaveLength(1);
  return events[0]!;
};

const TZ = process.env.TZ;
afterEach(() => {
  if (TZ === undefined) delete process.env.TZ;
  else process.env.TZ = TZ;
});

describe('a guest’s calendar file', () => {
  it('says when, where and what, and where to read more', () => {
    const text = render(pageViews.confirmed);
    expect(unfold(text)).toEqual(
      expect.arrayContaining([
        'METHOD:PUBLISH',
        'UID:xhqgmdh@queenofsandiego.com',
        'SEQUENCE:3',
        'DTSTAMP:20261121T020300Z',
        'DTSTART;TZID=America/Los_Angeles:20270530T090000',
        'DTEND;TZID=America/Los_Angeles:20270530T120000',
        'STATUS:CONFIRMED',
        'TRANSP:OPAQUE',
        'SUMMARY:JADA charter',
        'URL;VALUE=URI:https://guests.example.test/g/xhqgmdh',
      ]),
    );
    expect(read(text)).toMatchObject({ location: 'Harbor Island West Marina, dock C' });
    expect(String(read(text).description).split('\n')).toEqual([
      'Guest: Alex Morgan',
      'Party: 6 guests',
      'Check-in: 8:45 AM PDT',
      'Map: https://maps.example/?q=dock+c&z=17',
      'Questions: Queen of San Diego, +1 619 555 0142, hello@queenofsandiego.com',
      'https://guests.example.test/g/xhqgmdh',
    ]);
  });

  it('is in the language of the booking', () => {
    const text = render(pageViews.spanish);
    expect(unfold(text)).toEqual(
      expect.arrayContaining(['PRODID:-//Bosun//Guest//ES', 'SUMMARY:Paseo en JADA']),
    );
    expect(read(text).description).toMatch(/^Huésped: .*\nGrupo: 6 personas\nLlegada: 8:45/);
    expect(text).not.toMatch(/Guest:|Party|charter/);
  });

  it('of a booking on hold is tentative and keeps nobody’s time busy', () => {
    const text = render(pageViews.pending);
    expect(read(text)).toMatchObject({ status: 'TENTATIVE', summary: 'On hold: JADA charter' });
    expect(unfold(text)).toContain('TRANSP:TRANSPARENT');
    expect(read(text).description).toContain('It is not confirmed yet.');
  });

  it('of a cancelled booking is the same entry, cancelled, and calls nobody to the dock', () => {
    const text = render({ ...pageViews.confirmed, status: 'cancelled' }, 4);
    expect(read(text)).toMatchObject({
      uid: read(render(pageViews.confirmed)).uid,
      status: 'CANCELLED',
      summary: 'Cancelled: JADA charter',
    });
    expect(unfold(text)).toEqual(expect.arrayContaining(['SEQUENCE:4', 'TRANSP:TRANSPARENT']));
    expect(read(text).description).toContain('This charter has been cancelled.');
    expect(read(text).description).not.toMatch(/Check-in|Map/);
    expect(read(render({ ...pageViews.spanish, status: 'cancelled' })).summary).toBe(
      'Cancelado: paseo en JADA',
    );
  });

  it.each(HOSTILE_NAMES)('names the guest unchanged: $what', ({ name }) => {
    const text = render({ ...pageViews.confirmed, guest: { name, firstName: name, count: 1 } });
    const escaped = name.replaceAll(/[\\;,]/g, (mark) => `\\${mark}`);
    const description = unfold(text).find((line) => line.startsWith('DESCRIPTION:'));
    expect(description).toContain(String.raw`DESCRIPTION:Guest: ${escaped}\nParty: 1 guest\n`);
    expect(read(text)).toMatchObject({ uid: 'xhqgmdh@queenofsandiego.com', summary: 'JADA charter' });
    for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
  });

  it('never has the key that lets one see photos', () => {
    for (const view of Object.values(pageViews)) expect(render(view)).not.toMatch(/#|k=/);
  });

  it.each(['UTC', 'America/Los_Angeles', 'Pacific/Auckland'])(
    'is right over the change of clocks, and the same bytes, on a machine in %s',
    (zone) => {
      const here = render(pageViews.overnight);
      process.env.TZ = zone;
      const text = render(pageViews.overnight);
      expect(text).toBe(here);
      expect(unfold(text)).toEqual(
        expect.arrayContaining([
          'DTSTART;TZID=America/Los_Angeles:20270313T220000',
          'DTEND;TZID=America/Los_Angeles:20270314T063000',
        ]),
      );
      expect(read(text).start.toISOString()).toBe('2027-03-14T06:00:00.000Z');
      expect(read(text).end?.toISOString()).toBe('2027-03-14T13:30:00.000Z');
      expect(read(text).description).toContain('Check-in: 9:45 PM PST');
    },
  );
});
