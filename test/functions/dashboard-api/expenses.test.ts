import { describe, expect, it } from 'vitest';
import { createPutExpenses, isHttpEvent } from '#functions/dashboard-api/expenses.ts';
import type { ExpensesRequest } from '#functions/dashboard-api/expenses-contract.ts';
import { HttpProblem } from '#functions/http.ts';
import { createLog } from '#functions/log.ts';

const request: ExpensesRequest = {
  bookingKey: 'boatsetter-xhqgmdh',
  totals: { supplies: 7_777_771, tips: 7_777_772 },
  entriesVersion: 3,
};

function start(
  putExpenses: (expenses: ExpensesRequest) => Promise<'updated' | 'unknown'> = async () => 'updated',
) {
  const lines: string[] = [];
  const asked: ExpensesRequest[] = [];
  const put = createPutExpenses({
    board: {
      putExpenses(expenses) {
        asked.push(expenses);
        return putExpenses(expenses);
      },
    },
    log: createLog('dashboard-api', (line) => lines.push(line)),
  });
  return { put, lines, asked };
}

describe('a direct invoke with expenses', () => {
  it('goes to the board, and says what came of it without an amount in the log', async () => {
    const { put, lines, asked } = start();
    expect(await put(request)).toEqual({ ok: true, outcome: 'updated' });
    expect(asked).toEqual([request]);
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { bookingKey: 'boatsetter-xhqgmdh', state: 'updated' },
    ]);
    expect(lines.join()).not.toContain('777777');
  });

  it('says that there is no such card', async () => {
    const { put } = start(async () => 'unknown');
    expect(await put({ ...request, totals: {} })).toEqual({ ok: true, outcome: 'unknown' });
  });

  it.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /^: expected an object/],
    ['no booking key', { ...request, bookingKey: '../x' }, /^bookingKey: /],
    ['a category that there is none of', { ...request, totals: { fines: 7_777_771 } }, /^totals\.fines/],
    ['an amount that is no cents', { ...request, totals: { tips: 77.77771 } }, /^totals\.tips: /],
    ['a zero', { ...request, totals: { tips: 0 } }, /^totals\.tips: /],
    ['no version', { ...request, entriesVersion: 0 }, /^entriesVersion: /],
    ['a further field', { ...request, currency: 'USD' }, /^currency: expected only known fields/],
  ])('refuses %s, asks the board nothing and repeats no amount', async (_, event, problem) => {
    const { put, lines, asked } = start();
    const reply = await put(event);
    expect(reply).toEqual({ ok: false, error: 'invalid', problems: [expect.stringMatching(problem)] });
    expect(asked).toEqual([]);
    expect(JSON.stringify([reply, lines])).not.toMatch(/7777/);
  });

  it('throws what the board fails at, for the caller to try again', async () => {
    const { put, lines } = start(() => Promise.reject(new HttpProblem(503, 'The board is busy')));
    await expect(put(request)).rejects.toThrow('The board is busy');
    expect(lines.join()).toContain('"state":"failed"');
    expect(lines.join()).not.toContain('777777');
  });

  it('is told from a request of the API by what API Gateway adds', () => {
    expect(isHttpEvent({ version: '2.0', requestContext: { http: {} } })).toBe(true);
    for (const event of [request, null, undefined, 'requestContext', []])
      expect(isHttpEvent(event)).toBe(false);
  });
});
