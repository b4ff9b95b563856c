import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toEntry } from '#functions/calendar-sync/entry.ts';
import { renderMonth } from '#scripts/stack/google/month-view.ts';
import { HOSTILE_NAMES } from '#test/fixtures/hostile-names.ts';
import { createWorld, JADA, toRequest, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const TIME = ' · 9:00 AM–12:00 PM';
const unisolated = (text: string) => text.replace(/[\u2068\u2069]/g, '');

describe('a calendar entry', () => {
  it.each(HOSTILE_NAMES)(
    'has the name in its title, unchanged, and is recognised again: $what',
    async ({ name }) => {
      const sync = world.createSync();
      await sync.ensure(toRequest(1, { guestName: name }));
      const [entry] = world.living();
      expect(unisolated(entry!.summary!)).toBe(`XHQGMDH · ${name}${TIME}`);
      expect(entry!.description).not.toContain(name);
      expect(await sync.ensure(toRequest(1, { guestName: name }))).toMatchObject({ outcome: 'unchanged' });
      const reply = await sync.get({ action: 'get', bookingKey: 'boatsetter-xhqgmdh', calendar: 'jada' });
      expect(reply).toMatchObject({ entry: { title: entry!.summary, edited: false } });
      const page = renderMonth(world.living(), '2027-05', {
        calendars: [{ id: JADA, summary: 'JADA', timeZone: 'America/Los_Angeles' }],
        today: '2027-05-01',
      });
      expect(page).not.toMatch(/<img|<script|<svg/i);
    },
  );

  it('keeps a name that runs right to left from the time beside it', () => {
    expect(toEntry(toRequest(1, { guestName: 'משה' }), 'all-day').summary).toBe(
      `XHQGMDH · \u2068משה\u2069${TIME}`,
    );
  });

  it('is shortened where Google would refuse it, and still says when', async () => {
    const guestName = '👨‍👩‍👧‍👦'.repeat(100);
    const crew = Array.from({ length: 40 }, () => ({ name: 'N'.repeat(300), role: 'deckhand', hours: 5 }));
    await world.createSync().ensure(toRequest(1, { guestName, crew, status: 'cancelled' }));
    const [entry] = world.living();
    expect(entry!.summary).toMatch(/^CANCELLED XHQGMDH · (👨‍👩‍👧‍👦)+… · 9:00 AM–12:00 PM$/u);
    expect(entry!.summary!.length).toBeLessThanOrEqual(1024);
    expect(entry!.description).toMatch(/^Boatsetter · JADA[^]*N…$/);
    expect(entry!.description).toHaveLength(8192);
  });
});
