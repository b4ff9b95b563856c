import { eventIdOf, notificationIdOf } from '#bookings/model/ids.ts';
import type { Notification } from '#bookings/model/notifications.ts';
import type { NewIntent } from '#functions/adapters/notification-table.ts';
import type { Mail } from '#functions/adapters/ses.ts';
import { deliver, type DeliverDeps } from '#functions/crew-notify/deliver.ts';
import { createLog } from '#functions/log.ts';
import { effectiveView, sinceOf } from '#functions/scc/answers.ts';
import { createEntryStore, type EntryStore } from '#functions/scc/entries/entry-store.ts';
import { isTold, type ToldEvent } from '#functions/scc/event-store.ts';
import { placeVersion } from '#functions/scc/place-version.ts';
import { placeOf } from '#functions/scc/place.ts';
import { putEvent } from '#functions/scc-api/put-event.ts';
import { release } from '#functions/scc-api/release.ts';
import { knownKeys, LINK_KEYS } from '#test/functions/scc-api/local-api.ts';
import type { LocalScc } from '#test/functions/scc/local-scc.ts';
import { NOW, samplePut, type SampleOptions } from '#test/functions/scc/samples.ts';

/** One booking on local tables, and the sender with a mailbox instead of SES. */
export function createLocalSender(scc: LocalScc, bookingKey: string) {
  const sent: Mail[] = [];
  const logged: string[] = [];
  const world = {
    now: NOW,
    send: async (mail: Mail): Promise<{ messageId: string }> => ({ messageId: `message-${sent.push(mail)}` }),
  };
  const entries = createEntryStore(scc.tables.entries);
  const deps: DeliverDeps = {
    ...scc,
    entries,
    send: (mail) => world.send(mail),
    linkKeys: knownKeys(LINK_KEYS),
    captainAddress: 'captain@example.test',
    managerAddress: 'manager@example.test',
    crewUrl: 'https://crew.example.test',
    guestUrl: 'https://guest.example.test',
    boardPage: 'https://board.example.test/',
    graceSeconds: 600,
    now: () => world.now,
    log: createLog('crew-notify', (line) => logged.push(line)),
  };
  const eventId = eventIdOf(bookingKey);
  const idOf = (recipient: string, kind: string, revision: number | string = 1) =>
    notificationIdOf({ eventId, recipient, kind, occasion: String(revision) });
  return {
    ...{ sent, logged, world, deps, eventId, idOf, bookingKey },
    put: (options: SampleOptions = {}) => putEvent(samplePut({ bookingKey, ...options }), scc),
    tell: (revision: number) =>
      release({ eventId, revision }, { ...scc, entries, publish: async () => {}, now: () => world.now }),
    run: (recipient: string, kind: string, revision: number | string = 1) =>
      deliver(idOf(recipient, kind, revision), deps),
    ...createCrewSide({ eventId, bookingKey, deps, entries, world }),
  };
}

/** What the crew's side does to a booking: answers, sign-ups, and the intents that follow from them. */
function createCrewSide({
  eventId,
  bookingKey,
  deps,
  entries,
  world,
}: {
  eventId: string;
  bookingKey: string;
  deps: DeliverDeps;
  entries: EntryStore;
  world: { now: Date };
}) {
  let count = 0;
  const toldEvent = async (): Promise<ToldEvent> => {
    const event = await deps.events.find(eventId);
    if (event === undefined || !isTold(event)) throw new Error('nothing was told yet');
    return event;
  };
  /** The answer to the place as it is shown now; its entry's id. */
  const answer = async (
    member: string,
    said: 'confirmed' | 'declined',
    reason: string | null = null,
  ): Promise<string> => {
    const event = await toldEvent();
    const { position } = placeOf(effectiveView(event), member)!;
    const pay = await deps.assignments.payOf(eventId, position.key, event.toldRevision);
    const id = `answer-${String(++count).padStart(9, '0')}`;
    await entries.append(eventId, {
      ...{ kind: 'answer', answer: said, id, member, reason, position: position.key },
      version: placeVersion(effectiveView(event), position, pay),
      since: sinceOf(event, member),
      lamport: count,
      at: world.now.toISOString(),
      receivedAt: world.now.toISOString(),
    });
    return id;
  };
  const signUps = async (change: (all: ToldEvent['signUps']) => ToldEvent['signUps']) => {
    const event = await toldEvent();
    if (!(await deps.events.signUps(event, change(event.signUps)))) throw new Error('not signed up');
  };
  return {
    answer,
    async signUp(member: string, role: string): Promise<string> {
      const entry = `sign-up-${member}-${bookingKey}`;
      await signUps((all) => [...all, { role, member, name: `${member} by sign-up`, entry }]);
      return answer(member, 'confirmed');
    },
    /** As the answer of a signed-up member does: the place first, then the words. */
    async giveBack(member: string, reason: string): Promise<string> {
      await signUps((all) => all.filter((one) => one.member !== member));
      return answer(member, 'declined', reason);
    },
    intend: async (
      recipient: string,
      kind: Notification['kind'],
      occasion: string,
      more: Partial<NewIntent> = {},
    ) =>
      deps.notifications.create({
        notification: { eventId, recipient, kind, occasion, changes: [] },
        bookingKey,
        revision: (await deps.events.find(eventId))?.toldRevision ?? 1,
        gate: 'none',
        createdAt: world.now.toISOString(),
        expiresAt: '2028-01-01T00:00:00Z',
        ...more,
      }),
  };
}
