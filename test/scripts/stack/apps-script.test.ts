import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createAppsScript, readAppsScript } from '#scripts/stack/apps-script.ts';
import { listen } from '#scripts/stack/listen.ts';

const BASE = 'http://127.0.0.1:9';
const EXEC = `${BASE}/macros/s/local/exec`;

function createHost(text: string, rows = new Map<string, readonly (string | number | boolean)[]>()) {
  const source = [{ name: 'Code', text }];
  return { ...createAppsScript({ source, properties: { NAME: 'value' }, rows }), rows };
}

const output = (expression: string) => `ContentService.createTextOutput(JSON.stringify(${expression}))`;

const post = (
  host: { fetch: (request: Request) => Promise<Response> },
  body = '{}',
  headers: HeadersInit = {},
) => host.fetch(new Request(`${EXEC}?a=1&a=2`, { method: 'POST', body, headers }));

describe('an Apps Script web app', () => {
  it('answers with a redirect to another path, where the reply can be read once', async () => {
    const host = createHost(`function doPost() { return ${output('{ ok: true }')}; }`);
    const moved = await post(host);
    expect(moved.status).toBe(302);
    const location = moved.headers.get('location')!;
    expect(new URL(location).pathname).toBe('/macros/echo');
    expect(await (await host.fetch(new Request(location))).json()).toEqual({ ok: true });
    expect((await host.fetch(new Request(location))).status).toBe(404);
  });

  it('is answered to an ordinary client that follows redirects', async () => {
    const server = await listen(
      createHost(`function doPost(e) { return ${output('e.postData.contents')}; }`).fetch,
    );
    const response = await fetch(`${server.url}/macros/s/local/exec`, { method: 'POST', body: 'hello' });
    expect(response.redirected).toBe(true);
    expect(await response.json()).toBe('hello');
    await server.close();
  });

  it('shows the script the body and the query, but no headers', async () => {
    const host = createHost(`function doPost(e) { return ${output('e')}; }`);
    const moved = await post(host, 'ü', { 'content-type': 'text/plain', 'x-key': 'secret-header' });
    const text = await (await host.fetch(new Request(moved.headers.get('location')!))).text();
    expect(text).not.toContain('secret-header');
    expect(JSON.parse(text)).toEqual({
      queryString: 'a=1&a=2',
      parameter: { a: '1' },
      parameters: { a: ['1', '2'] },
      contentLength: 2,
      postData: { contents: 'ü', length: 2, type: 'text/plain', name: 'postData' },
    });
  });

  it.each([
    ['an exception', 'function doPost() { throw new Error("<boom>"); }', '&lt;boom&gt;'],
    ['a missing function', 'function doGet() {}', 'Script function not found: doPost'],
    ['no return value', 'function doPost() {}', 'did not return anything'],
    [
      'a service that is not modelled',
      'function doPost() { UrlFetchApp.fetch("x"); }',
      'UrlFetchApp is not defined',
    ],
    ['the outside world', 'function doPost() { process.exit(1); }', 'process is not defined'],
  ])('makes %s an HTML page with status 200', async (_, text, message) => {
    const response = await post(createHost(text));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(await response.text()).toContain(message);
  });

  it('starts every execution from fresh globals', async () => {
    const host = createHost(`let count = 0; function doPost() { count++; return ${output('count')}; }`);
    await post(host);
    const moved = await post(host);
    expect(await (await host.fetch(new Request(moved.headers.get('location')!))).json()).toBe(1);
  });

  it('refuses other deployments, paths and methods', async () => {
    const host = createHost(`function doPost() { return ${output('1')}; }`);
    const other = new Request(`${BASE}/macros/s/other/exec`, { method: 'POST', body: '{}' });
    expect((await host.fetch(other)).status).toBe(404);
    const location = (await post(host)).headers.get('location')!;
    expect((await host.fetch(new Request(location, { method: 'POST', body: '{}' }))).status).toBe(405);
    expect((await host.fetch(new Request(EXEC, { method: 'DELETE' }))).status).toBe(405);
  });
});

describe('its sheet', () => {
  const sheetScript = (work: string) =>
    createHost(`function doPost() {
      const book = SpreadsheetApp.getActiveSpreadsheet();
      const sheet = book.getSheetByName('S') || book.insertSheet('S');
      ${work}
    }`);
  const run = async (host: ReturnType<typeof createHost>) => {
    const response = await post(host);
    const location = response.headers.get('location');
    return location === null ? response.text() : (await host.fetch(new Request(location))).json();
  };

  it('interprets values unless the cells are plain text', async () => {
    const host = sheetScript(`
      sheet.getRange(1, 1, 1, 2).setValues([['=1+1', '12']]);
      sheet.getRange(2, 1, 1, 2).setNumberFormat('@').setValues([['=1+1', 12]]);
      return ${output('[sheet.getLastRow(), sheet.getRange(1, 1, 2, 2).getValues()]')};`);
    expect(await run(host)).toEqual([
      2,
      [
        ['#ERROR!', 12],
        ['=1+1', '12'],
      ],
    ]);
  });

  it('refuses data of another size than the range', async () => {
    expect(await run(sheetScript(`sheet.getRange(1, 1, 2, 1).setValues([['a']]);`))).toContain(
      'The data has 1 but the range has 2',
    );
    expect(await run(sheetScript(`sheet.getRange(1, 1, 1, 1).setValues([['a', 'b']]);`))).toContain(
      'The data has 2 but the range has 1',
    );
    expect(await run(sheetScript(`sheet.getRange(0, 1, 1, 1);`))).toContain('starting row');
  });
});

describe('the board for people', () => {
  const KEY = 'k';
  const host = createAppsScript({
    source: readAppsScript(fileURLToPath(new URL('../../../functions/apps-script/kanban', import.meta.url))),
    properties: { BOARD_KEY_HASH: createHash('sha256').update(KEY).digest('hex') },
    rows: new Map(),
  });
  const bookingKey = 'boatsetter-xhqgmdh';
  const card = {
    ...{
      bookingKey,
      platform: 'Boatsetter',
      id: 'XHQGMDH',
      title: 'Boatsetter — <b>May 30</b>',
      lane: 'New Bookings',
    },
    ...{
      date: '2027-05-30',
      currency: 'USD',
      gross: 84075,
      crew: 25000,
      captain: 15000,
      portFee: 15134,
      net: 28941,
    },
  };

  it('lists cards as JSON and as a page, with everything escaped', async () => {
    await post(host, JSON.stringify({ key: KEY, command: 'putCard', bookingKey, revision: 1, card }));
    const cards = await host.fetch(new Request(`${BASE}/cards`));
    expect(await cards.json()).toMatchObject([
      { ...card, details: expect.arrayContaining([{ label: 'Net', text: '$289.41' }]) },
    ]);
    const page = await (await host.fetch(new Request(`${BASE}/`))).text();
    expect(page).toContain('Boatsetter — &lt;b&gt;May 30&lt;/b&gt;');
    for (const amount of ['$840.75', '$250.00', '$150.00', '$151.34', '$289.41'])
      expect(page).toContain(amount);
    for (const lane of ['Inquiries', 'New Bookings', 'Ready', 'Done', 'Cancelled'])
      expect(page).toContain(`<h2>${lane}`);
  });

  it('shows no card to a GET of the web app itself', async () => {
    const moved = await host.fetch(new Request(EXEC));
    const body = await (await host.fetch(new Request(moved.headers.get('location')!))).json();
    expect(body).toEqual({ ok: true, service: 'board' });
  });
});
