import { describe, expect, it } from 'vitest';
import type { BoardCard, BoardContent } from '#functions/dashboard-api/board.ts';
import { bookingKey, calendarView, cardView } from './sample-views.ts';
import { startDashboard as start } from './start-dashboard.ts';

const card = (changes: Partial<BoardCard> = {}): BoardCard => ({
  ...cardView,
  revision: 2,
  expenses: { Mileage: 1200 },
  entriesVersion: 3,
  details: [{ label: 'Gross', text: '$840.75' }],
  edited: [],
  ...changes,
});
const boardOf = (...cards: BoardCard[]): BoardContent => ({ lanes: [], cards, unreadable: [] });

/** Asks about the sample's card at revision 2. */
async function inspect(content: BoardContent) {
  const { send } = start({ listCards: async () => content });
  const cards = [{ bookingKey, revision: 2, view: cardView }];
  const { status, body } = await send('POST', '/api/cards/inspect', { cards });
  expect(status).toBe(200);
  return (body as { drifts: unknown[] }).drifts[0];
}

describe('POST /api/cards/inspect', () => {
  it('finds nothing in a card as it was put, whatever the crew spent', async () => {
    expect(await inspect(boardOf(card()))).toBeNull();
    expect(await inspect(boardOf(card({ expenses: null, entriesVersion: 9 })))).toBeNull();
  });

  it.each(['Ready', 'Done', 'Cancelled', 'Inquiries', 'My own lane'])(
    'leaves a card in the lane to which a person moved it: %s',
    async (lane) => {
      expect(await inspect(boardOf(card({ lane })))).toBeNull();
    },
  );

  it('names what differs, and amounts without showing them', async () => {
    expect(await inspect(boardOf(card({ title: 'Mine', gross: 99_999, net: 1 })))).toEqual({
      found: 'changed',
      fields: [
        { path: 'gross', from: null, to: null },
        { path: 'net', from: null, to: null },
        { path: 'title', from: 'Mine', to: cardView.title },
      ],
    });
  });

  it('names columns in which somebody typed', async () => {
    expect(await inspect(boardOf(card({ edited: ['title', 'details'] })))).toEqual({
      found: 'changed',
      fields: [
        { path: 'title', from: 'edited', to: 'as put' },
        { path: 'details', from: 'edited', to: 'as put' },
      ],
    });
  });

  it('misses a card that is gone, and knows one that nobody can read', async () => {
    expect(await inspect(boardOf())).toEqual({ found: 'missing', fields: [] });
    expect(await inspect({ ...boardOf(), unreadable: [bookingKey] })).toEqual({
      found: 'changed',
      fields: [{ path: 'card', from: 'unreadable', to: 'as put' }],
    });
  });

  it('takes the first of a row that somebody copied', async () => {
    expect(await inspect(boardOf(card(), card({ title: 'A copy' })))).toBeNull();
  });

  it('says that the board is ahead of us', async () => {
    expect(await inspect(boardOf(card({ revision: 9 })))).toMatchObject({
      fields: [{ path: 'revision', from: 9, to: 2 }],
    });
  });

  it('looks at the board once for all cards, and answers in their order', async () => {
    let looks = 0;
    const listCards = async () => {
      looks += 1;
      return boardOf(card({ bookingKey: 'phone-p2' }));
    };
    const { send } = start({ listCards });
    const cards = ['phone-p1', 'phone-p2', 'phone-p3'].map((key) => ({
      bookingKey: key,
      revision: 2,
      view: { ...cardView, bookingKey: key },
    }));
    const { body } = await send('POST', '/api/cards/inspect', { cards });
    const { drifts } = body as { drifts: ({ found: string } | null)[] };
    expect(drifts.map((drift) => drift?.found ?? 'as put')).toEqual(['missing', 'as put', 'missing']);
    expect(looks).toBe(1);
  });

  it('refuses cards that are none', async () => {
    const { send } = start();
    expect((await send('POST', '/api/cards/inspect', { cards: [{ bookingKey }] })).status).toBe(422);
  });
});

describe('POST /api/calendar/inspect', () => {
  const entry = { bookingKey, revision: 2, view: calendarView };

  it('says what calendar-sync finds', async () => {
    const drift = { found: 'changed', fields: [{ path: 'title', from: 'Mine', to: 'Theirs' }] };
    const { send, asked } = start({ invoke: async () => ({ ok: true, drift }) });
    expect((await send('POST', '/api/calendar/inspect', entry)).body).toEqual({ drift });
    expect(asked).toEqual([{ action: 'inspect', ...entry }]);
  });

  it('answers 502 when the calendar cannot say', async () => {
    const { send } = start({
      invoke: async () => {
        throw new Error('calendar-sync failed: Google Calendar answered 503');
      },
    });
    expect(await send('POST', '/api/calendar/inspect', entry)).toMatchObject({ status: 502 });
  });
});
