import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import * as z from 'zod';
import { eventIdOf } from '#bookings/model/ids.ts';
import type { Intent } from '../../adapters/notification-table.ts';
import { jsonBody, jsonReply, problemReplies } from '../../openapi.ts';
import {
  releasedSchema,
  sentNotificationSchema,
  type SentNotification,
} from '../../scc/notification-contract.ts';
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

const toReply = ({ notification: { recipient, kind }, ...intent }: Intent): SentNotification => ({
  id: intent.id,
  recipient,
  kind,
  revision: intent.revision,
  state: intent.state,
  createdAt: intent.createdAt,
  claimedAt: intent.claimedAt,
  sentAt: intent.sentAt,
  evidenceAt: intent.evidenceAt,
  delivery: intent.delivery,
  reason: intent.reason,
  attempts: intent.attempts,
  nextAttemptAt: intent.nextAttemptAt,
});

const byRevision = (one: { revision: number; id: string }, other: { revision: number; id: string }): number =>
  one.revision - other.revision || (one.id < other.id ? -1 : 1);

const bookingParam = z.object({ bookingKey: z.string() });

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
    200: jsonReply(releasedSchema, 'Who is told what, and who of them has no active address'),
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
    200: jsonReply(z.object({ notifications: z.array(sentNotificationSchema) }), 'By revision'),
    ...problemReplies(401, 403),
  },
});
