import {
  formatDate,
  formatShortDate,
  formatTime,
  formatZone,
  isWallTime,
  wallTimeAt,
} from '#bookings/model/time.ts';
import type { PageView } from '#bookings/model/views/page.ts';
import { formatHours } from '#functions/charter-time.ts';
import { TEXTS } from './texts.ts';

/** An amendment in the guest's words. */
export interface Change {
  readonly field: string;
  readonly from: string;
  readonly to: string;
  readonly agreed: string;
}

/** What the "what changed" banner lists, latest first. */
export const describeChanges = (view: PageView): Change[] =>
  view.amendments.toReversed().map(({ at, field, from, to }) => ({
    field: TEXTS[view.language].fields[field] ?? field,
    from: formatValue(view, field, from),
    to: formatValue(view, field, to),
    agreed: TEXTS[view.language].changes.agreed(formatShortDate(wallTimeAt(at, view.zone), view.language)),
  }));

function formatValue(view: PageView, field: string, value: unknown): string {
  if (value === undefined || value === null || value === '') return TEXTS[view.language].changes.nothing;
  return FORMATS[field]?.(view, value) ?? (typeof value === 'string' ? value : JSON.stringify(value));
}

/** By field; undefined when the value is not what that field holds, so that it is shown as it was written. */
const FORMATS: Readonly<Record<string, (view: PageView, value: unknown) => string | undefined>> = {
  start: (view, value) =>
    typeof value === 'string' && isWallTime(value) ? formatStart(view, value) : undefined,
  hours: (view, value) => (typeof value === 'number' ? formatHours(value, view.language) : undefined),
  'guest.count': (view, value) =>
    typeof value === 'number' ? TEXTS[view.language].facts.guests(value) : undefined,
  vessel: (view, value) => (typeof value === 'string' ? vesselName(view, value) : undefined),
};

function formatStart({ zone, language }: PageView, start: string): string {
  return `${formatDate(start, language)}, ${formatTime(start, language)} ${formatZone(start, zone, language)}`;
}

/** An amendment holds a vessel's key, `sea-breeze`, while a guest knows names; only the present vessel's is at hand. */
function vesselName(view: PageView, key: string): string {
  const present = view.amendments.findLast(({ field }) => field === 'vessel')?.to;
  if (key === present) return view.vessel.name;
  return key
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
}
