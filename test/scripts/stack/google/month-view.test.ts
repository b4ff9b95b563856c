import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '#scripts/stack/google/calendar.ts';
import { nextMonthOf, renderMonth } from '#scripts/stack/google/month-view.ts';

const calendars = [{ id: 'jada', summary: 'JADA', timeZone: 'America/Los_Angeles' }];

const event = (fields: Partial<StoredEvent>): StoredEvent => ({
  calendarId: 'jada',
  id: 'abcde',
  status: 'confirmed',
  start: { date: '2027-05-30' },
  end: { date: '2027-05-31' },
  sequence: 0,
  version: 0,
  created: '',
  updated: '',
  creator: '',
  ...fields,
});

const show = (events: StoredEvent[], month = '2027-05') =>
  renderMonth(events, month, { calendars, today: '2027-05-01' });

const dayOf = (page: string, date: string) =>
  new RegExp(`datetime="${date}".*?</li>`, 's').exec(page)?.[0] ?? '';

describe('the month page', () => {
  it('shows an all-day entry on its day only, since its end is exclusive', () => {
    const page = show([event({ summary: 'XHQGMDH · Ada' })]);
    expect(dayOf(page, '2027-05-30')).toContain('XHQGMDH · Ada');
    expect(dayOf(page, '2027-05-31')).not.toContain('XHQGMDH');
  });

  it('shows a timed entry on the day of the calendar, whatever the offset it was written with', () => {
    const start = { dateTime: '2027-05-31T03:00:00Z' };
    const page = show([event({ summary: 'Evening', start, end: { dateTime: '2027-05-31T06:00:00Z' } })]);
    expect(dayOf(page, '2027-05-30')).toContain('20:00 Evening');
    expect(dayOf(page, '2027-05-31')).not.toContain('Evening');
  });

  it('tells busy, free and deleted entries apart, in words too', () => {
    const page = show([
      event({ id: 'one', summary: 'One' }),
      event({ id: 'two', summary: 'Two', transparency: 'transparent' }),
      event({ id: 'three', summary: 'Three', status: 'cancelled' }),
    ]);
    expect(page).toMatch(/class="entry busy"><summary>One<\/summary><p>busy/);
    expect(page).toMatch(/class="entry free"><summary>Two<\/summary><p>free/);
    expect(page).toMatch(/class="entry deleted"><summary>Three<\/summary><p>deleted/);
  });

  it('escapes what people wrote', () => {
    const page = show([event({ summary: '<script>alert(1)</script>', description: '"><img src=x>' })]);
    expect(page).not.toContain('<script>');
    expect(page).not.toContain('<img');
  });

  it('says so when there are none', () => {
    expect(show([])).toContain('No entries.');
    expect(show([event({})])).not.toContain('No entries.');
  });

  it('links to the months before and after, across years', () => {
    expect(show([], '2027-12')).toContain('href="?month=2028-01"');
    expect(show([], '2027-01')).toContain('href="?month=2026-12"');
  });
});

describe('the month that opens', () => {
  it('is that of the next entry, else of the last one, else of today', () => {
    const events = ['2027-03-01', '2027-08-01'].map((date) => event({ start: { date } }));
    expect(nextMonthOf(events, '2027-04-15')).toBe('2027-08');
    expect(nextMonthOf(events, '2028-04-15')).toBe('2027-08');
    expect(nextMonthOf([], '2028-04-15')).toBe('2028-04');
  });
});
