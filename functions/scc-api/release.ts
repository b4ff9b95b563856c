import { notificationIdOf } from '#bookings/model/ids.ts';
import { notificationsFor, type Notification } from '#bookings/model/notifications.ts';
import { shiftInstant } from '#bookings/model/time.ts';
import { heldSignUps, tellingWithSignUps } from '#bookings/model/sign-ups.ts';
import type { Intent, NotificationTable } from '../adapters/notification-table.ts';
import type { Publish } from '../adapters/notification-topic.ts';
import { HttpProblem } from '../http.ts';
import type { EventStore, StoredEvent } from '../scc/event-store.ts';
import type { Released } from '../scc/notification-contract.ts';
import { toTold } from '../scc/standings.ts';
import { KEEP_HOURS } from '../scc/tell.ts';
import { staleRevision } from '../stale-revision.ts';
import { tellings, unreachable, type TellingDeps } from './tellings.ts';

export interface ReleaseDeps extends TellingDeps {
  readonly events: EventStore;
  readonly notifications: NotificationTable;
  readonly publish: Publish;
  readonly now: () => Date;
}

/**
 * Tells people what changed since they were last told. Intents are created first and are dead until one write
 * sets `told` and lists the revision as released; so a crash before it tells nobody, and a crash after it loses
 * nobody: what was not published yet, a repetition or the sweeper publishes.
 */
export async function release(
  { eventId, revision }: { eventId: string; revision: number },
  deps: ReleaseDeps,
): Promise<Released> {
  const { news, isTold } = await tell({ eventId, revision }, deps);
  const all = await intentsOf(eventId, revision, deps);
  const intents = all.filter(isTold);
  await withdraw(
    all.filter((intent) => !isTold(intent)),
    deps,
  );
  const told = merge(news, intents);
  const done = new Set(intents.filter(({ state }) => state !== 'pending').map(({ id }) => id));
  for (const notification of told) {
    const id = notificationIdOf(notification);
    if (!done.has(id)) await deps.publish(id);
  }
  const members = told.filter(({ kind }) => kind !== 'summary').map(({ recipient }) => recipient);
  return { told, withoutAddress: await unreachable(members, deps.registry) };
}

/** How often a release starts over because somebody signed up or declined meanwhile. */
const ROUNDS = 3;

/** What was told: computed now, or found among the intents of an earlier release of this revision. */
interface Tidings {
  readonly news: readonly Notification[];
  isTold(intent: Intent): boolean;
}

async function tell(
  { eventId, revision }: { eventId: string; revision: number },
  deps: ReleaseDeps,
): Promise<Tidings> {
  for (let round = 0; round < ROUNDS; round++) {
    const event = await findEvent(eventId, revision, deps.events);
    if (event.toldRevision === revision)
      return { news: [], isTold: ({ id }) => event.told?.news?.includes(id) ?? true };
    const news = await tellOnce(event, deps);
    if (news !== undefined)
      return { news, isTold: ({ id }) => news.some((one) => notificationIdOf(one) === id) };
  }
  throw new HttpProblem(503, 'The crew is signing up right now', 'try again in a moment');
}

async function findEvent(eventId: string, revision: number, events: EventStore): Promise<StoredEvent> {
  const event = await events.find(eventId);
  if (event === undefined) throw new HttpProblem(404, 'There is no event for this booking');
  if (event.revision !== revision)
    throw staleRevision({ ours: revision, theirs: event.revision }, 'another revision is stored');
  return event;
}

/** Undefined when the event is not as it was read any more. */
async function tellOnce(event: StoredEvent, deps: ReleaseDeps): Promise<Notification[] | undefined> {
  const { revision, signUps } = event;
  const at = deps.now().toISOString();
  const { told, view } = await tellings(event, deps);
  const known = told && tellingWithSignUps(told, signUps);
  const news = notificationsFor(known, tellingWithSignUps(view, signUps), { revision, now: at });
  for (const notification of news) {
    await deps.notifications.create({
      notification,
      bookingKey: event.bookingKey,
      revision,
      gate: 'release',
      createdAt: at,
      expiresAt: shiftInstant(event.view.endsAt, KEEP_HOURS),
    });
  }
  const next = toTold({ ...view, told: event.told, signUps, news, revision, at });
  const isReleased = await deps.events.release(event, next, heldSignUps(next.event, signUps));
  return isReleased ? news : undefined;
}

/** Those of the release; what follows from answers goes its own way, whatever revision it carries. */
const intentsOf = async (eventId: string, revision: number, deps: ReleaseDeps): Promise<Intent[]> =>
  (await deps.notifications.ofEvent(eventId)).filter(
    (intent) => intent.gate === 'release' && intent.revision === revision,
  );

/** What an attempt created that was overtaken by a sign-up: what it says is not, or not quite, so. */
async function withdraw(intents: readonly Intent[], { notifications }: ReleaseDeps): Promise<void> {
  for (const { id, state } of intents)
    if (state === 'pending') await notifications.close(id, { state: 'superseded', reason: OVERTAKEN });
}

const OVERTAKEN = 'somebody signed up or declined before its release';

/** The index may lag behind a moment ago: what was just computed counts as well as what it lists. */
function merge(news: readonly Notification[], intents: readonly Intent[]): Notification[] {
  const all = [...intents.map(({ notification }) => notification), ...news];
  return [...new Map(all.map((one) => [notificationIdOf(one), one])).values()];
}
