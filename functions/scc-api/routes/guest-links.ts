import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import * as z from 'zod';
import { eventIdOf } from '#bookings/model/ids.ts';
import { HttpProblem } from '../../http.ts';
import { jsonReply, problemReplies } from '../../openapi.ts';
import type { EventStore } from '../../scc/event-store.ts';
import { guestLink } from '../../scc/guest-link.ts';
import type { LinkKeys } from '../../scc/link-keys.ts';
import { accepts, type SccEnv } from '../principal.ts';

export interface GuestLinkDeps {
  readonly events: EventStore;
  readonly linkKeys: Pick<LinkKeys, 'read'>;
  readonly guestUrl: string;
}

export function addGuestLinkRoutes(app: OpenAPIHono<SccEnv>, deps: GuestLinkDeps): void {
  app.openapi(getRoute, async (c) => {
    const event = await deps.events.find(eventIdOf(c.req.valid('param').bookingKey));
    if (event === undefined) throw new HttpProblem(404, 'There is no event for this booking');
    return c.json({ url: guestLink(deps.guestUrl, await deps.linkKeys.read(), event.view.pageId) }, 200);
  });
}

const getRoute = createRoute({
  method: 'get',
  path: '/api/guest-links/{bookingKey}',
  summary: 'The guest’s link with the key to upload and see photos: for the operator to send',
  middleware: accepts('service'),
  request: { params: z.object({ bookingKey: z.string() }) },
  responses: {
    200: jsonReply(z.object({ url: z.url() }), 'The link'),
    ...problemReplies(401, 403, 404),
  },
});
