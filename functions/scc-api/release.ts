import { notificationIdOf } from '#bookings/model/ids.ts';
import { notificationsFor, type Notification, type Telling } from '#bookings/model/notifications.ts';
import { shiftInstant } from '#bookings/model/time.ts';
import type { EventView, Pay } from '#bookings/model/views/event.ts';
import type { Intent, NotificationTable } from '../adapters/notification-table.ts';
import type { Publish } from '../adapters/notification-topic.ts';
import { HttpProblem } from '../http.ts';
import { payAt, type AssignmentStore, type PayHistory } from '../scc/assignment-store.ts';
import type { CrewRegistry } from '../scc/crew-registry.ts';
import type { EventStore, StoredEvent } from '../scc/event-store.ts';
import type { Released } from '../scc/notification-contract.ts';
import { staleRevision } from '../stale-revision.ts';

export interface ReleaseDeps {
  readonly events: EventStore;
  readonly assignments: AssignmentStore;
  readonly registry: CrewRegistry;
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
  const event = await findEvent(eventId, revision, deps.events);
  const news = event.toldRevision === revision ? [] : await tell(event, deps);
  const intents = (await deps.notifications.ofEvent(eventId)).filter((one) => one.revision === revision);
  const told = merge(news, intents);
  const done = new Set(intents.filter(({ state }) => state !== 'pending').map(({ id }) => id));
  for (const notification of told) {
    const id = notificationIdOf(notification);
    if (!done.has(id)) await deps.publish(id);
  }
  const members = told.filter(({ kind }) => kind !== 'summary').map(({ recipient }) => recipient);
  return { told, withoutAddress: await unreachable(members, deps.registry) };
}

async function findEvent(eventId: string, revision: number, events: EventStore): Promise<StoredEvent> {
  const event = await events.find(eventId);
  if (event === undefined) throw new HttpProblem(404, 'There is no event for this booking');
  if (event.revision !== revision)
    throw staleRevision({ ours: revision, theirs: event.revision }, 'another revision is stored');
  return event;
}

async function tell(event: StoredEvent, deps: ReleaseDeps): Promise<Notification[]> {
  const { eventId, revision } = event;
  const now = deps.now().toISOString();
  const [told, view] = await tellings(event, deps);
  const news = notificationsFor(told, view, { revision, now });
  for (const notification of news) {
    await deps.notifications.create({
      notification,
      bookingKey: event.bookingKey,
      revision,
      gate: 'release',
      createdAt: now,
      expiresAt: shiftInstant(event.view.endsAt, KEEP_HOURS),
    });
  }
  if (await deps.events.release(event, { event: view.event, summary: view.summary })) return news;
  const { toldRevision } = await findEvent(eventId, revision, deps.events);
  if (toldRevision !== revision)
    throw staleRevision({ ours: revision, theirs: toldRevision ?? 0 }, 'a newer one was released');
  return news;
}

/** Longer than a year, so that last season's notifications can still be explained. */
const KEEP_HOURS = 400 * 24;

/**
 * What people know and what is true now. An open position invites active members only, so `told` is stored with
 * those who really were invited: who becomes active later is then new, and nobody hears of a place never offered.
 */
async function tellings(event: StoredEvent, deps: ReleaseDeps): Promise<[Telling | null, Telling]> {
  const history = await deps.assignments.payHistory(event.eventId);
  const pay = payAt(history, event.view.crew, event.revision);
  if (pay === undefined)
    throw new HttpProblem(409, 'The event is not complete', 'its PUT was interrupted: repeat it first');
  const { told, toldRevision } = event;
  const inactive = await inactiveCandidates(
    [event.view, ...(told === null ? [] : [told.event])],
    deps.registry,
  );
  const view = { event: without(inactive, event.view), pay, summary: event.summary };
  if (told === null || toldRevision === null) return [null, view];
  const knownPay = toldPay(history, told.event, toldRevision);
  return [{ event: without(inactive, told.event), pay: knownPay, summary: told.summary }, view];
}

function toldPay(history: PayHistory, told: EventView, revision: number): Pay {
  const pay = payAt(history, told.crew, revision);
  if (pay === undefined) throw new Error(`pay of told revision ${revision} of ${told.eventId} is gone`);
  return pay;
}

async function inactiveCandidates(
  views: readonly EventView[],
  registry: CrewRegistry,
): Promise<ReadonlySet<string>> {
  const candidates = views.flatMap(({ crew }) => crew.flatMap((position) => position.candidates));
  return new Set(await unreachable(candidates, registry));
}

const without = (members: ReadonlySet<string>, view: EventView): EventView => ({
  ...view,
  crew: view.crew.map((position) => ({
    ...position,
    candidates: position.candidates.filter((candidate) => !members.has(candidate)),
  })),
});

async function unreachable(members: readonly string[], registry: CrewRegistry): Promise<string[]> {
  const each = [...new Set(members)].toSorted();
  const contacts = await Promise.all(each.map((member) => registry.find(member)));
  return each.filter((_, index) => contacts[index]?.active !== true);
}

/** The index may lag behind a moment ago: what was just computed counts as well as what it lists. */
function merge(news: readonly Notification[], intents: readonly Intent[]): Notification[] {
  const all = [...intents.map(({ notification }) => notification), ...news];
  return [...new Map(all.map((one) => [notificationIdOf(one), one])).values()];
}
