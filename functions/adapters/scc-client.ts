import * as z from 'zod';
import { signUpSchema } from '#bookings/model/sign-ups.ts';
import { inspectionSchema } from '#bookings/reconcile/drift.ts';
import type { Crew, OpenPositions } from '#bookings/reconcile/ports.ts';
import {
  releasedSchema,
  sentNotificationSchema,
  type SentNotification,
} from '../scc/notification-contract.ts';
import { createHttpClient, HttpError, toStaleRevision, type HttpDeps, type Key } from './http-client.ts';

/** A member as ShipCaptainCrew's registry has them. */
const crewMemberSchema = z.object({
  key: z.string(),
  name: z.string(),
  email: z.string(),
  active: z.boolean(),
});
export type CrewMember = z.output<typeof crewMemberSchema>;

/** ShipCaptainCrew as the pipeline and the command line use it. */
export interface SccClient extends Crew {
  /** The guest's link with the upload key: for the operator alone. */
  guestLink(bookingKey: string): Promise<string>;
  /** By revision. */
  notifications(bookingKey: string): Promise<readonly SentNotification[]>;
  putCrewMember(member: string, contact: Omit<CrewMember, 'key'>): Promise<CrewMember>;
  listCrew(): Promise<readonly CrewMember[]>;
  /** Ends every link, session and calendar of a member. */
  revokeCrewMember(member: string): Promise<CrewMember>;
  /** A member's login that lands on one charter. */
  crewLink(member: string, bookingKey: string): Promise<string>;
}

/** Every request is safe to repeat: ids are derived, and nobody is told twice. */
export function createSccClient(
  { url, serviceKey }: { readonly url: string; readonly serviceKey: Key },
  deps: HttpDeps,
): SccClient {
  const { send } = createHttpClient({ url, headers: { 'x-service-key': serviceKey } }, deps);
  const listCrew = async () => {
    const reply = z.object({ crew: z.array(crewMemberSchema) });
    return (await send({ method: 'GET', path: '/api/crew', reply })).crew;
  };
  return {
    async ensure({ bookingKey, revision, event, summary, known }) {
      const { eventId } = event.view;
      const path = toPath('/api/events', eventId);
      await send({
        method: 'PUT',
        path,
        body: { revision, event, summary, known },
        reply: z.unknown(),
      }).catch(toStaleRevision(`The crew event of ${bookingKey}`, revision));
      return { remoteId: eventId };
    },
    async inspect({ revision, event, summary }) {
      const path = `${toPath('/api/events', event.view.eventId)}/inspect`;
      const body = { revision, event, summary };
      return (await send({ method: 'POST', path, body, reply: inspectionSchema })).drift;
    },
    async sendExpensesAgain(eventId) {
      const path = `${toPath('/api/events', eventId)}/expenses-due`;
      await send({ method: 'POST', path, reply: z.unknown() }).catch(unlessMissing);
    },
    release({ bookingKey, revision }) {
      const path = `${toPath('/api/notifications', bookingKey)}/release`;
      return send({ method: 'POST', path, body: { revision }, reply: releasedSchema }).catch(
        toStaleRevision(`The crew event of ${bookingKey}`, revision),
      );
    },
    openPositions(eventId) {
      const path = toPath('/api/events', eventId);
      return send({ method: 'GET', path, reply: openPositionsSchema }).catch(toUnknown);
    },
    async activeAmong(members) {
      const active = new Set((await listCrew()).filter((member) => member.active).map(({ key }) => key));
      return members.filter((member) => active.has(member));
    },
    async guestLink(bookingKey) {
      const path = toPath('/api/guest-links', bookingKey);
      return (await send({ method: 'GET', path, reply: z.object({ url: z.url() }) })).url;
    },
    async notifications(bookingKey) {
      const path = toPath('/api/notifications', bookingKey);
      const reply = z.object({ notifications: z.array(sentNotificationSchema) });
      return (await send({ method: 'GET', path, reply })).notifications;
    },
    putCrewMember: (member, contact) =>
      send({ method: 'PUT', path: toPath('/api/crew', member), body: contact, reply: crewMemberSchema }),
    listCrew,
    // A repetition raises the link version once more, which revokes nothing that is not revoked.
    revokeCrewMember: (member) =>
      send({ method: 'POST', path: `${toPath('/api/crew', member)}/revoke`, reply: crewMemberSchema }),
    async crewLink(member, bookingKey) {
      const path = `${toPath('/api/crew', member)}/link`;
      return (await send({ method: 'POST', path, body: { bookingKey }, reply: z.object({ url: z.url() }) }))
        .url;
    },
  };
}

const openPositionsSchema = z.object({
  signUps: z.array(signUpSchema),
  toldCandidates: z.record(z.string(), z.array(z.string())).nullable(),
});

/** Nobody can have signed up for, or been told of, an event that does not exist. */
function toUnknown(error: unknown): OpenPositions {
  if (error instanceof HttpError && error.status === 404) return { signUps: [], toldCandidates: null };
  throw error;
}

function unlessMissing(error: unknown): void {
  if (!(error instanceof HttpError && error.status === 404)) throw error;
}

const toPath = (collection: string, id: string): string => `${collection}/${encodeURIComponent(id)}`;
