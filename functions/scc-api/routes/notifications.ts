import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import * as z from 'zod';
import { eventIdOf } from '#bookings/model/ids.ts';
import { notificationKinds, notificationSchema } from '#bookings/model/notifications.ts';
import { DELIVERIES, INTENT_STATES, type Intent } from '../../adapters/notification-table.ts';
import { jsonBody, jsonReply, problemReplies } from '../../openapi.ts';
import { accepts, type SccEnv } from '../principal.ts';
import { release, type ReleaseDeps } from '../release.ts';

export function addNotificationRoutes(app: OpenAPIHono<SccEnv>, deps: ReleaseDeps): void {
  app.openapi(releaseRoute, async (c) => {
    const eventId = eventIdOf(c.req.valid('param').bookingKey);
    return c.json(await release({ eventId, ...c.req.valid('json') }, deps), 200);
  });
  app.openapi(listRoute, async (c) => {
    const intents = await deps.notifications.ofEvent(eventIdOf(c.req.valid('param').bookingKey));
    const notifications = intents.map(toReply);
    return c.json({ notifications: notifications.toSorted(byRevision) }, 200);
  });
}

const toReply = ({ id, notification, revision, state, ...rest }: Intent) => ({
  id,
  recipient: notification.recipient,
  kind: notification.kind,
  revision,
  state,
  createdAt: rest.createdAt,
  claimedAt: rest.claimedAt,
  sentAt: rest.sentAt,
  evidenceAt: rest.evidenceAt,
  delivery: rest.delivery,
  reason: rest.reason,
});

const byRevision = (one: { revision: number; id: string }, other: { revision: number; id: string }): number =>
  one.revision - other.revision || (one.id < other.id ? -1 : 1);

const bookingParam = z.object({ bookingKey: z.string() });
const instant = z.string().nullable();

const releaseRoute = createRoute({
  method: 'post',
  path: '/api/notifications/{bookingKey}/release',
  summary: 'Tells people what changed since they were last told; repeatable, nobody is told twice',
  middleware: accepts('service'),
  request: {
    params: bookingParam,
    body: jsonBody(z.strictObject({ revision: z.int().positive() }), 'The revision that was stored'),
  },
  responses: {
    200: jsonReply(
      z.object({ told: z.array(notificationSchema), withoutAddress: z.array(z.string()) }),
      'Who is told what, and who of them has no active address',
    ),
    ...problemReplies(401, 403, 404, 409, 422),
  },
});

const listRoute = createRoute({
  method: 'get',
  path: '/api/notifications/{bookingKey}',
  summary: 'What became of each notification of a booking',
  middleware: accepts('service'),
  request: { params: bookingParam },
  responses: {
    200: jsonReply(
      z.object({
        notifications: z.array(
          z.object({
            id: z.string(),
            recipient: z.string(),
            kind: z.enum(notificationKinds),
            revision: z.int(),
            state: z.enum(INTENT_STATES),
            createdAt: z.string(),
            claimedAt: instant,
            sentAt: instant,
            evidenceAt: instant,
            delivery: z.enum(DELIVERIES).nullable(),
            reason: z.string().nullable(),
          }),
        ),
      }),
      'By revision',
    ),
    ...problemReplies(401, 403),
  },
});
