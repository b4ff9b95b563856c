import { compareInstants, shiftInstant } from '#bookings/model/time.ts';
import type { Intent } from '../adapters/notification-table.ts';
import type { CrewKind } from '../email/crew-letter.ts';
import { askedAt } from '../scc/answer-news.ts';
import { hasDeclined } from '../scc/answers.ts';
import type { Place } from '../scc/place.ts';
import { heardLast } from './news.ts';
import type { Situation } from './situation.ts';

export interface Claim {
  readonly intent: Intent;
  readonly intents: readonly Intent[];
  /** Where its recipient is now; undefined for nowhere. */
  readonly place: Place | undefined;
  readonly situation: Situation;
}

/** Why a crew mail must not be sent any more; undefined while it is both true and news. */
export function whyUntrue(kind: CrewKind, claim: Claim): string | undefined {
  const { place, situation } = claim;
  if (!STILL_TRUE[kind](place)) return `untrue since revision ${situation.event.toldRevision}`;
  return NO_NEWS[kind]?.(claim);
}

const STILL_TRUE: Record<CrewKind, (place: Place | undefined) => boolean> = {
  assigned: (place) => place?.invited === false,
  invited: (place) => place?.invited === true,
  changed: (place) => place !== undefined,
  cancelled: (place) => place === undefined,
  unassigned: (place) => place === undefined || place.invited,
  filled: (place) => place === undefined,
  reminder: (place) => place !== undefined,
};

const NO_NEWS: Partial<Record<CrewKind, (claim: Claim) => string | undefined>> = {
  assigned: declined,
  invited: (claim) => declined(claim) ?? invitedAlready(claim),
  filled: (claim) => declined(claim) ?? neverAsked(claim),
  reminder: needless,
};

/** They saw it without our mail, and have no need of it. */
function declined({ intent, situation }: Claim): string | undefined {
  return hasDeclined(situation.event, situation.state, intent.notification.recipient)
    ? 'they have declined'
    : undefined;
}

/** Of a release's invitation and one after a colleague gave a place back, on their way together, one is enough. */
function invitedAlready({ intent, intents }: Claim): string | undefined {
  const again = intents.some(
    (one) =>
      one.gate === 'none' &&
      one.notification.kind === 'invited' &&
      one.state === 'sent' &&
      one.revision >= intent.revision,
  );
  const last = heardLast(intent, intents)?.notification.kind;
  const known = intent.gate === 'none' ? last === 'invited' || last === 'changed' : again;
  return known ? 'they know that they are invited' : undefined;
}

/** Nobody is told that a place is gone who does not think of it as open. */
function neverAsked({ intent, intents }: Claim): string | undefined {
  const last = heardLast(intent, intents)?.notification.kind;
  const isUnaware = last === undefined || last === 'filled' || last === 'cancelled';
  return isUnaware ? 'they do not know of a place' : undefined;
}

function needless({ intent, intents, situation }: Claim): string | undefined {
  const stale = staleness(intent, intents, situation);
  if (stale !== undefined) return stale;
  const { event, entries, payOf, now, answers } = situation;
  const answer = answers.find(({ member }) => member === intent.notification.recipient);
  if (answer?.state !== 'none' && answer?.state !== 're-confirm') return 'they have answered';
  const asked = askedAt(answer, { event, entries, payOf, isActive: () => true, now: now.toISOString() });
  const due = shiftInstant(event.told.event.startsAt, -slotOf(intent));
  return compareInstants(asked, due) > 0 ? 'they were told since' : undefined;
}

/** Why a reminder is late, whoever gets it. Its occasion: `<start>/<72, 48 or 24>`. */
export function staleness(
  intent: Intent,
  intents: readonly Intent[],
  { event: { told }, now }: Situation,
): string | undefined {
  const { start, startsAt, status } = told.event;
  if (status !== 'confirmed') return 'the charter is not on';
  if (startOf(intent) !== start) return 'the charter starts at another time';
  if (compareInstants(startsAt, now.toISOString()) <= 0) return 'the charter has started';
  const isLater = (one: Intent) =>
    one.notification.kind === 'reminder' && startOf(one) === start && slotOf(one) < slotOf(intent);
  return intents.some(isLater) ? 'a later reminder says it' : undefined;
}

const startOf = ({ notification }: Intent): string => notification.occasion.split('/')[0] ?? '';
const slotOf = ({ notification }: Intent): number => Number(notification.occasion.split('/')[1]);
