import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { Secret } from '#functions/adapters/secrets.ts';
import { createBoardClient } from '#functions/dashboard-api/board.ts';
import type { HttpProblem } from '#functions/http.ts';
import { createAppsScript, readAppsScript } from '#scripts/stack/apps-script.ts';
import { listen, type Listening } from '#scripts/stack/listen.ts';
import type { Fetch } from '#scripts/stack/stand-in.ts';
import { bookingKey, cardView } from './sample-views.ts';

const servers: Listening[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});
async function serve(fetch: Fetch): Promise<string> {
  const server = await listen(fetch);
  servers.push(server);
  return server.url;
}

const keyOf = (...values: string[]): Secret => {
  const left = [...values];
  return { read: async () => left[0]!, forget: () => void (left.length > 1 && left.shift()) };
};

/** The real web app on the stand-in of Apps Script, and what was posted to it. */
async function startBoard(isLocked = () => false) {
  const { fetch: app } = createAppsScript({
    source: readAppsScript('functions/apps-script/kanban'),
    properties: { BOARD_KEY_HASH: createHash('sha256').update('board key').digest('hex') },
    rows: new Map(),
    isLocked,
  });
  const posted: { url: string; body: string; method: string }[] = [];
  const url = await serve(async (request) => {
    posted.push({ url: request.url, method: request.method, body: await request.clone().text() });
    return app(request);
  });
  return { url: `${url}/macros/s/local/exec`, posted };
}

const put = (revision: number, gross = 84075) => ({ bookingKey, revision, card: { ...cardView, gross } });
const problemOf = (attempt: Promise<unknown>): Promise<HttpProblem> =>
  attempt.then(
    () => Promise.reject(new Error('it was not refused')),
    (error: HttpProblem) => error,
  );

