import { withActiveCandidates, withCandidates } from '../model/candidates.ts';
import { notificationsFor, type Notification, type Telling } from '../model/notifications.ts';
import { tellingWithSignUps } from '../model/sign-ups.ts';
import type { Instant } from '../model/time.ts';
import type { Artefact } from '../model/views.ts';
import type { EventSpec, EventView } from '../model/views/event.ts';
import type { SummaryView } from '../model/views/summary.ts';
import { dueArtefacts } from './due.ts';
import type { BookingRecord } from './ledger.ts';
import type { CrewEvent, OpenPositions } from './ports.ts';
import type { Actual, Change, Desired } from './states.ts';

/** What a release goes by that neither git nor the ledger knows. */
export interface CrewFacts extends OpenPositions {
  /** Of the candidates now and before, those who are active. */
  readonly active: ReadonlySet<string>;
}

/** Whether anything is due that people are told of. */
export const isToldOf = (desired: Desired, actual: Actual): boolean =>
  dueArtefacts(desired, actual).some((artefact) => TOLD.has(artefact));

/** Who is told what by these changes, as a release will say it. Without facts: as git and the ledger say. */
export function tellsOf(
  { views }: Desired,
  changes: readonly Change[],
  { record, facts }: { record: BookingRecord | undefined; facts: CrewFacts | null },
  at: { revision: number; now: Instant },
): Notification[] {
  if (!changes.some(({ artefact }) => TOLD.has(artefact))) return [];
  const told = toldOf(record);
  const view = tellingOf(views.event, views.summary);
  if (facts === null) return notificationsFor(told, view, at);
  const known = told && reallyTold(told, facts);
  return notificationsFor(known && asReleased(known, facts), asReleased(view, facts), at);
}

/** Artefacts that people are told of. */
const TOLD: ReadonlySet<Artefact> = new Set(['event', 'summary']);

/** What people were last told, as far as the ledger knows; null before the first time. */
export function toldOf(record: BookingRecord | undefined): Telling | null {
  const event = record?.artefacts.event?.view as EventSpec | null | undefined;
  const summary = record?.artefacts.summary?.view as SummaryView | null | undefined;
  return event && summary ? tellingOf(event, summary) : null;
}

/** What SCC surely has: null in the ledger, or in doubt, and it is not known what people were told. */
export function knownOf(record: BookingRecord | undefined): CrewEvent | undefined {
  const { event, summary } = record?.artefacts ?? {};
  if (!record || !event?.view || !summary?.view || event.attempt || summary.attempt) return undefined;
  return {
    revision: record.revision,
    event: event.view as EventSpec,
    summary: summary.view as SummaryView,
  };
}

const tellingOf = (event: EventSpec, summary: SummaryView): Telling => ({
  event: event.view,
  pay: event.pay,
  summary,
});

/** The ledger has everyone whom git would invite, of whom some were not active. */
const reallyTold = (told: Telling, { toldCandidates }: CrewFacts): Telling | null =>
  toldCandidates && withEvent(told, withCandidates(told.event, toldCandidates));

const asReleased = (telling: Telling, facts: CrewFacts): Telling =>
  tellingWithSignUps(withEvent(telling, withActiveCandidates(telling.event, facts)), facts.signUps);

const withEvent = (telling: Telling, event: EventView): Telling => ({ ...telling, event });
