import { Temporal } from 'temporal-polyfill';

/** The first time after an instant at which a schedule is due (never: Infinity), both in milliseconds since 1970. */
export type NextAfter = (milliseconds: number) => number;

const RATE = /^rate\((\d+) (minutes?|hours?|days?)\)$/;
const UNIT_MILLISECONDS: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/**
 * Reads `rate(…)` and `cron(…)` as EventBridge Scheduler does, without `L`, `W` and `#`.
 * Throws on everything else, as `1 minutes` or a cron expression that names both kinds of day.
 */
export function parseScheduleExpression(expression: string, timezone = 'UTC'): NextAfter {
  const [, count, unit] = RATE.exec(expression) ?? [];
  if (count !== undefined && unit !== undefined) return parseRate(Number(count), unit);
  const cron = /^cron\((.*)\)$/.exec(expression)?.[1];
  if (cron !== undefined) return parseCron(cron, timezone);
  throw new Error(`${expression} is neither rate(…) nor cron(…)`);
}

function parseRate(count: number, unit: string): NextAfter {
  if (count === 0 || (count === 1) === unit.endsWith('s')) {
    throw new Error(`rate(${count} ${unit}) needs a positive count and a unit that agrees with it`);
  }
  const period = count * UNIT_MILLISECONDS[unit.replace(/s$/, '')]!;
  return (after) => after + period;
}

interface Field {
  readonly low: number;
  readonly high: number;
  readonly names?: readonly string[];
}

const FIELDS: readonly Field[] = [
  { low: 0, high: 59 },
  { low: 0, high: 23 },
  { low: 1, high: 31 },
  {
    low: 1,
    high: 12,
    names: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
  },
  { low: 1, high: 7, names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] },
  { low: 1970, high: 2199 },
];
/** Two leap years are at most eight years apart; a day that does not come by then never does. */
const HORIZON_DAYS = 8 * 366;

function parseCron(text: string, timezone: string): NextAfter {
  const parts = text.trim().split(/\s+/);
  if (parts.length !== FIELDS.length) throw new Error(`cron(${text}) needs six fields`);
  if ((parts[2] === '?') === (parts[4] === '?')) {
    throw new Error(`cron(${text}) needs ? in exactly one of day-of-month and day-of-week`);
  }
  const [minutes, hours, days, months, weekdays, years] = parts.map((part, index) =>
    parseField(part, FIELDS[index]!),
  );
  const isDay = (date: Temporal.PlainDate): boolean =>
    days!.has(date.day) &&
    months!.has(date.month) &&
    years!.has(date.year) &&
    weekdays!.has((date.dayOfWeek % 7) + 1);
  return (after) => {
    const start = Temporal.Instant.fromEpochMilliseconds(after).toZonedDateTimeISO(timezone).toPlainDate();
    for (let offset = 0; offset <= HORIZON_DAYS; offset += 1) {
      const date = start.add({ days: offset });
      if (!isDay(date)) continue;
      const next = instantsOf(date, hours!, minutes!, timezone).find((instant) => instant > after);
      if (next !== undefined) return next;
    }
    return Infinity;
  };
}

/** A local time that a DST change skips is skipped, one that comes twice counts once, as Scheduler documents. */
function instantsOf(
  date: Temporal.PlainDate,
  hours: ReadonlySet<number>,
  minutes: ReadonlySet<number>,
  timezone: string,
): number[] {
  return [...hours].flatMap((hour) =>
    [...minutes].flatMap((minute) => {
      const local = date.toPlainDateTime({ hour, minute });
      const zoned = local.toZonedDateTime(timezone, { disambiguation: 'earlier' });
      return zoned.toPlainDateTime().equals(local) ? [zoned.epochMilliseconds] : [];
    }),
  );
}

function parseField(text: string, field: Field): ReadonlySet<number> {
  const found = text.split(',').flatMap((item) => parseItem(item, field));
  return new Set(found.toSorted((one, other) => one - other));
}

function parseItem(item: string, { low, high, names = [] }: Field): number[] {
  const [range = '', step = '1'] = item.split('/');
  const toNumber = (text: string): number => {
    const number = names.includes(text)
      ? names.indexOf(text) + low
      : /^\d+$/.test(text)
        ? Number(text)
        : Number.NaN;
    if (number >= low && number <= high) return number;
    throw new Error(
      `"${item}" is not between ${low} and ${high}, or uses a form that the local stack does not know`,
    );
  };
  const [from = '', to] = range.split('-');
  const whole = range === '*' || range === '?';
  const first = whole ? low : toNumber(from);
  const last = whole || (to === undefined && item.includes('/')) ? high : toNumber(to ?? from);
  if (last < first || !/^[1-9]\d*$/.test(step)) throw new Error(`"${item}" is not a range`);
  return Array.from(
    { length: Math.floor((last - first) / Number(step)) + 1 },
    (_, index) => first + index * Number(step),
  );
}
