import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import * as z from 'zod';
import { candidatesOf } from '#bookings/model/candidates.ts';
import { eventIdOf } from '#bookings/model/ids.ts';
import { signUpSchema } from '#bookings/model/sign-ups.ts';
import { parseInstant } from '#bookings/model/time.ts';
import { eventSpecSchema, eventViewSchema } from '#bookings/model/views/event.ts';
import { summaryViewSchema } from '#bookings/model/views/summary.ts';
import { inspectionSchema } from '#bookings/reconcile/drift.ts';
import { cursorParam, encodeCursor } from '../../cursor.ts';
import { HttpProblem } from '../../http.ts';
import { jsonBody, jsonReply, problemReplies } from '../../openapi.ts';
import { cancelEvent } from '../cancel-event.ts';
import type { StoredEvent } from '../../scc/event-store.ts';
import { accepts, type SccEnv } from '../principal.ts';
import { putEvent } from '../put-event.ts';
import { inspectEvent, putKnowing, type RestoreDeps } from '../restore-event.ts';

export type EventDeps = RestoreDeps;

export function addEventRoutes(app: OpenAPIHono<SccEnv>, deps: EventDeps): void {
  app.openapi(putRoute, async (c) => {
    const body = c.req.valid('json');
    if (c.req.valid('param').eventId !== body.event.view.eventId)
      throw new HttpProblem(422, 'The address names another event than the body');
    return c.json(await store(body, deps), 200);
  });
  app.openapi(postRoute, async (c) => c.json(await store(c.req.valid('json'), deps), 200));
  app.openapi(getRoute, async (c) => {
    const event = await deps.events.find(c.req.valid('param').eventId);
    if (event === undefined) throw new HttpProblem(404, 'There is no such event');
    return c.json({ ...toReply(event), ...toDetails(event) }, 200);
  });
  app.openapi(inspectRoute, async (c) => {
    const wanted = c.req.valid('json');
    if (c.req.valid('param').eventId !== wanted.event.view.eventId)
      throw new HttpProblem(422, 'The address names another event than the body');
    return c.json({ drift: await inspectEvent(wanted, deps) }, 200);
  });
  app.openapi(expensesRoute, async (c) => {
    const event = await deps.events.find(c.req.valid('param').eventId);
    if (event === undefined) throw new HttpProblem(404, 'There is no such event');
    await deps.events.markExpenses(event);
    return c.json({ due: true as const }, 200);
  });
  app.openapi(listRoute, async (c) => {
    const { from, to, status, limit, cursor } = c.req.valid('query');
    const page = await deps.events.list({ from, to, status }, { limit, after: cursor });
    return c.json({ events: page.events.map(toReply), cursor: page.next && encodeCursor(page.next) }, 200);
  });
  app.openapi(cancelRoute, async (c) => {
    const { eventId } = c.req.valid('param');
    return c.json(await cancelEvent({ eventId, ...c.req.valid('json') }, deps), 200);
  });
}

async function store({ known: text, ...put }: z.output<typeof eventPutSchema>, deps: EventDeps) {
  // The pipeline may know of it in a shape of long ago, and then says nothing that helps.
  const known = releasedEvent.safeParse(text).data;
  await (known === undefined ? putEvent(put, deps) : putKnowing(known, put, deps));
  return { eventId: put.event.view.eventId, revision: put.revision };
}

const toReply = ({ eventId, revision, toldRevision, view }: StoredEvent) => ({
  eventId,
  revision,
  toldRevision,
  event: view,
});

const toDetails = ({ summary, signUps, told }: StoredEvent) => ({
  summary,
  signUps: [...signUps],
  toldCandidates: told && candidatesOf(told.event),
});

const revision = z
  .int()
  .positive()
  .meta({ description: 'Counter of the booking, reserved before any effect' });

const releasedEvent = z.strictObject({ revision, event: eventSpecSchema, summary: summaryViewSchema });

const eventPutSchema = releasedEvent
  .extend({
    known: z.unknown().optional().meta({
      description:
        'The event as it was last released, with its revision: put back first, where it is lost here. The same as the event: only that, and nobody is told',
    }),
  })
  .superRefine(({ event: { view, pay }, summary }, ctx) => {
    const report = (path: string[], expected: string) =>
      ctx.addIssue({ code: 'custom', path, message: expected, params: { expected } });
    const eventId = eventIdOf(view.bookingKey);
    if (view.eventId !== eventId)
      report(['event', 'view', 'eventId'], `"${eventId}", the booking key's event`);
    if (summary.bookingKey !== view.bookingKey) report(['summary', 'bookingKey'], `"${view.bookingKey}"`);
    const positions = view.crew.map(({ key }) => key).toSorted();
    if (new Set(positions).size !== positions.length) report(['event', 'view', 'crew'], 'each position once');
    if (positions.join() !== Object.keys(pay).toSorted().join())
      report(['event', 'pay'], 'the pay of each position, and of no other');
  });

