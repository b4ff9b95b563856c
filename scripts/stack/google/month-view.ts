import { escapeHtml, renderPage } from '../html-page.ts';
import { presentTime, type EventTime } from './event-fields.ts';
import type { StandInCalendar, StoredEvent } from './event-operations.ts';

/** An HTML page of one month (`2027-05`), all calendars together; `today` is a date (`2027-05-01`). */
export function renderMonth(
  events: readonly StoredEvent[],
  month: string,
  options: { readonly calendars: readonly StandInCalendar[]; readonly today: string },
): string {
  const days = daysShown(month);
  const cells = days.map((day) =>
    renderDay(day, { month, today: options.today }, toEntries(events, day, options.calendars)),
  );
  const name = formatMonth(month);
  const body = `<header>
<h1>${name}</h1>
<nav aria-label="Month"><a rel="prev" href="?month=${addMonths(month, -1)}">‹ ${formatMonth(addMonths(month, -1))}</a>
<a rel="next" href="?month=${addMonths(month, 1)}">${formatMonth(addMonths(month, 1))} ›</a></nav>
<p class="legend"><span class="entry busy">busy</span> <span class="entry free">free</span> <span class="entry deleted">deleted</span></p>
</header>
<main><ol class="weekdays" aria-hidden="true">${WEEKDAYS.map((day) => `<li>${day}</li>`).join('')}</ol>
<ol class="days">${cells.join('\n')}</ol>${hasEntries(cells) ? '' : '<p>No entries.</p>'}</main>`;
  return renderPage(`Calendar — ${name}`, body, STYLE);
}

/** The month of the first entry that is not over on `today`, else of the last entry, else today's. */
export function nextMonthOf(events: readonly StoredEvent[], today: string): string {
  const dates = events
    .filter((event) => event.status !== 'cancelled')
    .map((event) => firstDay(event.start))
    .sort();
  return (dates.find((date) => date >= today) ?? dates.at(-1) ?? today).slice(0, 7);
}

const hasEntries = (cells: readonly string[]): boolean => cells.some((cell) => cell.includes('class="entry'));

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

const firstDay = ({ date, dateTime }: EventTime): string => (date ?? dateTime ?? '').slice(0, 10);

const toDate = (time: number): string => new Date(time).toISOString().slice(0, 10);

const DAY = 86_400_000;

/** Whole weeks around the month, as dates. */
function daysShown(month: string): readonly string[] {
  const first = Date.parse(`${month}-01`);
  const last = Date.parse(`${addMonths(month, 1)}-01`) - DAY;
  const start = first - new Date(first).getUTCDay() * DAY;
  const end = last + (6 - new Date(last).getUTCDay()) * DAY;
  return Array.from({ length: (end - start) / DAY + 1 }, (_, index) => toDate(start + index * DAY));
}

function addMonths(month: string, count: number): string {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return toDate(Date.UTC(year, number - 1 + count, 1)).slice(0, 7);
}

function formatMonth(month: string): string {
  return new Intl.DateTimeFormat('en-US', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    Date.parse(`${month}-01`),
  );
}

interface Entry {
  readonly title: string;
  readonly kind: 'busy' | 'free' | 'deleted';
  readonly calendar: string;
  readonly time: string;
  readonly details: string;
}

function toEntries(
  events: readonly StoredEvent[],
  day: string,
  calendars: readonly StandInCalendar[],
): readonly Entry[] {
  return events.flatMap((event) => {
    const calendar = calendars.find(({ id }) => id === event.calendarId);
    if (calendar === undefined) return [];
    const [start, end] = [event.start, event.end].map((value) =>
      presentTime(value, calendar.timeZone, calendar.timeZone),
    );
    if (day < firstDay(start!) || day > lastDay(end!)) return [];
    return [toEntry(event, start!, calendar)];
  });
}

/** The last day covered: the end of an all-day entry is exclusive, and so is a timed end at midnight. */
function lastDay({ date, dateTime }: EventTime): string {
  if (date !== undefined) return toDate(Date.parse(date) - DAY);
  return dateTime!.slice(11, 16) === '00:00'
    ? toDate(Date.parse(dateTime!.slice(0, 10)) - DAY)
    : dateTime!.slice(0, 10);
}

function toEntry(event: StoredEvent, start: EventTime, calendar: StandInCalendar): Entry {
  const kind = event.transparency === 'transparent' ? 'free' : 'busy';
  return {
    title: event.summary ?? '(no title)',
    kind: event.status === 'cancelled' ? 'deleted' : kind,
    calendar: calendar.summary,
    time: start.dateTime === undefined ? '' : start.dateTime.slice(11, 16),
    details: event.description ?? '',
  };
}

function renderDay(day: string, shown: { month: string; today: string }, entries: readonly Entry[]): string {
  const classes = ['day', day.startsWith(shown.month) ? '' : 'other', day === shown.today ? 'today' : ''];
  const empty = entries.length === 0 ? ' empty' : '';
  const items = entries.map(renderEntry).join('');
  return `<li class="${classes.filter(Boolean).join(' ')}${empty}"><time datetime="${day}">${formatDay(day)}</time>${items}</li>`;
}

function formatDay(day: string): string {
  const weekday = WEEKDAYS[new Date(day).getUTCDay()];
  return `<span class="weekday">${weekday} </span>${Number(day.slice(8))}`;
}

function renderEntry({ title, kind, calendar, time, details }: Entry): string {
  const text = [calendar, details].filter(Boolean).join('\n');
  const words = `${time === '' ? '' : `${time} `}${title}`;
  return `<details class="entry ${kind}"><summary>${escapeHtml(words)}</summary><p>${kind} · ${escapeHtml(text)}</p></details>`;
}

const STYLE = `
header { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: baseline; margin-bottom: 1rem; }
nav { display: flex; gap: 1rem; } .legend { margin: 0 0 0 auto; display: flex; gap: .4rem; }
ol { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: repeat(7, minmax(0, 1fr)); gap: 1px; }
.weekdays { color: var(--muted); font-size: .85rem; text-align: center; padding-bottom: .25rem; }
.days { background: var(--line); border: 1px solid var(--line); border-radius: .5rem; overflow: hidden; }
.day { background: var(--panel); min-height: 6.5rem; padding: .35rem; font-size: .85rem; }
.day.other { background: var(--page); } .day.other > time { color: var(--muted); }
.day.today > time { font-weight: 700; text-decoration: underline; } .weekday { display: none; }
.entry { border-radius: .3rem; padding: .15rem .4rem; margin-top: .25rem; border: 1px solid; overflow-wrap: anywhere; }
.entry p { white-space: pre-wrap; margin: .3rem 0; } .entry summary { cursor: pointer; }
.busy { background: light-dark(#0b5cad, #1d4f85); border-color: light-dark(#0b5cad, #1d4f85); color: #fff; }
.free { background: transparent; border: 1px dashed var(--muted); color: var(--ink); }
.deleted { background: transparent; border-color: var(--line); color: var(--muted); text-decoration: line-through; }
@media (max-width: 44rem) { .weekdays { display: none; } .days { grid-template-columns: 1fr; } .day { min-height: 0; }
  .day.empty { display: none; } .weekday { display: inline; } .entry { font-size: 1rem; } }
`;
