import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import { eventIdOf } from '#bookings/model/ids.ts';
import { ROOT } from '#scripts/repository.ts';
import { confirmed } from './bookings.ts';
import { asOperator, phoneOf } from './crew-client.ts';
import { fingerprint, get } from './look.ts';
import { startWorld, type World } from './world.ts';

const ZONES = ['UTC', 'America/Los_Angeles', 'Pacific/Auckland'];
const EVENT = eventIdOf('boatsetter-xhqgmdh');

/** Over the end of summer time, and past midnight. */
const night: BookingFileInput = {
  ...confirmed(),
  id: 'NIGHT',
  pageId: 'kd3xmrh9',
  start: '2027-11-06T22:00',
  hours: 5,
  crew: [
    { member: 'john', role: 'deckhand', hours: 7 },
    { member: 'mike', role: 'captain', hours: 5 },
  ],
};
const spring: BookingFileInput = {
  ...night,
  id: 'SPRING',
  pageId: 'p4hxw7nt',
  start: '2027-03-14T01:00',
  hours: 3,
  crew: [
    { role: 'deckhand', hours: 4 },
    { member: 'mike', role: 'captain', hours: 5 },
  ],
};

let world: World;
let johns: string;
beforeAll(async () => {
  world = await startWorld();
  await apply();
  johns = await feedOf('john');
});
afterAll(() => world?.close());

const apply = (fields: Partial<BookingFileInput> = {}) =>
  world.apply([{ ...confirmed(), ...fields }, night, spring]);

/** The address as the page of charters shows it. */
async function feedOf(member: string): Promise<string> {
  const { cookie } = await phoneOf(world, member);
  const html = await (await get(`${world.endpoints.crewPortal}/crew`, { cookie })).text();
  return /https?:\/\/[^"<]+\/api\/feeds\/[^"<]+\.ics/.exec(html)![0];
}

interface Parsed {
  readonly uid: string;
  readonly start: string;
  readonly end: string;
  readonly sequence: string;
  readonly status: string;
  readonly summary: string;
}

/** What a calendar on a machine in a zone reads. */
async function readIn(zone: string, text: string): Promise<Parsed[]> {
  const program = `
    import ical from 'node-ical';
    import { text } from 'node:stream/consumers';
    const found = Object.values(ical.sync.parseICS(await text(process.stdin)));
    const events = found.filter(({ type }) => type === 'VEVENT');
    const pick = ({ uid, start, end, sequence, status, summary }) => ({ uid, start, end, sequence, status, summary });
    console.log(JSON.stringify(events.map(pick)));`;
  return new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      ['--input-type=module', '-e', program],
      { cwd: ROOT, env: { ...process.env, TZ: zone } },
      (error, stdout) => (error ? reject(error) : resolve(JSON.parse(stdout) as Parsed[])),
    );
    child.stdin!.end(text);
  });
}
const textOf = async (feed: string) => (await get(feed)).text();
const ours = async (feed = johns) => {
  const events = await readIn('UTC', await textOf(feed));
  return events.find(({ uid }) => uid.startsWith(EVENT));
};

describe('a member’s calendar', () => {
  it('is a calendar to whoever has the address, and to nobody else', async () => {
    const answer = await get(johns);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/calendar; charset=utf-8',
    ]);
    expect((await get(johns.replace('.ics', 'x.ics'))).status).toBe(410);
    expect((await get(johns.replace(/feeds\/.*/, 'feeds/nothing.ics'))).status).toBe(410);
  });

  it.each(ZONES)('has the same instants on a machine in %s', async (zone) => {
    const events = await readIn(zone, await textOf(johns));
    expect(events.map(({ start, end }) => [start, end]).toSorted()).toEqual([
      ['2027-03-14T09:00:00.000Z', '2027-03-14T12:00:00.000Z'],
      ['2027-05-30T16:00:00.000Z', '2027-05-30T19:00:00.000Z'],
      ['2027-11-07T05:00:00.000Z', '2027-11-07T10:00:00.000Z'],
    ]);
  });

  it('describes the zone of the berth itself', async () => {
    const text = await textOf(johns);
    expect(text).toMatch(/BEGIN:VTIMEZONE\r\nTZID:America\/Los_Angeles\r\n/);
    expect(text).toContain('DTSTART;TZID=America/Los_Angeles:20271106T220000');
    expect(text).toContain('DTEND;TZID=America/Los_Angeles:20271107T020000');
  });

  it('has no pay, and nothing of the guests', async () => {
    expect(await textOf(johns)).not.toMatch(/\$|125\.00|Alex|Morgan|Second payment/);
  });

  it('says who is invited as a maybe', async () => {
    const text = await textOf(johns);
    expect(text).toContain('SUMMARY:Invited: JADA\\, deckhand');
  });

  it('is read any number of times without a trace', async () => {
    const before = await fingerprint(world);
    for (let time = 0; time < 5; time++) await get(johns);
    expect(await fingerprint(world)).toBe(before);
  });
});

