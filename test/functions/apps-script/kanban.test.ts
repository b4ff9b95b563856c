import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createAppsScript, readAppsScript } from '#scripts/stack/apps-script.ts';

const source = readAppsScript(
  fileURLToPath(new URL('../../../functions/apps-script/kanban', import.meta.url)),
);
const KEY = 'board-key';
const hash = (key: string) => createHash('sha256').update(key).digest('hex');

interface BoardOptions {
  readonly properties?: Record<string, string>;
  readonly isLocked?: () => boolean;
}

function createBoard({
  properties = { BOARD_KEY_HASH: hash(KEY) },
  isLocked = () => false,
}: BoardOptions = {}) {
  const rows = new Map<string, readonly (string | number | boolean)[]>();
  const { fetch } = createAppsScript({ source, properties, rows, isLocked });
  const post = async (body: unknown) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const url = 'http://127.0.0.1:9/macros/s/local/exec';
    const moved = await fetch(new Request(url, { method: 'POST', body: text }));
    return moved.status === 302
      ? (await fetch(new Request(moved.headers.get('location')!))).json()
      : moved.text();
  };
  const send = (command: string, fields: object) => post({ key: KEY, command, ...fields });
  const put = (revision: number, changes: object = {}) =>
    send('putCard', { bookingKey, revision, card: { ...card, ...changes } });
  const cards = async () => ((await send('listCards', {})) as { cards: Record<string, unknown>[] }).cards;
  /** A person who types into the sheet. */
  const type = (column: number, value: string) => {
    rows.set('Cards!2', rows.get('Cards!2')!.with(column, value));
  };
  return { fetch, post, send, put, cards, type, rows };
}

const bookingKey = 'boatsetter-xhqgmdh';
const card = {
  bookingKey,
  platform: 'Boatsetter',
  id: 'XHQGMDH',
  title: 'Boatsetter — May 30 (3h)',
  lane: 'New Bookings',
  date: '2027-05-30',
  currency: 'USD',
  gross: 84075,
  crew: 25000,
  captain: 15000,
  portFee: 15134,
  net: 28941,
};
const LANE = 1;
const TITLE = 2;
const DETAILS = 3;
const CARD = 6;

describe('putting a card', () => {
  it('shows every amount as cents and as text', async () => {
    const { put, cards } = createBoard();
    expect(await put(1)).toEqual({ ok: true, outcome: 'created', revision: 1 });
    expect(await cards()).toEqual([
      {
        ...card,
        revision: 1,
        expenses: null,
        entriesVersion: 0,
        edited: [],
        details: [
          { label: 'Gross', text: '$840.75' },
          { label: 'Crew costs', text: '$250.00' },
          { label: 'Captain', text: '$150.00' },
          { label: 'Port fee', text: '$151.34' },
          { label: 'Net', text: '$289.41' },
        ],
      },
    ]);
  });

  it.each([
    [123456789, 'USD', '$1,234,567.89'],
    [5, 'USD', '$0.05'],
    [-1250, 'USD', '-$12.50'],
    [100000, 'EUR', '€1,000.00'],
    [100000, 'MXN', 'MXN 1,000.00'],
  ])('writes %i %s as %s', async (gross, currency, text) => {
    const { put, cards } = createBoard();
    await put(1, { gross, currency });
    expect(await cards()).toMatchObject([{ details: [{ label: 'Gross', text }, {}, {}, {}, {}] }]);
  });

  it('keeps one card however often it is sent, and follows newer revisions', async () => {
    const { put, cards, rows } = createBoard();
    await put(1);
    expect(await put(1)).toEqual({ ok: true, outcome: 'unchanged', revision: 1 });
    expect(await put(2, { gross: 90000 })).toEqual({ ok: true, outcome: 'updated', revision: 2 });
    expect(await cards()).toMatchObject([{ gross: 90000, revision: 2 }]);
    expect(rows.size).toBe(2);
  });

  it('refuses an older revision and says which one it has', async () => {
    const { put, cards } = createBoard();
    await put(3);
    expect(await put(2, { gross: 1 })).toEqual({ ok: false, error: 'stale', revision: 3 });
    expect(await cards()).toMatchObject([{ gross: 84075, revision: 3 }]);
  });

  it('leaves a card where a person moved it until the lane of the booking changes', async () => {
    const { put, cards, type } = createBoard();
    await put(1);
    type(LANE, 'Ready');
    await put(2, { gross: 90000 });
    expect(await cards()).toMatchObject([{ lane: 'Ready', gross: 90000 }]);
    await put(3, { lane: 'Cancelled' });
    expect(await cards()).toMatchObject([{ lane: 'Cancelled' }]);
  });

  it.each([
    ['title', TITLE],
    ['details', DETAILS],
  ])('says that somebody typed into %s, and the same card puts it right', async (column, at) => {
    const { put, cards, type, rows } = createBoard();
    await put(1);
    const before = rows.get('Cards!2');
    type(at, 'Mine');
    type(LANE, 'Ready');
    expect(await cards()).toMatchObject([{ title: card.title, edited: [column] }]);
    expect(await put(1)).toEqual({ ok: true, outcome: 'updated', revision: 1 });
    expect(rows.get('Cards!2')).toEqual(before!.with(LANE, 'Ready'));
    expect(await put(1)).toMatchObject({ outcome: 'unchanged' });
  });

  it('keeps different bookings apart', async () => {
    const { put, send, cards } = createBoard();
    await put(1);
    const other = { ...card, bookingKey: 'getmyboat-1234', id: '1234' };
    await send('putCard', { bookingKey: other.bookingKey, revision: 1, card: other });
    expect((await cards()).map((each) => each['bookingKey'])).toEqual([bookingKey, 'getmyboat-1234']);
  });

  it('stores a title that looks like a formula as text', async () => {
    const { put, cards, rows } = createBoard();
    await put(1, { title: '=IMPORTXML("https://example.test","//a")' });
    expect(rows.get('Cards!2')).toContain('=IMPORTXML("https://example.test","//a")');
    expect(await cards()).toMatchObject([{ title: '=IMPORTXML("https://example.test","//a")' }]);
  });

  it('repairs a row that a person broke instead of adding another', async () => {
    const { put, cards, send, type, rows } = createBoard();
    await put(1);
    type(CARD, 'oops');
    expect(await cards()).toEqual([]);
    expect(await send('listCards', {})).toMatchObject({ unreadable: [bookingKey] });
    await put(1);
    expect(await cards()).toHaveLength(1);
    expect(rows.size).toBe(2);
  });

  it('says everything that is wrong with a card, and stores nothing', async () => {
    const { send, cards } = createBoard();
    const wrong = { ...card, gross: 840.75, lane: 'Ready', guest: 'Ada', bookingKey: 'other-1', title: '' };
    expect(await send('putCard', { bookingKey, revision: 0, card: wrong })).toEqual({
      ok: false,
      error: 'invalid',
      problems: [
        'revision: expected a whole number above 0',
        'card.bookingKey: expected the same as bookingKey',
        'card.title: expected text of 1 to 200 characters',
        'card.lane: expected one of Inquiries, New Bookings, Cancelled',
        'card.gross: expected integer cents',
        'card.guest: not a known field',
      ],
    });
    expect(await cards()).toEqual([]);
  });
});

