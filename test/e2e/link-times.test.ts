import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { confirmed } from './bookings.ts';
import { goTo } from './clock.ts';
import { get, linkOf, mails, signIn } from './look.ts';
import { startWorld, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld({ now: '2026-12-01T12:00:00-08:00' });
  await world.apply([confirmed()]);
});
afterEach(() => world?.close());

const open = async (link: string) => (await get(link)).status;

describe('the links of a charter that ends on May 30 at noon', () => {
  it('open until June 6 at noon, and then offer what mails nothing to nobody', async () => {
    const link = await linkOf(world, 'john');
    const early = await signIn(link);

    goTo(world, '2027-06-06T11:58:00-07:00');
    const page = (cookie: string) => get(`${world.endpoints.crewPortal}/crew`, { cookie });
    expect((await page(early.cookie)).status).toBe(401);
    const late = await signIn(link);
    expect((await get(late.landing, late)).status).toBe(200);

    goTo(world, '2027-06-06T12:00:01-07:00');
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
    expect(await world.stack.settle(60_000)).toEqual([]);
    expect(await mails(world)).toEqual(sent);
    // Who came in time stays signed in.
    expect((await get(late.landing, { cookie: late.cookie })).status).toBe(200);
  });

  it('move with it', async () => {
    const link = await linkOf(world, 'john');
    goTo(world, '2027-05-20T12:00:00-07:00');
    await world.apply([{ ...confirmed(), start: '2027-07-10T09:00' }]);
    goTo(world, '2027-07-17T11:58:00-07:00');
    expect(await open(link)).toBe(303);
    goTo(world, '2027-07-17T12:00:01-07:00');
    expect(await open(link)).toBe(410);
  });
});