describe('its sequence', () => {
  it('rises with what the crew sees, and not with internal notes, guest notes or revenue', async () => {
    const first = await ours();
    await apply({
      notes: { ...confirmed().notes, internal: 'Paid.', guest: 'Bring a hat.' },
      gross: '900.00',
    });
    expect(await ours()).toEqual(first);
    await apply({ start: '2027-05-30T10:00' });
    const second = await ours();
    expect(second).toMatchObject({ start: '2027-05-30T17:00:00.000Z', status: 'CONFIRMED' });
    expect(Number(second!.sequence)).toBeGreaterThan(Number(first!.sequence));
  });

  it('rises to CANCELLED with a cancellation, and back', async () => {
    const before = await ours();
    await apply({ start: '2027-05-30T10:00', status: 'cancelled' });
    const cancelled = await ours();
    expect(cancelled).toMatchObject({ status: 'CANCELLED', uid: before!.uid, start: before!.start });
    await apply({ start: '2027-05-30T10:00' });
    const again = await ours();
    expect(again).toMatchObject({ status: 'CONFIRMED' });
    const numbers = [before, cancelled, again].map((one) => Number(one!.sequence));
    expect(numbers).toEqual([...new Set(numbers)].toSorted((one, other) => one - other));
  });

  it('rises to CANCELLED, at the times that they knew, for who is no longer on', async () => {
    const before = await ours();
    const janes = await feedOf('jane');
    await apply({
      start: '2027-05-30T11:00',
      crew: confirmed().crew!.filter(({ member }) => member !== 'john'),
    });
    const off = await ours();
    expect(off).toMatchObject({ status: 'CANCELLED', start: before!.start });
    expect(Number(off!.sequence)).toBeGreaterThan(Number(before!.sequence));
    expect(await ours(janes)).toMatchObject({ status: 'CONFIRMED', start: '2027-05-30T18:00:00.000Z' });
  });

  it('follows who signs up and who gives the place back', async () => {
    const springs = async () =>
      (await readIn('UTC', await textOf(johns))).find(({ start }) => start.startsWith('2027-03'))!;
    const event = eventIdOf('boatsetter-spring');
    const invited = await springs();
    expect(invited.status).toBe('TENTATIVE');
    const john = await phoneOf(world, 'john');
    await john.answer(await john.look(event), 'confirmed');
    const signedUp = await springs();
    expect(signedUp).toMatchObject({ status: 'CONFIRMED', summary: 'JADA: deckhand' });
    await john.answer(await john.look(event), 'declined', 'I cannot.');
    const declined = await springs();
    expect(declined).toMatchObject({ status: 'TENTATIVE', uid: invited.uid });
    const numbers = [invited, signedUp, declined].map(({ sequence }) => Number(sequence));
    expect(numbers).toEqual([numbers[0], numbers[0]! + 1, numbers[0]! + 2]);
  });
});

describe('a revoked address', () => {
  it('is gone, and the page shows another', async () => {
    expect((await asOperator(world, 'POST', '/api/crew/john/revoke')).status).toBe(200);
    const answer = await get(johns);
    expect(answer.status).toBe(410);
    expect(await answer.text()).not.toContain('VCALENDAR');
    const { url } = (
      await asOperator<{ url: string }>(world, 'POST', '/api/crew/john/link', {
        bookingKey: 'boatsetter-night',
      })
    ).body;
    const { cookie } = await phoneOf(world, 'john', url);
    const html = await (await get(`${world.endpoints.crewPortal}/crew`, { cookie })).text();
    const feed = /https?:\/\/[^"<]+\/api\/feeds\/[^"<]+\.ics/.exec(html)![0];
    expect(feed).not.toBe(johns);
    expect((await get(feed)).status).toBe(200);
  });
});
