import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import * as z from 'zod';
import { eventViewSchema } from '#bookings/model/views/event.ts';
import { HttpProblem } from '../../http.ts';
import { jsonReply, pageReply, problemReplies } from '../../openapi.ts';
import type { DeviceContent, Entry } from '../../scc/entries/entry.ts';
import { deviceEntrySchema } from '../../scc/entries/entry-schema.ts';
import { REFUSALS, type RefusalCode } from '../../scc/entries/refusal.ts';
import { visibleEntries } from '../../scc/entries/visible.ts';
import { addEntries, addFormEntry } from '../add-entries.ts';
import { openLog, type EntryDeps } from '../event-log.ts';
import { isForm, seeEvent } from '../forms.ts';
import { accepts, memberOf, type SccEnv } from '../principal.ts';

export function addEntryRoutes(app: OpenAPIHono<SccEnv>, deps: EntryDeps): void {
  app.openapi(logRoute, async (c) => {
    const member = memberOf(c).key;
    const log = await openLog({ ...c.req.valid('param'), member }, deps);
    const { view, isCaptain, state } = log;
    return c.json(
      {
        // Who is only invited is not on board yet.
        entries: log.isOnBoard ? visibleEntries(log.entries, member) : [],
        isCaptain,
        checklists: view.checklists,
        currency: view.currency,
        closed: state.closed,
      },
      200,
    );
  });
  app.openapi(addRoute, async (c) => {
    const log = await openLog({ ...c.req.valid('param'), member: memberOf(c).key }, deps);
    // The types cannot tell the two media types apart.
    if (isForm(c)) {
      const fields = c.req.valid('form') as z.output<typeof formSchema>;
      return seeEvent(c, 'saved', fragmentOf(await addFormEntry(log, fields, deps)));
    }
    // Nothing was validated when there is no body.
    const { entries } = c.req.valid('json') as Partial<z.output<typeof batchSchema>>;
    if (entries === undefined) throw new HttpProblem(415, 'The body has to be JSON or a URL-encoded form');
    return c.json({ entries: await addEntries(log, entries, deps) }, 200);
  });
}

/** The part of the page that the form was in. */
function fragmentOf(content: DeviceContent): string {
  if ('list' in content) return `list-${content.list}`;
  return content.kind === 'expense' ? 'expenses' : 'photos';
}

const eventParam = z.object({ eventId: z.string() });

const logRoute = createRoute({
  method: 'get',
  path: '/api/events/{eventId}/log',
  summary: 'What the crew added to an event: all that the member may see, to be folded',
  middleware: accepts('crew'),
  request: { params: eventParam },
  responses: {
    200: jsonReply(
      z.object({
        entries: z.array(
          z.custom<Entry>().openapi({
            type: 'object',
            description: 'Id, member, lamport, at, receivedAt, kind and what its kind has',
          }),
        ),
        isCaptain: z.boolean(),
        checklists: eventViewSchema.shape.checklists,
        currency: eventViewSchema.shape.currency,
        closed: z
          .object({ member: z.string(), at: z.string(), entry: z.string() })
          .nullable()
          .meta({ description: 'Who closed the expenses, and when' }),
      }),
      'Entries in no particular order',
    ),
    ...problemReplies(401, 403),
  },
});

const batchSchema = z.strictObject({
  entries: z
    .array(z.union([deviceEntrySchema, z.looseObject({ id: z.string().max(200) })]))
    .min(1)
    .max(200)
    .meta({ description: 'What is not an entry of these kinds is refused by itself' }),
});

const formSchema = z.record(z.string(), z.string()).meta({
  description: 'One entry: id, kind, the fields of its kind as text (amount as people write it), and csrf',
});

const outcomeSchema = z.object({
  id: z.string(),
  status: z.enum(['stored', 'duplicate', 'refused']),
  code: z.enum(Object.keys(REFUSALS) as [RefusalCode, ...RefusalCode[]]).optional(),
  reason: z.string().optional().meta({ description: 'The code in words, for the person whose entry it is' }),
});

const addRoute = createRoute({
  method: 'post',
  path: '/api/events/{eventId}/entries',
  summary: 'Takes what a device made, in any order and any number of times; each entry stands for itself',
  middleware: accepts('crew'),
  request: {
    params: eventParam,
    body: {
      content: {
        'application/json': { schema: batchSchema },
        'application/x-www-form-urlencoded': { schema: formSchema },
      },
      description: 'Entries of a device, or one of a form',
    },
  },
  responses: {
    200: jsonReply(z.object({ entries: z.array(outcomeSchema) }), 'What became of each, in the order sent'),
    ...pageReply,
    ...problemReplies(401, 403, 413, 415, 422, 429),
  },
});
