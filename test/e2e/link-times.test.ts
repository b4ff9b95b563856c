import { rm } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { confirmed } from './bookings.ts';
import { get, linkOf, mails, signIn } from './look.ts';
import { startWorld, type World } from './world.ts';

let directory: string | undefined;
afterEach(async () => {
  if (directory !== undefined) await rm(directory, { recursive: true, force: true });
  directory = undefined;
});

/** The same world, at another time. */
async function at<T>(now: string, work: (world: World) => Promise<T>): Promise<T> {
  const world = await startWorld({ now, keep: true, ...(directory !== undefined && { directory }) });
  directory = world.directory;
  try {
    return await work(world);
  } finally {
    await world.close();
  }
}

const open = async (link: string) => (await get(link)).status;
const bookedAndMailed = (world: World) => world.apply([confirmed()]).then(() => linkOf(world, 'john'));
const BOOKED = '2026-12-01T12:00:00-08:00';

describe('the links of a charter that ends on May 30 at noon', () => {
  it('open until June 6 at noon, and then offer what mails nothing to nobody', async () => {
    const { link, early } = await at(BOOKED, async (world) => {
      const mailed = await bookedAndMailed(world);
      return { link: mailed, early: await signIn(mailed) };
    });
    const late = await at('2027-06-06T11:58:00-07:00', async (world) => {
      const page = (cookie: string) => get(`${world.endpoints.crewPortal}/crew`, { cookie });
      expect((await page(early.cookie)).status).toBe(401);
      const session = await signIn(link);
      expect((await get(session.landing, session)).status).toBe(200);
      return session;
    });
    await at('2027-06-06T12:00:01-07:00', async (world) => {
      const answer = await get(link);
      expect(answer.status).toBe(410);
      expect(answer.headers.getSetCookie()).toEqual([]);
      expect(await answer.text()).toContain('Mail me a new link');
      const sent = await mails(world);
      const token = new URL(link).searchParams.get('t')!;
      const asked = await fetch(`${world.endpoints.crewPortal}/api/crew-links`, {
        method: 'POST',
        body: new URLSearchParams({ token }),
        redirect: 'manual',
      });
      expect([asked.status, asked.headers.get('location')]).toEqual([303, '/crew/sent']);
      expect(await world.stack.settle(10_000)).toEqual([]);
      expect(await mails(world)).toEqual(sent);
      // Who came in time stays signed in.
      expect((await get(late.landing, { cookie: late.cookie })).status).toBe(200);
    });
  }, 120_000);

  it('move with it', async () => {
    const link = await at(BOOKED, bookedAndMailed);
    await at('2027-05-20T12:00:00-07:00', (world) =>
      world.apply([{ ...confirmed(), start: '2027-07-10T09:00' }]),
    );
    expect(await at('2027-07-17T11:58:00-07:00', () => open(link))).toBe(303);
    expect(await at('2027-07-17T12:00:01-07:00', () => open(link))).toBe(410);
  }, 120_000);
});
