import type { Notification } from '#bookings/model/notifications.ts';
import type { Intent, NotificationTable } from '../adapters/notification-table.ts';
import type { Mail } from '../adapters/ses.ts';
import type { RenderedLetter } from '../email/letter.ts';
import type { CrewRegistry } from '../scc/crew-registry.ts';
import type { EventStore, ToldEvent } from '../scc/event-store.ts';
import type { LinkKeys } from '../scc/link-keys.ts';
import { composeAllConfirmed, composeDecline, composeUnanswered } from './compose-captain.ts';
import { composeCrewMail } from './compose-crew.ts';
import { composeLink } from './compose-link.ts';
import { composeSummary } from './compose-summary.ts';
import { situationOf, type Situation, type SituationDeps } from './situation.ts';

export interface ComposeDeps extends SituationDeps {
  readonly notifications: NotificationTable;
  readonly registry: CrewRegistry;
  /** Other charters, to see who is free. */
  readonly events: Pick<EventStore, 'startingBetween'>;
  readonly linkKeys: Pick<LinkKeys, 'read'>;
  readonly captainAddress: string;
  readonly managerAddress: string;
  readonly crewUrl: string;
  readonly guestUrl: string;
  readonly boardPage: string;
}

/** A letter and to whom it goes, or why there will be none, or why there is none yet. */
export type Composed =
  | (RenderedLetter & Pick<Mail, 'to' | 'replyTo'>)
  | { readonly superseded: string }
  | { readonly unreachable: string };

/** Makes the mail of one kind, when what it says is still true and its reader does not know it yet. */
export type Composer = (
  intent: Intent,
  /** All that this recipient was or is to be told of this charter, in any order. */
  intents: readonly Intent[],
  situation: Situation,
  deps: ComposeDeps,
) => Promise<Composed>;

/** Makes the mail of an intent from what holds now, so that of several mails on their way all say the same. */
export async function compose(
  intent: Intent,
  event: ToldEvent,
  deps: ComposeDeps,
): Promise<Exclude<Composed, RenderedLetter> | { readonly mail: Mail }> {
  const { eventId, recipient, kind } = intent.notification;
  const [intents, situation] = await Promise.all([
    deps.notifications.ofRecipient(eventId, recipient),
    situationOf(event, deps),
  ]);
  const composer = recipient === 'captain' ? TO_CAPTAIN[kind] : COMPOSERS[kind];
  if (composer === undefined) return { superseded: `${recipient} is not told of ${kind}` };
  const composed = await composer(intent, intents, situation, deps);
  return 'subject' in composed ? { mail: { ...composed, notificationId: intent.id } } : composed;
}

const COMPOSERS: Record<Notification['kind'], Composer> = {
  assigned: composeCrewMail,
  invited: composeCrewMail,
  changed: composeCrewMail,
  cancelled: composeCrewMail,
  unassigned: composeCrewMail,
  filled: composeCrewMail,
  reminder: composeCrewMail,
  'new-link': composeLink,
  summary: composeSummary,
  declined: composeDecline,
  'all-confirmed': composeAllConfirmed,
};

const TO_CAPTAIN: Partial<typeof COMPOSERS> = {
  reminder: composeUnanswered,
  'all-confirmed': composeAllConfirmed,
};
