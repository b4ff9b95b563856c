import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createAppsScript, readAppsScript } from '#scripts/stack/apps-script.ts';
import { HOSTILE_NAMES } from '#test/fixtures/hostile-names.ts';

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'" };
const shown = (html: string) =>
  html.replace(/<[^>]*>/g, '').replace(/&([#\w]+);/g, (whole, name: string) => ENTITIES[name] ?? whole);
const markup = (html: string) => html.match(/<[^>]*>/g);

const TITLE = 2;
const card = {
  ...{ bookingKey: 'boatsetter-xhqgmdh', platform: 'Boatsetter', id: 'XHQGMDH', lane: 'New Bookings' },
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

/** A card's title holds no name; were it to hold one, this is what the sheet and the board made of it. */
async function boardWith(title: string) {
  const rows = new Map<string, readonly (string | number | boolean)[]>();
  const app = createAppsScript({
    source: readAppsScript(fileURLToPath(new URL('../../../functions/apps-script/kanban', import.meta.url))),
    properties: { BOARD_KEY_HASH: createHash('sha256').update('key').digest('hex') },
    rows,
  });
  const body = {
    key: 'key',
    command: 'putCard',
    bookingKey: card.bookingKey,
    revision: 1,
    card: { ...card, title },
  };
  const url = 'http://127.0.0.1:9/macros/s/local/exec';
  const moved = await app.fetch(new Request(url, { method: 'POST', body: JSON.stringify(body) }));
  const reply: unknown = await (await app.fetch(new Request(moved.headers.get('location')!))).json();
  const page = await (await app.fetch(new Request('http://127.0.0.1:9/'))).text();
  return { reply, cells: rows.get('Cards!2'), page };
}

const fitting = HOSTILE_NAMES.filter(({ name }) => name.length <= 200);

describe('a card', () => {
  it.each(fitting)(
    'holds and shows text as text, unchanged, and calculates nothing: $what',
    async ({ name }) => {
      const { reply, cells, page } = await boardWith(name);
      expect(reply).toMatchObject({ ok: true, outcome: 'created' });
      expect(cells![TITLE]).toBe(name);
      expect(shown(page)).toContain(name);
      expect(markup(page)).toEqual(markup((await boardWith('Alex')).page));
    },
  );

  it('refuses a title longer than any that the pipeline writes', async () => {
    const { reply, cells } = await boardWith('x'.repeat(201));
    expect(reply).toMatchObject({ ok: false, error: 'invalid' });
    expect(cells).toBeUndefined();
  });
});
