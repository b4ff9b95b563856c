import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import * as z from 'zod';
import { jsonReply, pageReply, problemReplies } from '../../openapi.ts';
import { captainViewSchema } from '../../scc/captain-view.ts';
import { chosenIdSchema } from '../../scc/entries/entry-schema.ts';
import { readCaptainView, type CaptainViewDeps } from '../../scc/read-captain-view.ts';
import { ANSWERED, answer, type AnswerDeps } from '../answer.ts';
import { closeOrOpen } from '../close.ts';
import { bodyOf, isForm, jsonOrForm, seeEvent } from '../forms.ts';
import { look } from '../look.ts';
import { captainsCharter } from '../own-charter.ts';
import { accepts, memberOf, type SccEnv } from '../principal.ts';

export type AnswerRouteDeps = AnswerDeps & CaptainViewDeps;

export function addAnswerRoutes(app: OpenAPIHono<SccEnv>, deps: AnswerRouteDeps): void {
  app.openapi(answerRoute, async (c) => {
    const { eventId } = c.req.valid('param');
    const { reason = null, look: shown = null, ...said } = bodyOf(c);
    const answered = await answer({ eventId, member: memberOf(c), ...said, look: shown, reason }, deps);
    return isForm(c) ? seeEvent(c, answered, 'answer') : c.json({ answer: answered }, 200);
  });
  app.openapi(seenRoute, async (c) => {
    const { eventId } = c.req.valid('param');
    await look({ eventId, member: memberOf(c).key, ...bodyOf(c) }, deps);
    return isForm(c) ? seeEvent(c, 'seen') : c.json({ seen: true as const }, 200);
  });
  app.openapi(listRoute, async (c) => {
    const { eventId } = c.req.valid('param');
    const event = await captainsCharter(eventId, c.get('principal'), deps.events);
    return c.json(await readCaptainView(event, deps), 200);
  });
  for (const kind of ['close', 'open'] as const)
    app.openapi(CLOSING_ROUTES[kind], async (c) => {
      const { eventId } = c.req.valid('param');
      const principal = c.get('principal');
      const closed = await closeOrOpen({ eventId, principal, kind, ...bodyOf(c) }, deps);
      return isForm(c) ? seeEvent(c, 'saved', 'captain') : c.json({ closed: closed !== null }, 200);
    });
}

const eventParam = z.object({ eventId: z.string() });

const idSchema = z.strictObject({ id: chosenIdSchema });

const lookSchema = z
  .string()
  .regex(/^[0-9a-f]{16}$/, 'what the page showed')
  .meta({ description: 'Of all that the page showed of the charter' });

const answerSchema = z.strictObject({
  id: chosenIdSchema,
  answer: z.enum(['confirmed', 'declined']),
  version: z
    .string()
    .regex(/^[0-9a-f]{16}$/, 'the version of the place that was shown')
    .meta({ description: 'Of the place as it was shown: an answer to another one is refused' }),
  look: lookSchema.optional(),
  reason: z
    .string()
    // Browsers send a text's line breaks as two characters.
    .overwrite((text) => text.replaceAll('\r\n', '\n').trim())
    .min(3, 'a reason of 3 to 500 characters')
    .max(500, 'a reason of 3 to 500 characters')
    .regex(/^(?:\P{Cc}|\n)*$/u, 'text without control characters')
    .refine((text) => text.isWellFormed(), 'whole characters')
    .optional()
    .meta({ description: 'Of a decline; required of who has a place' }),
});

const answerRoute = createRoute({
  method: 'post',
  path: '/api/events/{eventId}/answers',
  summary: 'Confirms or declines a place, or accepts an open position: the first has it',
  middleware: accepts('crew'),
  request: {
    params: eventParam,
    body: jsonOrForm(answerSchema, 'The answer to the version of the place that was seen'),
  },
  responses: {
    200: jsonReply(
      z.object({ answer: z.enum(ANSWERED) }),
      'Stored, or it was before; `signed-up`: the open position is theirs; `passed`: an invitation declined',
    ),
    ...pageReply,
    ...problemReplies(401, 403, 409, 415, 422, 503),
  },
});

const seenRoute = createRoute({
  method: 'post',
  path: '/api/events/{eventId}/seen',
  summary: 'Says that the member has seen the charter as it is: what changes from here on is news to them',
  middleware: accepts('crew'),
  request: { params: eventParam, body: jsonOrForm(idSchema.extend({ look: lookSchema }), 'What was seen') },
  responses: {
    200: jsonReply(z.object({ seen: z.literal(true) }), 'Noted'),
    ...pageReply,
    ...problemReplies(401, 403, 409, 415, 422),
  },
});

const listRoute = createRoute({
  method: 'get',
  path: '/api/events/{eventId}/answers',
  summary:
    'All answers with reasons, who is free instead, and the commands for git: for captain and operator',
  middleware: accepts('crew', 'service'),
  request: { params: eventParam },
  responses: {
    200: jsonReply(captainViewSchema, 'By position'),
    ...problemReplies(401, 403, 404),
  },
});

const toClosingRoute = (kind: 'close' | 'open', summary: string) =>
  createRoute({
    method: 'post',
    path: `/api/events/{eventId}/${kind}`,
    summary,
    middleware: accepts('crew', 'service'),
    request: { params: eventParam, body: jsonOrForm(idSchema, 'Of the entry') },
    responses: {
      200: jsonReply(z.object({ closed: z.boolean() }), 'Whether it is closed now'),
      ...pageReply,
      ...problemReplies(401, 403, 404, 409, 415, 422),
    },
  });

const CLOSING_ROUTES = {
  close: toClosingRoute('close', 'Makes the expenses of a charter final: by its captain or the operator'),
  open: toClosingRoute('open', 'Opens a closed charter again: by its captain or the operator'),
};
