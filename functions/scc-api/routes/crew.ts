import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import * as z from 'zod';
import { eventIdOf } from '#bookings/model/ids.ts';
import type { NotificationTable } from '../../adapters/notification-table.ts';
import type { Publish } from '../../adapters/notification-topic.ts';
import { HttpProblem } from '../../http.ts';
import { jsonBody, jsonReply, problemReplies } from '../../openapi.ts';
import { effectiveView } from '../../scc/answers.ts';
import type { CrewContact, CrewRegistry } from '../../scc/crew-registry.ts';
import { isTold, type EventStore } from '../../scc/event-store.ts';
import type { LinkKeys } from '../../scc/link-keys.ts';
import { crewLink } from '../../scc/links.ts';
import { placeOf } from '../../scc/place.ts';
import { isOver } from '../landing.ts';
import { accepts, type SccEnv } from '../principal.ts';

export interface CrewDeps {
  readonly events: Pick<EventStore, 'find'>;
  readonly linkKeys: Pick<LinkKeys, 'read'>;
  /** Origin of the crew site, `https://sailjada.com`. */
  readonly crewUrl: string;
  readonly now: () => Date;
  readonly registry: CrewRegistry;
  readonly notifications: NotificationTable;
  readonly publish: Publish;
}

export function addCrewRoutes(app: OpenAPIHono<SccEnv>, deps: CrewDeps): void {
  const { registry } = deps;
  app.openapi(listRoute, async (c) => c.json({ crew: await registry.list() }, 200));
  app.openapi(putRoute, async (c) => {
    const { member } = c.req.valid('param');
    const contact = c.req.valid('json');
    await registry.put(member, contact);
    if (contact.active) await wake(member, deps);
    return c.json(await found(registry, member), 200);
  });
  app.openapi(revokeRoute, async (c) => {
    const { member } = c.req.valid('param');
    if (!(await registry.revoke(member))) throw new HttpProblem(404, 'There is no such member');
    return c.json(await found(registry, member), 200);
  });
  app.openapi(linkRoute, async (c) => {
    const contact = await found(registry, c.req.valid('param').member);
    return c.json({ url: await linkFor(contact, c.req.valid('json').bookingKey, deps) }, 200);
  });
}

/** A link that would open nothing is refused, and says why: the operator can do something about it. */
async function linkFor(
  { key, active, linkVersion }: CrewContact,
  bookingKey: string,
  { events, linkKeys, crewUrl, now }: CrewDeps,
): Promise<string> {
  const refused = (detail: string) => new HttpProblem(409, 'No link would open', detail);
  const event = await events.find(eventIdOf(bookingKey));
  if (!active) throw refused(`${key} is not active`);
  if (event === undefined || !isTold(event)) throw refused('the crew was never told of this booking');
  if (placeOf(effectiveView(event), key) === undefined)
    throw refused(`${key} has no place in this charter, and no invitation`);
  if (isOver(event, now())) throw refused('the charter ended more than a week ago');
  const claims = { member: key, eventId: event.eventId, linkVersion };
  return crewLink(crewUrl, await linkKeys.read(), claims);
}

/** What waited for this member's address goes out now, and not at the sweeper's next attempt. */
async function wake(member: string, { notifications, publish }: CrewDeps): Promise<void> {
  for (const id of await notifications.unsentTo(member)) await publish(id);
}

async function found(registry: CrewRegistry, member: string) {
  const contact = await registry.find(member);
  if (contact === undefined) throw new HttpProblem(404, 'There is no such member');
  return contact;
}

const memberParam = z.object({
  member: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'a key of crew.json, such as "john"'),
});
const contactSchema = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(120)
    .regex(/^\P{Cc}*$/u, 'a name on one line'),
  email: z.email('an e-mail address').max(254),
  active: z.boolean(),
});
const contactReply = contactSchema.extend({ key: z.string(), linkVersion: z.int() });

const listRoute = createRoute({
  method: 'get',
  path: '/api/crew',
  summary: 'The crew registry: contacts and activity; names and roles live in git',
  middleware: accepts('service'),
  responses: {
    200: jsonReply(z.object({ crew: z.array(contactReply) }), 'By key'),
    ...problemReplies(401, 403),
  },
});

const putRoute = createRoute({
  method: 'put',
  path: '/api/crew/{member}',
  summary: 'Enters or changes a member of the crew; an active one is sent what waits for an address',
  middleware: accepts('service'),
  request: { params: memberParam, body: jsonBody(contactSchema, 'Contact and activity') },
  responses: { 200: jsonReply(contactReply, 'As stored'), ...problemReplies(401, 403, 422) },
});

const revokeRoute = createRoute({
  method: 'post',
  path: '/api/crew/{member}/revoke',
  summary: 'Makes every link and session of a member invalid',
  middleware: accepts('service'),
  request: { params: memberParam },
  responses: {
    200: jsonReply(contactReply, 'With the raised link version'),
    ...problemReplies(401, 403, 404),
  },
});

const linkRoute = createRoute({
  method: 'post',
  path: '/api/crew/{member}/link',
  summary:
    'A member’s login that lands on one charter: for the operator to send when mail does not reach them',
  middleware: accepts('service'),
  request: {
    params: memberParam,
    body: jsonBody(z.strictObject({ bookingKey: z.string() }), 'The booking, `boatsetter-xhqgmdh`'),
  },
  responses: {
    200: jsonReply(z.object({ url: z.url() }), 'The link: it is a login, for this member alone'),
    ...problemReplies(401, 403, 404, 409, 422),
  },
});