describe('the board client', () => {
  it('puts a card through the redirect of the web app, with the key in the body alone', async () => {
    const { url, posted } = await startBoard();
    const board = createBoardClient({ url, key: keyOf('board key') }, fetch);
    await board.putCard(put(1));
    expect(posted.map(({ method }) => method)).toEqual(['POST', 'GET']);
    expect(JSON.parse(posted[0]!.body)).toEqual({
      key: 'board key',
      command: 'putCard',
      bookingKey,
      revision: 1,
      card: cardView,
    });
    expect(posted.map((one) => one.url).join()).not.toContain('board%20key');
    const { lanes, cards } = await board.listCards();
    expect(lanes).toContain('New Bookings');
    expect(cards).toMatchObject([
      { bookingKey, revision: 1, lane: 'New Bookings', gross: 84075, expenses: null },
    ]);
  });

  it('may put the same card again, and a newer one', async () => {
    const { url } = await startBoard();
    const board = createBoardClient({ url, key: keyOf('board key') }, fetch);
    await board.putCard(put(1));
    await board.putCard(put(1));
    await board.putCard(put(2, 90000));
    expect((await board.listCards()).cards).toMatchObject([{ revision: 2, gross: 90000 }]);
  });

  it('answers 409 with the board’s revision when the card there is newer', async () => {
    const { url } = await startBoard();
    const board = createBoardClient({ url, key: keyOf('board key') }, fetch);
    await board.putCard(put(3));
    const problem = await problemOf(board.putCard(put(2, 1)));
    expect(problem).toMatchObject({ status: 409, members: { ours: 2, theirs: 3 } });
    expect((await board.listCards()).cards).toMatchObject([{ revision: 3, gross: 84075 }]);
  });

  it('lists all other cards beside one that somebody broke', async () => {
    const good = { ...cardView, revision: 1, expenses: null };
    const cards = [{ bookingKey: 'phone-p1', title: 5 }, good];
    const reply = { ok: true, lanes: [], cards, unreadable: ['phone-p2'] };
    const board = createBoardClient({ url: 'https://board.example.test', key: keyOf('k') }, async () =>
      Response.json(reply),
    );
    expect(await board.listCards()).toEqual({
      lanes: [],
      cards: [{ ...good, edited: [] }],
      unreadable: ['phone-p2', 'phone-p1'],
    });
  });

  it('reads the key once more when the board does not know it', async () => {
    const { url, posted } = await startBoard();
    const board = createBoardClient({ url, key: keyOf('key before rotation', 'board key') }, fetch);
    await board.putCard(put(1));
    expect(posted.filter(({ method }) => method === 'POST')).toHaveLength(2);
  });

  it('gives up on a wrong key after one more attempt, without saying it', async () => {
    const { url, posted } = await startBoard();
    const problem = await problemOf(
      createBoardClient({ url, key: keyOf('wrong key') }, fetch).putCard(put(1)),
    );
    expect(problem).toMatchObject({ status: 502, title: 'The board failed' });
    expect(problem.detail).toContain('does not know our key');
    expect(`${problem.stack} ${JSON.stringify(problem.members)}`).not.toContain('wrong key');
    expect(posted.filter(({ method }) => method === 'POST')).toHaveLength(2);
  });

  it('says what the board does not take', async () => {
    const { url } = await startBoard();
    const board = createBoardClient({ url, key: keyOf('board key') }, fetch);
    const problem = await problemOf(board.putCard({ ...put(1), card: { ...cardView, currency: 'dollars' } }));
    expect(problem).toMatchObject({ status: 422, detail: 'card.currency: expected a code like USD' });
  });

  it('answers 503, so that it is tried again, while another change holds the board', async () => {
    const { url } = await startBoard(() => true);
    const problem = await problemOf(
      createBoardClient({ url, key: keyOf('board key') }, fetch).putCard(put(1)),
    );
    expect(problem.status).toBe(503);
  });

  it.each<[string, Fetch, string]>([
    [
      'a page with status 200',
      async () => new Response('<!DOCTYPE html><html><title>Sign in</title>', { status: 200 }),
      'it answered with a page (“Sign in”) instead of its JSON reply',
    ],
    [
      'another JSON',
      async () => Response.json({ done: true }),
      'it answered with something instead of its JSON reply',
    ],
    ['an error status', async () => new Response('oops', { status: 500 }), 'it answered 500'],
    [
      'an error we do not know',
      async () => Response.json({ ok: false, error: 'unheard-of' }),
      'it answered “unheard-of”',
    ],
  ])('takes %s for a failure', async (_, answer, detail) => {
    const url = await serve(answer);
    const problem = await problemOf(
      createBoardClient({ url, key: keyOf('board key') }, fetch).putCard(put(1)),
    );
    expect(problem).toMatchObject({ status: 502, detail });
  });

  it('does not wait longer than its time limit', async () => {
    const url = await serve(() => new Promise(() => undefined));
    const client = createBoardClient({ url, key: keyOf('board key'), timeout: 50 }, fetch);
    expect(await problemOf(client.putCard(put(1)))).toMatchObject({
      status: 502,
      detail: 'no answer within 0.05 s',
    });
  });

  it('says that nobody is there', async () => {
    const url = await serve(async () => new Response());
    await servers.pop()!.close();
    const problem = await problemOf(
      createBoardClient({ url, key: keyOf('board key') }, fetch).putCard(put(1)),
    );
    expect(problem).toMatchObject({ status: 502, detail: 'it cannot be reached' });
  });

  const expenses = (entriesVersion: number, totals = { supplies: 1250 }) => ({
    bookingKey,
    totals,
    entriesVersion,
  });

  it('puts expenses on a card, and says what came of it', async () => {
    const { url, posted } = await startBoard();
    const board = createBoardClient({ url, key: keyOf('key before rotation', 'board key') }, fetch);
    expect(await board.putExpenses(expenses(2))).toBe('unknown');
    await board.putCard(put(1));
    expect(await board.putExpenses(expenses(2))).toBe('updated');
    expect(await board.putExpenses(expenses(2))).toBe('unchanged');
    expect(await board.putExpenses(expenses(1, { supplies: 1 }))).toBe('stale');
    expect((await board.listCards()).cards).toMatchObject([{ revision: 1, expenses: { supplies: 1250 } }]);
    expect(JSON.parse(posted.findLast(({ body }) => body.includes('putExpenses'))!.body)).toEqual({
      key: 'board key',
      command: 'putExpenses',
      ...expenses(1, { supplies: 1 }),
    });
  });

  it.each<[string, object, number]>([
    ['says that it is busy', { ok: false, error: 'busy' }, 503],
    ['does not know our key', { ok: false, error: 'forbidden' }, 502],
    ['does not say what became of it', { ok: true }, 502],
    [
      'does not take them',
      { ok: false, error: 'invalid', problems: ['totals.tips: expected integer cents'] },
      422,
    ],
  ])(
    'fails with the expenses when the board %s, without an amount in the error',
    async (_, reply, status) => {
      const url = await serve(async () => Response.json(reply));
      const board = createBoardClient({ url, key: keyOf('board key') }, fetch);
      const problem = await problemOf(board.putExpenses(expenses(1, { supplies: 7_777_771 })));
      expect(problem.status).toBe(status);
      expect(`${problem.stack} ${JSON.stringify(problem)}`).not.toContain('7777771');
    },
  );
});