const eventParam = z.object({ eventId: z.string() });
const storedReply = jsonReply(z.object({ eventId: z.string(), revision }), 'Stored; nobody was told');
const eventReply = z.object({
  eventId: z.string(),
  revision,
  /** Null until the first release. */
  toldRevision: z.int().nullable(),
  event: eventViewSchema,
});
const storedEventReply = eventReply.extend({
  summary: summaryViewSchema,
  /** Who accepted open positions, the first first; git still says that they are open. */
  signUps: z.array(signUpSchema),
  /** Whom the last release really invited, by open position; null until the first release. */
  toldCandidates: z.record(z.string(), z.array(z.string())).nullable(),
});

const putRoute = createRoute({
  method: 'put',
  path: '/api/events/{eventId}',
  summary: 'Stores an event beside what people were last told; tells nobody',
  middleware: accepts('service'),
  request: { params: eventParam, body: jsonBody(eventPutSchema, 'Event and summary at one revision') },
  responses: { 200: storedReply, ...problemReplies(401, 403, 409, 422) },
});

const postRoute = createRoute({
  method: 'post',
  path: '/api/events',
  summary: 'The same as the PUT; the event’s id follows from the booking key',
  middleware: accepts('service'),
  request: { body: jsonBody(eventPutSchema, 'Event and summary at one revision') },
  responses: { 200: storedReply, ...problemReplies(401, 403, 409, 422) },
});

const getRoute = createRoute({
  method: 'get',
  path: '/api/events/{eventId}',
  summary: 'One event, without anybody’s pay',
  middleware: accepts('service'),
  request: { params: eventParam },
  responses: {
    200: jsonReply(storedEventReply, 'The event as stored'),
    ...problemReplies(401, 403, 404),
  },
});

const inspectRoute = createRoute({
  method: 'post',
  path: '/api/events/{eventId}/inspect',
  summary: 'Compares an event with what was released; changes nothing, and shows nobody’s pay',
  middleware: accepts('service'),
  request: { params: eventParam, body: jsonBody(releasedEvent, 'The event as it was released') },
  responses: {
    200: jsonReply(inspectionSchema, 'What differs; null when nothing does'),
    ...problemReplies(401, 403, 422),
  },
});

const expensesRoute = createRoute({
  method: 'post',
  path: '/api/events/{eventId}/expenses-due',
  summary: 'Sends what the crew spent to the board once more, whose card was lost',
  middleware: accepts('service'),
  request: { params: eventParam },
  responses: {
    200: jsonReply(z.object({ due: z.literal(true) }), 'The next sync sends them'),
    ...problemReplies(401, 403, 404),
  },
});

const instant = z.string().transform((text, ctx) => {
  const parsed = parseInstant(text);
  if (parsed !== undefined) return parsed;
  const expected = 'an instant with its offset, "2027-05-30T09:00:00-07:00"';
  ctx.addIssue({ code: 'custom', message: expected, params: { expected } });
  return z.NEVER;
});

const listRoute = createRoute({
  method: 'get',
  path: '/api/events',
  summary: 'Events by start and status, page by page; a page may be short before the last',
  middleware: accepts('service'),
  request: {
    query: z.strictObject({
      from: instant.optional().openapi({ type: 'string', description: 'Starts at or after this instant' }),
      to: instant.optional().openapi({ type: 'string', description: 'Starts before this instant' }),
      status: eventViewSchema.shape.status.optional(),
      limit: z.coerce.number().int().min(1).max(200).default(100),
      cursor: cursorParam('event_id', 'created_timestamp').optional(),
    }),
  },
  responses: {
    200: jsonReply(z.object({ events: z.array(eventReply), cursor: z.string().optional() }), 'A page'),
    ...problemReplies(401, 403, 422),
  },
});

const cancelRoute = createRoute({
  method: 'post',
  path: '/api/events/{eventId}/cancel',
  summary: 'Cancels an event by hand, under a revision above the stored one; a release then tells people',
  middleware: accepts('service'),
  request: { params: eventParam, body: jsonBody(z.strictObject({ revision }), 'The revision to take') },
  responses: { 200: storedReply, ...problemReplies(401, 403, 404, 409, 422) },
});