describe('putting expenses', () => {
  const totals = { fuel: 4210, total: 4210 };
  const putExpenses = (
    board: ReturnType<typeof createBoard>,
    entriesVersion: number,
    values: object = totals,
  ) => board.send('putExpenses', { bookingKey, entriesVersion, totals: values });

  it("keeps the pipeline's section, which in turn keeps expenses", async () => {
    const board = createBoard();
    await board.put(1);
    expect(await putExpenses(board, 4)).toEqual({ ok: true, outcome: 'updated', entriesVersion: 4 });
    await board.put(2, { gross: 90000 });
    expect(await board.cards()).toMatchObject([{ gross: 90000, expenses: totals, entriesVersion: 4 }]);
  });

  it('refuses an older version and takes the same one once', async () => {
    const board = createBoard();
    await board.put(1);
    await putExpenses(board, 4);
    expect(await putExpenses(board, 4)).toMatchObject({ ok: true, outcome: 'unchanged' });
    expect(await putExpenses(board, 3, { total: 1 })).toEqual({
      ok: false,
      error: 'stale',
      entriesVersion: 4,
    });
    expect(await board.cards()).toMatchObject([{ expenses: totals }]);
  });

  it('takes other totals of the same version, and says unchanged only of the very same', async () => {
    const board = createBoard();
    await board.put(1);
    await putExpenses(board, 1, {});
    expect(await putExpenses(board, 1, {})).toMatchObject({ outcome: 'unchanged' });
    expect(await putExpenses(board, 1)).toMatchObject({ ok: true, outcome: 'updated' });
    expect(await board.cards()).toMatchObject([{ expenses: totals, entriesVersion: 1 }]);
    expect(await putExpenses(board, 1, { total: 4210, fuel: 4210 })).toMatchObject({ outcome: 'unchanged' });
  });

  it('refuses a card that is not there, and amounts that are not cents', async () => {
    const board = createBoard();
    expect(await putExpenses(board, 1)).toEqual({ ok: false, error: 'unknown' });
    expect(await putExpenses(board, 1, { fuel: '42' })).toMatchObject({
      error: 'invalid',
      problems: ['totals.fuel: expected integer cents'],
    });
  });
});

describe('the door', () => {
  it.each([
    ['another key', 'guess'],
    ['an empty key', ''],
    ['a key that is no text', 7],
    ['no key', undefined],
  ])('refuses %s without saying more', async (_, key) => {
    const { post } = createBoard();
    expect(await post({ key, command: 'listCards' })).toEqual({ ok: false, error: 'forbidden' });
  });

  it('accepts either of two keys during a rotation', async () => {
    const { post } = createBoard({ properties: { BOARD_KEY_HASH: `${hash('old')}, ${hash('new')}` } });
    expect(await post({ key: 'old', command: 'listCards' })).toMatchObject({ ok: true });
    expect(await post({ key: 'new', command: 'listCards' })).toMatchObject({ ok: true });
    expect(await post({ key: KEY, command: 'listCards' })).toMatchObject({ error: 'forbidden' });
  });

  it('does not run at all without the hash of a key', async () => {
    const { post } = createBoard({ properties: {} });
    expect(await post({ key: KEY, command: 'listCards' })).toContain('BOARD_KEY_HASH is not set');
  });

  it('refuses unknown commands and bodies that are not JSON objects', async () => {
    const { post, send } = createBoard();
    expect(await send('constructor', {})).toMatchObject({ error: 'invalid' });
    expect(await post('{')).toMatchObject({ error: 'invalid' });
    expect(await post('[]')).toMatchObject({ error: 'invalid' });
  });

  it('says busy when it cannot have the lock', async () => {
    const { put, rows } = createBoard({ isLocked: () => true });
    expect(await put(1)).toEqual({ ok: false, error: 'busy' });
    expect(rows.size).toBe(0);
  });
});
