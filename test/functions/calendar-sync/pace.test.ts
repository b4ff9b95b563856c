import { afterEach, describe, expect, it } from 'vitest';
import type { Pace } from '#bookings/reconcile/pace.ts';
import type { Credentials } from '#functions/calendar-sync/credentials.ts';
import { createGoogleCalendars } from '#functions/calendar-sync/google.ts';
import { listen, type Listening } from '#scripts/stack/listen.ts';

/** Without a token; the server asks for none. */
const credentials = { current: async () => undefined, forget: () => undefined } as unknown as Credentials;

let server: Listening | undefined;
afterEach(() => server?.close());

describe('requests to Google', () => {
  it('all keep to the pace, those that are repeated too', async () => {
    const answers = [503, 429, 200];
    let arrived = 0;
    server = await listen(async () => Response.json({ id: 'abc' }, { status: answers[arrived++] ?? 200 }));
    let paced = 0;
    const pace: Pace = (task) => {
      paced += 1;
      // Nothing is on its way before its turn.
      expect(arrived).toBe(paced - 1);
      return task();
    };
    const retry = { attempts: 4, first: 1, longest: 1, delay: async () => undefined, random: () => 0 };
    const calendars = createGoogleCalendars(credentials, { rootUrl: server.url, timeout: 2000, retry, pace });
    expect(await calendars.get('jada', 'abc')).toMatchObject({ eventId: 'abc' });
    expect([paced, arrived]).toEqual([3, 3]);
  });
});
