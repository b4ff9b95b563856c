import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventSpec } from '#bookings/model/views/event.ts';
import { ROOT } from '#scripts/repository.ts';
import { booking } from './portal-booking.ts';
import { PAGES } from './portal-pages.ts';
import { startPortal, type Answer } from './portal-world.ts';

let portal: Awaited<ReturnType<typeof startPortal>>;
let event: EventSpec['view'];
let sessions: Record<'aboard' | 'stranger' | 'spoilt', string>;
beforeAll(async () => {
  portal = await startPortal();
  for (const [key, name] of Object.entries({ john: 'John Reyes', zoe: 'Zoe Park' }))
    await portal.registry.put(key, { name, email: `${key}@example.test`, active: true });
  event = await portal.store(booking);
  const aboard = await portal.sessionOf('john', event.eventId);
  sessions = {
    aboard,
    stranger: await portal.sessionOf('zoe', event.eventId),
    // Not the last character: two of its bits say nothing.
    spoilt: `${aboard.slice(0, -2)}${aboard.at(-2) === 'A' ? 'B' : 'A'}${aboard.at(-1)}`,
  };
});
afterAll(() => portal.close());

const ask = (page: string, options: Parameters<typeof portal.ask>[1]): Promise<Answer> =>
  portal.ask(page.split(' ')[1]!.replace('{eventId}', event.eventId), options);

/** Words of a page that shows a charter or leads to one, and of one that knows who looks at it. */
const CHARTER = /dock C|\/crew\/events\/[a-z0-9]/;
const NAME = /John Reyes|Zoe Park/;

const pages = Object.entries(PAGES);

describe('the pages of the portal', () => {
  it('are all in the table', () => {
    const folder = join(ROOT, 'site/portal/src/pages');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.astro') && file !== '404.astro')
      .map((file) => `GET /${file.replace(/(\/index)?\.astro$/, '').replaceAll(/\[(\w+)\]/g, '{$1}')}`);
    expect(files.toSorted()).toEqual(Object.keys(PAGES).toSorted());
  });

  describe.each(pages)('%s', (page, reader) => {
    it.each(['', 'wrong'])('is shut to who comes past the distribution (secret "%s")', async (secret) => {
      const answer = await ask(page, { secret, cookie: sessions.aboard });
      expect(answer).toMatchObject({ statusCode: 403, body: '' });
    });

    it('shows nothing of anybody without a session, or with one that was tampered with', async () => {
      for (const cookie of [undefined, sessions.spoilt]) {
        const { statusCode, body } = await ask(page, { cookie });
        expect(body).not.toMatch(CHARTER);
        expect(body).not.toMatch(NAME);
        if (reader !== 'anyone') expect(statusCode).toBe(401);
      }
    });

    it('shows a charter to who is aboard, and not to another of the crew', async () => {
      const { body: own } = await ask(page, { cookie: sessions.aboard });
      expect(CHARTER.test(own)).toBe(reader !== 'anyone');
      const { statusCode, body } = await ask(page, { cookie: sessions.stranger });
      expect(body).not.toMatch(CHARTER);
      if (reader === 'aboard') expect(statusCode).toBe(410);
    });
  });
});
