import {
  dateOf,
  formatDate,
  formatTime,
  formatZone,
  type WallTime,
  type Zone,
} from '#bookings/model/time.ts';

/** A charter's time in words: always the vessel's clock, with the zone's name and the duration. */
export interface When {
  /** `Sunday, May 30, 2027` */
  readonly date: string;
  /** `9:00 AM – 12:00 PM PDT`; the end has its date when it is another day's. */
  readonly time: string;
  /** `3 hours` */
  readonly duration: string;
}

export function describeWhen(
  charter: { start: WallTime; end: WallTime; zone: Zone; hours: number },
  language = 'en',
): When {
  const { start, end, zone } = charter;
  const zones = [formatZone(start, zone, language), formatZone(end, zone, language)] as const;
  const startTime = formatTime(start, language) + (zones[0] === zones[1] ? '' : ` ${zones[0]}`);
  const endDate = dateOf(start) === dateOf(end) ? '' : `${formatDate(end, language)}, `;
  return {
    date: formatDate(start, language),
    time: `${startTime} – ${endDate}${formatTime(end, language)} ${zones[1]}`,
    duration: formatHours(charter.hours, language),
  };
}

/** `2.5 hours`, `1 hora`. */
export const formatHours = (hours: number, language = 'en'): string =>
  new Intl.NumberFormat(language, { style: 'unit', unit: 'hour', unitDisplay: 'long' }).format(hours);
