import { describe, expect, it } from 'vitest';
import { calendarLinks, type CalendarEntry } from '#site/guest/src/calendar-links.ts';

const entry: CalendarEntry = {
  title: 'JADA charter',
  startsAt: '2027-05-30T16:00:00Z',
  endsAt: '2027-05-30T19:00:00Z',
  zone: 'America/Los_Angeles',
  place: 'Harbor Island West Marina, dock C, slip 14',
  details: 'Check-in: 8:45 AM\nAll about the day: https://queenofsandiego.com/g/xhqgmdh',
};

const fieldsOf = (link: string) => Object.fromEntries(new URL(link).searchParams);

describe('a link that fills in a calendar entry', () => {
  it('gives Google the instants, the zone they are shown in, the place and the way back', () => {
    const { google } = calendarLinks(entry);
    expect(google).toMatch(/^https:\/\/calendar\.google\.com\/calendar\/render\?action=TEMPLATE&/);
    expect(fieldsOf(google)).toEqual({
      action: 'TEMPLATE',
      text: 'JADA charter',
      dates: '20270530T160000Z/20270530T190000Z',
      ctz: 'America/Los_Angeles',
      location: entry.place,
      details: entry.details,
    });
  });

  it('gives Outlook the same', () => {
    const { outlook } = calendarLinks(entry);
    expect(outlook).toMatch(/^https:\/\/outlook\.live\.com\/calendar\/0\/deeplink\/compose\?/);
    expect(fieldsOf(outlook)).toEqual({
      path: '/calendar/action/compose',
      rru: 'addevent',
      subject: 'JADA charter',
      startdt: entry.startsAt,
      enddt: entry.endsAt,
      location: entry.place,
      body: entry.details,
    });
  });

  it('writes spaces so that Outlook does not show them as plus signs', () => {
    for (const link of Object.values(calendarLinks(entry))) expect(link).not.toContain('+');
  });

  it.each(['a&b=c#d', '"><script>', 'C++ & more', 'משה', '⛵', 'half of a character: \uD83D', '%0d%0aX: y'])(
    'keeps whatever is in a text inside its field: %j',
    (title) => {
      for (const link of Object.values(calendarLinks({ ...entry, title }))) {
        const fields = fieldsOf(link);
        expect(fields['text'] ?? fields['subject']).toBe(title.toWellFormed());
        expect(Object.keys(fields)).toHaveLength('text' in fields ? 6 : 7);
        expect(link).toMatch(/^[\w.:/?=&%~!*'()-]+$/);
      }
    },
  );
});
