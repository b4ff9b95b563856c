import { notificationsFor, type Notification, type Telling } from '../model/notifications.ts';
import { tellingWithSignUps, type SignUp } from '../model/sign-ups.ts';
import type { Instant } from '../model/time.ts';
import type { Artefact } from '../model/views.ts';
import type { EventSpec } from '../model/views/event.ts';
import type { SummaryView } from '../model/views/summary.ts';
import { dueArtefacts } from './due.ts';
import type { Actual, Change, Desired } from './plan.ts';
import type { BookingRecord } from './ports.ts';

/** Whether who is told what depends on who signed up: something will be told, and open positions were. */
export function needsSignUps(desired: Desired, actual: Actual): boolean {
  const told = toldOf(actual.records.get(desired.booking.key));
  const wasOpen = told?.event.crew.some(({ member }) => member === null) ?? false;
  return wasOpen && dueArtefacts(desired, actual).some((artefact) => TOLD.has(artefact));
}

/** Who is told what by these changes, as a release will say it. */
export function tellsOf(
  { views }: Desired,
  changes: readonly Change[],
  { record, signUps }: { record: BookingRecord | undefined; signUps: readonly SignUp[] },
  at: { revision: number; now: Instant },
): Notification[] {
  if (!changes.some(({ artefact }) => TOLD.has(artefact))) return [];
  const told = toldOf(record);
  const view = tellingOf(views.event, views.summary);
  return notificationsFor(told && tellingWithSignUps(told, signUps), tellingWithSignUps(view, signUps), at);
}

/** Artefacts that people are told of. */
const TOLD: ReadonlySet<Artefact> = new Set(['event', 'summary']);

function toldOf(record: BookingRecord | undefined): Telling | null {
  const event = record?.artefacts.event?.view as EventSpec | null | undefined;
  const summary = record?.artefacts.summary?.view as SummaryView | null | undefined;
  return event && summary ? tellingOf(event, summary) : null;
}

const tellingOf = (event: EventSpec, summary: SummaryView): Telling => ({
  event: event.view,
  pay: event.pay,
  summary,
});
