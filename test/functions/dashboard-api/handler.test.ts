import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

let handler: (event: unknown) => Promise<unknown>;

beforeAll(async () => {
  const environment = {
    CALENDAR_SYNC_FUNCTION: 'calendar-sync',
    BOARD_URL: 'http://127.0.0.1:9/exec',
    BOARD_SECRET: 'jada/board-key',
    LEDGER_TABLE: 'booking-ledger',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  ({ handler } = await import('#functions/dashboard-api/handler.ts'));
});
afterAll(() => vi.unstubAllEnvs());

const request = (rawPath: string, body?: string) => ({
  version: '2.0',
  rawPath,
  rawQueryString: '',
  headers: { 'content-type': 'application/json' },
  requestContext: { http: { method: body === undefined ? 'GET' : 'POST', path: rawPath } },
  body: body ?? null,
  isBase64Encoded: false,
});

describe('the function', () => {
  it('answers requests of the API', async () => {
    expect(await handler(request('/api/openapi.json'))).toMatchObject({ statusCode: 200 });
  });

  it('takes expenses by direct invoke, and by no request of the API', async () => {
    const expenses = { bookingKey: 'phone-1', totals: { fines: 1 }, entriesVersion: 1 };
    expect(await handler(expenses)).toMatchObject({ ok: false, error: 'invalid' });
    expect(await handler(request('/', JSON.stringify(expenses)))).toMatchObject({ statusCode: 404 });
  });
});
