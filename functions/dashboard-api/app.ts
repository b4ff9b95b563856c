import type { OpenAPIHono } from '@hono/zod-openapi';
import { encodeCursor } from '../cursor.ts';
import { createApi, HttpProblem, type ApiVariables } from '../http.ts';
import type { Log } from '../log.ts';
import type { BoardClient } from './board.ts';
import type { Bookings } from './bookings.ts';
import type { CalendarSync } from './calendar.ts';
import { inspectCards } from './inspect-cards.ts';
import {
  ensureCalendarRoute,
  getBookingRoute,
  inspectCalendarRoute,
  inspectCardsRoute,
  listBookingsRoute,
  listCalendarRoute,
  listCardsRoute,
  putCardRoute,
} from './routes.ts';

export interface DashboardDeps {
  readonly calendar: CalendarSync;
  readonly board: BoardClient;
  readonly bookings: Bookings;
  readonly log: Log;
}

/** The operator's API. Every route but its own description stands behind the authorizer: there is no key check here. */
export function createApp({ calendar, board, bookings, log }: DashboardDeps): OpenAPIHono<ApiVariables> {
  const app = createApi({ title: 'Bosun dashboard', version: '1', log });
  app.openapi(ensureCalendarRoute, async (c) =>
    c.json({ remoteId: await calendar.ensure(c.req.valid('json')) }, 200),
  );
  app.openapi(inspectCalendarRoute, async (c) =>
    c.json({ drift: await calendar.inspect(c.req.valid('json')) }, 200),
  );
  app.openapi(listCalendarRoute, async (c) =>
    c.json({ entries: [...(await calendar.list(c.req.valid('query')))] }, 200),
  );
  app.openapi(putCardRoute, async (c) => {
    const { bookingKey } = c.req.valid('param');
    const { revision, view } = c.req.valid('json');
    if (view.bookingKey !== bookingKey)
      throw new HttpProblem(422, 'The address names another booking than the card');
    await board.putCard({ bookingKey, revision, card: view });
    return c.json({ remoteId: bookingKey }, 200);
  });
  app.openapi(inspectCardsRoute, async (c) => {
    const { cards } = c.req.valid('json');
    return c.json({ drifts: inspectCards(cards, await board.listCards()) }, 200);
  });
  app.openapi(listCardsRoute, async (c) => {
    const { lanes, cards } = await board.listCards();
    return c.json({ lanes, cards }, 200);
  });
  app.openapi(listBookingsRoute, async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const page = await bookings.list({ limit, after: cursor });
    return c.json({ bookings: page.bookings, cursor: page.next && encodeCursor(page.next) }, 200);
  });
  app.openapi(getBookingRoute, async (c) => {
    const booking = await bookings.find(c.req.valid('param').bookingKey);
    if (booking === undefined) throw new HttpProblem(404, 'The ledger does not know this booking');
    return c.json(booking, 200);
  });
  return app;
}
