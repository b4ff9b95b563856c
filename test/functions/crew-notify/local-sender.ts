import { eventIdOf, notificationIdOf } from '#bookings/model/ids.ts';
import type { Mail } from '#functions/adapters/ses.ts';
import { deliver, type DeliverDeps } from '#functions/crew-notify/deliver.ts';
import { createLog } from '#functions/log.ts';
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
  const deps: DeliverDeps = {
    ...scc,
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
    ...{ sent, logged, world, deps, eventId, idOf },
    put: (options: SampleOptions = {}) => putEvent(samplePut({ bookingKey, ...options }), scc),
    tell: (revision: number) =>
      release({ eventId, revision }, { ...scc, publish: async () => {}, now: () => NOW }),
    run: (recipient: string, kind: string, revision: number | string = 1) =>
      deliver(idOf(recipient, kind, revision), deps),
  };
}
