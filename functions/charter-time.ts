import { remembered } from '#bookings/model/remembered.ts';
import {
  dateOf,
  formatDate,
  formatTime,
  formatZone,
  formatZoneAt,
  readWallTime,
  shiftInstant,
  type Instant,
  type WallTime,
  type Zone,
} from '#bookings/model/time.ts';

/** When a charter is, as every view has it. */
export interface CharterTime {
  readonly start: WallTime;
  readonly end: WallTime;
  readonly zone: Zone;
  /** Elapsed time: it decides which of the two is meant when the end lies in the hour that clocks repeat. */
  readonly hours: number;
}

/** A charter's time in words: always the vessel's clock, with the zone's name and the duration. */
export interface When {
  /** `Sunday, May 30, 2027` */
  readonly date: string;
  /** `9:00 AM – 12:00 PM PDT`; the end has its date when it is another day's, the start its zone when it is another. */
  readonly time: string;
  /** `3 hours` */
  readonly duration: string;
}

export function describeWhen(charter: CharterTime, language = 'en'): When {
  const { start, end, zone } = charter;
  const startsAt = startOf(charter);
  const endsAt = shiftInstant(startsAt, charter.hours);
  const zones = [formatZoneAt(startsAt, zone, language), formatZoneAt(endsAt, zone, language)] as const;
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
  hourFormatterOf(language).format(hours);

const hourFormatterOf = remembered(
  (language: string) =>
    new Intl.NumberFormat(`${language}-US`, { style: 'unit', unit: 'hour', unitDisplay: 'long' }),
);

/** `Sunday, May 30, 2027, 9:00 AM PDT`; without the zone's name where the clock alone does not tell which it is. */
export function describeWallTime(wall: WallTime, zone: Zone): string {
  const zoneName = readWallTime(wall, zone).ok ? ` ${formatZone(wall, zone)}` : '';
  return `${formatDate(wall)}, ${formatTime(wall)}${zoneName}`;
}

/** Throws when the zone's clock shows the start never or twice: no booking has such a start. */
export function startOf({ start, zone }: CharterTime): Instant {
  const reading = readWallTime(start, zone);
  if (reading.ok) return reading.instant;
  throw new Error(`a charter starts at ${start} in ${zone}, which is ${reading.reason}`);
}

/** By the elapsed hours, which tell the two ends apart that lie in the hour that clocks repeat. */
export const endOf = (charter: CharterTime): Instant => shiftInstant(startOf(charter), charter.hours);
