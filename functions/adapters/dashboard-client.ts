import * as z from 'zod';
import type { Board, Calendar } from '#bookings/reconcile/ports.ts';
import { driftSchema, inspectionSchema } from '#bookings/reconcile/drift.ts';
import { createHttpClient, toStaleRevision, type HttpDeps, type Key } from './http-client.ts';

const remoteReply = z.object({ remoteId: z.string() });

/** Calendar and revenue board by way of dashboard-api. Both ensure, so every request is safe to repeat. */
export function createDashboardClient(
  { url, token }: { readonly url: string; readonly token: Key },
  deps: HttpDeps,
): { readonly calendar: Calendar; readonly board: Board } {
  const client = createHttpClient({ url, headers: { 'x-dashboard-token': token } }, deps);
  return {
    calendar: {
      ensure: ({ bookingKey, revision, view }) =>
        client
          .send({
            method: 'POST',
            path: '/api/calendar',
            body: { bookingKey, revision, view },
            reply: remoteReply,
          })
          .catch(toStaleRevision(`The calendar entry of ${bookingKey}`, revision)),
      inspect: async ({ bookingKey, revision, view }) => {
        const body = { bookingKey, revision, view };
        const path = '/api/calendar/inspect';
        return (await client.send({ method: 'POST', path, body, reply: inspectionSchema })).drift;
      },
    },
    board: {
      ensure: ({ bookingKey, revision, view }) =>
        client
          .send({
            method: 'PUT',
            path: `/api/cards/${encodeURIComponent(bookingKey)}`,
            body: { revision, view },
            reply: remoteReply,
          })
          .catch(toStaleRevision(`The card of ${bookingKey}`, revision)),
      async inspect(cards) {
        const body = {
          cards: cards.map(({ bookingKey, revision, view }) => ({ bookingKey, revision, view })),
        };
        const reply = z.object({ drifts: z.array(driftSchema.nullable()).length(cards.length) });
        return (await client.send({ method: 'POST', path: '/api/cards/inspect', body, reply })).drifts;
      },
    },
  };
}
