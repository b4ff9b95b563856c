import { describe, expect, it } from 'vitest';
import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import { toViews } from '#bookings/model/views.ts';
import { isolate, onOneLine, VISIBLE } from '#bookings/model/visible-text.ts';
import { check, invalid, load } from '#bookings/reconcile/load.ts';
import { sourceOf, withFile, xhqgmdh } from '#test/fixtures/bookings.ts';
import { HOSTILE_NAMES, REFUSED_NAMES } from '#test/fixtures/hostile-names.ts';

const named = (name: string): BookingFileInput => ({ ...xhqgmdh(), guest: { ...xhqgmdh().guest, name } });
const problemsOf = (booking: BookingFileInput) => check(sourceOf(booking)).problems;

describe('a name of any characters that can be shown', () => {
  it.each(HOSTILE_NAMES)('is what it is in every view that has it: $what', ({ name }) => {
    const { bookings } = load(sourceOf(named(name)));
    const { page, calendar, event, summary, card } = toViews(bookings[0]!);
    expect([page.guest.name, calendar.guestName, summary.guest.name]).toEqual([name, name, name]);
    expect(name.startsWith(event.view.guest.firstName)).toBe(true);
    expect(event.view.guest.firstName).not.toBe('');
    expect(JSON.stringify(card)).not.toContain(JSON.stringify(name).slice(1, -1));
  });
});

describe('a name that could act on what shows it', () => {
  it.each(REFUSED_NAMES)('is refused: $what', ({ name }) => {
    const problems = problemsOf(named(name));
    expect([...new Set(problems.map(({ path }) => path))]).toEqual(['guest.name']);
    const { message } = invalid(problems);
    expect(message).toMatch(/guest\.name\n {4}expected (text without control characters|a name on one line)/);
    // Not even the report of it acts on a terminal.
    expect(VISIBLE.test(message)).toBe(true);
    expect(message).not.toContain(name);
  });

  it('is refused in notes and amendments, too; a line break in a note is none', () => {
    const booking = xhqgmdh();
    const amendment = { at: '2026-11-20T18:03:00-08:00', field: 'notes.guest', from: null };
    expect(problemsOf({ ...booking, notes: { guest: 'One\nTwo 👍' } })).toEqual([]);
    expect(problemsOf({ ...booking, notes: { guest: 'One\u2028Two' } })).toMatchObject([
      { path: 'notes.guest' },
    ]);
    for (const to of ['\u001B[2J', ['\uD83D'], { deep: '\u202E' }, { '\u009B': 1 }])
      expect(problemsOf({ ...booking, amendments: [{ ...amendment, to }] })).toMatchObject([
        { path: 'amendments[0].to' },
      ]);
  });

  it('acts on no terminal as the name of a field, or in a file that is no JSON', () => {
    for (const text of [
      '{"\\u001b[2J\\u202e": 1, "\\nnothing was wrong": 1}',
      '{"a": \u001B[2J\u009B}',
      '\u202E',
    ]) {
      const source = withFile(sourceOf(), 'bookings/data/boatsetter-bad.json', text);
      const { message } = invalid(check(source).problems);
      expect(VISIBLE.test(message)).toBe(true);
      expect(message).not.toMatch(/^nothing was wrong/m);
    }
  });
});

describe('text on one line', () => {
  it.each([
    ['a\nb', 'a↵b'],
    ['\u001B[31m', '\\u{1b}[31m'],
    ['\u0000\u009B\u2028', '\\u{0}\\u{9b}\\u{2028}'],
    ['\uD83D|\uFFFE|\u202E', '\\u{d83d}|\\u{fffe}|\\u{202e}'],
    ['👨‍👩‍👧 é עברית \u200B', '👨‍👩‍👧 é עברית \u200B'],
  ])('%j is %j', (text, line) => {
    expect(onOneLine(text)).toBe(line);
    expect(VISIBLE.test(onOneLine(text))).toBe(true);
  });
});

describe('a name beside numbers', () => {
  it.each(['משה', 'Mo (محمّد)', 'A\u200F'])('is set apart when it runs right to left: %s', (name) => {
    expect(isolate(name)).toBe(`\u2068${name}\u2069`);
  });
  it.each(['Alex', '👍', 'Ελένη', '山田', ''])('is left as it is otherwise: %s', (name) => {
    expect(isolate(name)).toBe(name);
  });
});
