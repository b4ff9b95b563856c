import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import { calendarViewSchema } from '#bookings/model/views/calendar.ts';
import { cardViewSchema } from '#bookings/model/views/card.ts';
import { driftSchema, inspectionSchema } from '#bookings/reconcile/drift.ts';
import { replySchemas } from '../calendar-sync/contract.ts';
import { cursorParam } from '../cursor.ts';
import { jsonBody, jsonReply, problemReplies } from '../openapi.ts';
import { boardCardSchema } from './board.ts';
import { bookingDetailSchema, bookingSchema } from './bookings.ts';

const bookingKey = z
  .string()
  .regex(/^[a-z0-9]+-[a-z0-9-]{1,80}$/, 'a booking key like boatsetter-xhqgmdh')
  .meta({ examples: ['boatsetter-xhqgmdh'] });
const revision = z
  .int()
  .positive()
  .meta({ description: 'Of the booking; a lower one than stored is refused' });
const remoteReply = z.object({ remoteId: z.string() });

const calendarEntry = z.strictObject({ bookingKey, revision, view: calendarViewSchema });

export const ensureCalendarRoute = createRoute({
  method: 'post',
  path: '/api/calendar',
  summary: 'Makes a calendar entry be as the view says; repeatable',
  request: { body: jsonBody(calendarEntry, 'The entry') },
  responses: { 200: jsonReply(remoteReply, 'Its id in the calendar'), ...problemReplies(403, 409, 422, 502) },
});

export const inspectCalendarRoute = createRoute({
  method: 'post',
  path: '/api/calendar/inspect',
  summary: 'Compares a calendar entry with what was written; changes nothing',
  request: { body: jsonBody(calendarEntry, 'The entry as it should be') },
  responses: {
    200: jsonReply(inspectionSchema, 'What differs; null when nothing does'),
    ...problemReplies(403, 422, 502),
  },
});

export const listCalendarRoute = createRoute({
  method: 'get',
  path: '/api/calendar',
  summary: 'What a calendar shows, entries that people made included',
  request: {
    query: z.strictObject({
      calendar: z
        .string()
        .min(1)
        .meta({ description: 'Key of the calendar', examples: ['jada'] }),
      from: z.iso.date().meta({ description: 'First day' }),
      to: z.iso.date().meta({ description: 'Last day, included' }),
    }),
  },
  responses: {
    200: jsonReply(replySchemas.list.options[0].pick({ entries: true }), 'By start'),
    ...problemReplies(403, 422, 502),
  },
});

export const putCardRoute = createRoute({
  method: 'put',
  path: '/api/cards/{bookingKey}',
  summary: 'Makes a revenue card be as the view says; repeatable',
  request: {
    params: z.object({ bookingKey }),
    body: jsonBody(z.strictObject({ revision, view: cardViewSchema }), 'The card'),
  },
  responses: {
    200: jsonReply(remoteReply, 'Its id on the board'),
    ...problemReplies(403, 409, 422, 502, 503),
  },
});

export const inspectCardsRoute = createRoute({
  method: 'post',
  path: '/api/cards/inspect',
  summary: 'Compares revenue cards with what was put on the board; changes nothing',
  request: {
    body: jsonBody(
      z.strictObject({
        cards: z.array(z.strictObject({ bookingKey, revision, view: cardViewSchema })).max(1000),
      }),
      'Cards as they should be',
    ),
  },
  responses: {
    200: jsonReply(
      z.object({ drifts: z.array(driftSchema.nullable()) }),
      'What differs, in the order of the cards; null where nothing does. Amounts are named, never shown',
    ),
    ...problemReplies(403, 422, 502, 503),
  },
});

export const listCardsRoute = createRoute({
  method: 'get',
  path: '/api/cards',
  summary: 'The revenue board',
  responses: {
    200: jsonReply(
      z.object({ lanes: z.array(z.string()), cards: z.array(boardCardSchema) }),
      'Lanes from left to right, and all cards',
    ),
    ...problemReplies(403, 502, 503),
  },
});

export const listBookingsRoute = createRoute({
  method: 'get',
  path: '/api/bookings',
  summary: 'What was applied for each booking, and what failed',
  request: {
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(500).default(100).meta({ description: 'Items to look at' }),
      cursor: cursorParam('pk').optional(),
    }),
  },
  responses: {
    200: jsonReply(
      z.object({ bookings: z.array(bookingSchema), cursor: z.string().nullable() }),
      'A page, which may be short; the last one has no cursor',
    ),
    ...problemReplies(403, 422),
  },
});

export const getBookingRoute = createRoute({
  method: 'get',
  path: '/api/bookings/{bookingKey}',
  summary: 'What was applied for one booking, with the views',
  request: { params: z.object({ bookingKey }) },
  responses: { 200: jsonReply(bookingDetailSchema, 'The booking'), ...problemReplies(403, 404, 422) },
});
