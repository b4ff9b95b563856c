import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import { bookingKeyOf, eventIdOf } from '#bookings/model/ids.ts';
import { renderTerminal } from '#bookings/reconcile/render-plan.ts';
import type { CaptainView } from '#functions/scc/captain-view.ts';
import type { SentMail } from '#scripts/stack/aws/ses.ts';
import { confirmed } from './bookings.ts';
import { asOperator, phoneOf, settle, type Phone } from './crew-client.ts';
import { eventOf, mails, mailsSince, newsOf } from './look.ts';
import { startWorld, type World } from './world.ts';

type Position = NonNullable<BookingFileInput['crew']>[number];
const open: Position = { role: 'deckhand', hours: 5 };
const named = (member: string): Position => ({ member, ...open });
const rosa: Position = { member: 'rosa', role: 'captain', hours: 3 };

/** Everyone with the role; Pat has left. */
const DECKHANDS = ['ana', 'jane', 'john', 'mike', 'sam'];

let world: World;
let before: SentMail[];
let files: Map<string, BookingFileInput>;
beforeAll(async () => {
  world = await startWorld();
  files = new Map();
  await nameInGit({ sam: 'Sam', pat: 'Pat' });
  for (const [member, active] of Object.entries({ sam: true, pat: false }))
    await asOperator(world, 'PUT', `/api/crew/${member}`, {
      name: member,
      email: `${member}@example.test`,
      active,
    });
});
afterAll(() => world?.close());
beforeEach(async () => {
  before = await mails(world);
});

/** More deckhands in the checkout's crew.json. */
async function nameInGit(people: Record<string, string>): Promise<void> {
  const file = join(world.directory, 'checkout/bookings/reference/crew.json');
  const crew = JSON.parse(await readFile(file, 'utf8')) as { members: Record<string, object> };
  for (const [key, name] of Object.entries(people)) crew.members[key] = { name, roles: ['deckhand'] };
  await writeFile(file, JSON.stringify(crew));
}

/** Commits one charter with this crew beside all others, and applies. What the plan said, and what arrived. */
async function apply(charter: BookingFileInput, ...crew: Position[]) {
  const since = await mails(world);
  files.set(charter.id, { ...charter, crew });
  const outcome = await world.apply([...files.values()]);
  if (!('plan' in outcome) || outcome.status !== 'applied') throw new Error(`not applied: ${outcome.status}`);
  const sent = await mailsSince(world, since);
  return {
    plan: renderTerminal(outcome.plan, outcome.refusals),
    tells: outcome.plan.bookings.flatMap(({ tells }) => tells),
    sent,
    news: newsOf(sent),
  };
}
const charter = (id: string, pageId: string, start: string): BookingFileInput => ({
  ...confirmed(),
  id,
  pageId,
  start,
});
const eventFor = ({ platform, id }: BookingFileInput) => eventIdOf(bookingKeyOf(platform, id));
const answersOf = async (booking: BookingFileInput) =>
  (await asOperator<CaptainView>(world, 'GET', `/api/events/${eventFor(booking)}/answers`)).body;
/** `ana: signed up`, `deckhand-2: open`, by position. */
const positionsOf = async (booking: BookingFileInput) =>
  (await answersOf(booking)).positions.map(
    ({ key, member, signedUp }) => `${member ?? key}: ${signedUp ? 'signed up' : member ? 'in git' : 'open'}`,
  );
const told = ({ tells }: { tells: { recipient: string }[] }) =>
  tells.map(({ recipient }) => (recipient === 'manager' ? 'captain and manager' : recipient)).toSorted();
const addressees = ({ sent }: { sent: readonly SentMail[] }) =>
  sent.map(({ to }) => to.map((one) => one.split('@')[0]).join(' and ')).toSorted();
const accept = async (booking: BookingFileInput, member: string) => {
  const phone = await phoneOf(world, member);
  return phone.answer(await phone.look(eventFor(booking)), 'confirmed');
};

describe('two open positions and five who could take them', () => {
  const booking = charter('OPENTWO', 'sg4kq7mb', '2027-05-30T09:00');
  const event = eventFor(booking);
  let winners: string[];
  let losers: string[];

  it('invite all who are active and have the role, and say so in the plan', async () => {
    const applied = await apply(booking, open, open, rosa);
    expect(applied.news).toEqual(
      [
        ...DECKHANDS.map((member) => `${member}: deckhand wanted`),
        'captain and manager: Boatsetter OPENTWO: new booking',
        'rosa: you are on as captain',
      ].toSorted(),
    );
    expect(told(applied)).toEqual(addressees(applied));
  });

  it('go to the first two of five who accept at the same moment', async () => {
    const phones = await Promise.all(DECKHANDS.map((member) => phoneOf(world, member)));
    const looks = await Promise.all(phones.map(async (phone) => [phone, await phone.look(event)] as const));
    const replies = await Promise.all(looks.map(([phone, seen]) => phone.answer(seen, 'confirmed')));
    await settle(world);
    winners = DECKHANDS.filter((_, at) => replies[at]!.status === 200);
    losers = DECKHANDS.filter((_, at) => replies[at]!.status === 409);
    expect([winners.length, losers.length]).toEqual([2, 3]);
    for (const { status, body } of replies)
      expect(body).toMatchObject(
        status === 200 ? { answer: 'signed-up' } : { title: 'Somebody else was first' },
      );
  });

  it('are told to those who were slower, once and kindly, and to nobody else', async () => {
    const sent = (await mails(world)).filter(({ subject }) => subject.includes('faster'));
    expect(newsOf(sent)).toEqual(losers.map((member) => `${member}: a colleague was faster`).toSorted());
    for (const { text } of sent) expect(text).toContain('Thank you for being there');
    expect(newsOf(await mailsSince(world, before))).toEqual([]);
  });

  it('lead those who were slower back to their list, by a form as well', async () => {
    const phone = await phoneOf(world, losers[0]!);
    await expect(phone.look(event)).rejects.toThrow('410');
    const location = await phone.answerByForm(
      { eventId: event, html: '', csrf: phone.csrf, version: '0123456789abcdef', look: undefined },
      'confirmed',
    );
    expect(location).toBe('/crew?notice=taken');
  });

  it('are shown as theirs to captain, operator and colleagues, while git and plan say open', async () => {
    expect((await positionsOf(booking)).toSorted()).toEqual(
      [...winners.map((member) => `${member}: signed up`), 'rosa: in git'].toSorted(),
    );
    const { html } = await (await phoneOf(world, 'rosa')).look(event);
    for (const { fix } of (await answersOf(booking)).positions.filter(({ signedUp }) => signedUp))
      expect(html).toContain(fix);
    expect(await eventOf(world, bookingKeyOf(booking.platform, booking.id))).toMatchObject({
      event: { crew: [{ member: null }, { member: null }, { member: 'rosa' }] },
    });
    expect(await world.apply([...files.values()])).toMatchObject({ status: 'nothing-to-do' });
  });

  it('tell nobody when git names who signed up, and the plan says so', async () => {
    const applied = await apply(booking, named(winners[0]!), open, rosa);
    expect(applied.plan).toContain('tells nobody');
    expect(applied.tells).toEqual([]);
    expect(applied.news).toEqual([]);
    expect((await positionsOf(booking)).toSorted()).toEqual(
      [`${winners[0]}: in git`, `${winners[1]}: signed up`, 'rosa: in git'].toSorted(),
    );
  });

  it('tell both when git names another, just as the plan says', async () => {
    const applied = await apply(booking, named(winners[0]!), named(losers[0]!), rosa);
    expect(applied.news).toEqual(
      [
        `${losers[0]}: you are on as deckhand`,
        `${winners[1]}: you are no longer on`,
        'captain and manager: Boatsetter OPENTWO: changed',
      ].toSorted(),
    );
    expect(told(applied)).toEqual(addressees(applied));
    const phone = await phoneOf(world, winners[1]!);
    await expect(phone.look(event)).rejects.toThrow('410');
  });
});

describe('an open position less in git', () => {
  const booking = charter('ONELESS', 'mv8tq2wd', '2027-06-06T09:00');

  it('goes from who signed up later, who is told, and stays with who was first', async () => {
    await apply(booking, open, open, rosa);
    expect(await accept(booking, 'jane')).toMatchObject({ status: 200 });
    expect(await accept(booking, 'ana')).toMatchObject({ status: 200 });
    await settle(world);
    const applied = await apply(booking, open, rosa);
    expect(applied.news).toEqual(
      ['ana: you are no longer on', 'captain and manager: Boatsetter ONELESS: changed'].toSorted(),
    );
    expect(told(applied)).toEqual(addressees(applied));
    expect((await positionsOf(booking)).toSorted()).toEqual(['jane: signed up', 'rosa: in git']);
  });

  it('names who signed up in the summary', async () => {
    const applied = await apply({ ...booking, notes: { ...booking.notes, internal: 'Paid.' } }, open, rosa);
    expect(applied.news).toEqual(['captain and manager: Boatsetter ONELESS: changed']);
    expect(applied.sent[0]!.text).toMatch(/Jane/);
    expect(applied.sent[0]!.text).not.toMatch(/Ana\b/);
  });

  it('does not come back to who lost it when git opens it again: it is asked anew', async () => {
    const applied = await apply(
      { ...booking, notes: { ...booking.notes, internal: 'Paid.' } },
      open,
      open,
      rosa,
    );
    expect(applied.news).toEqual(
      [
        ...['ana', 'john', 'mike', 'sam'].map((member) => `${member}: deckhand wanted`),
        'captain and manager: Boatsetter ONELESS: changed',
      ].toSorted(),
    );
    expect(told(applied)).toEqual(addressees(applied));
  });
});

describe('who signs up and then cannot come', () => {
  const booking = charter('CHANGED', 'hb5nw3xk', '2027-06-13T09:00');
  const event = eventFor(booking);
  let john: Phone;

  it('gives the position back: the others are asked again, captain and manager hear why', async () => {
    await apply(booking, open, rosa);
    john = await phoneOf(world, 'john');
    expect((await john.answer(await john.look(event), 'confirmed')).body).toEqual({ answer: 'signed-up' });
    await settle(world);
    const since = await mails(world);
    const reply = await john.answer(await john.look(event), 'declined', 'my boat leaks');
    expect(reply).toEqual({ status: 200, body: { answer: 'declined' } });
    await settle(world);
    const sent = await mailsSince(world, since);
    expect(newsOf(sent)).toEqual([
      'ana: deckhand wanted again',
      'captain and manager: John declined (deckhand)',
      'jane: deckhand wanted again',
      'mike: deckhand wanted again',
      'sam: deckhand wanted again',
    ]);
    const decline = sent.find(({ subject }) => subject.includes('declined'))!;
    expect(decline.text).toContain('my boat leaks');
    expect(await positionsOf(booking)).toEqual(['deckhand-1: open', 'rosa: in git']);
  });

  it('thanks who declines an invitation, and troubles nobody', async () => {
    await settle(world);
    const since = await mails(world);
    const ana = await phoneOf(world, 'ana');
    expect(await ana.answerByForm(await ana.look(event), 'declined')).toBe(
      `/crew/events/${event}?notice=passed#answer`,
    );
    await settle(world);
    expect(newsOf(await mailsSince(world, since))).toEqual([]);
  });

  it('may take it again as long as nobody else has', async () => {
    expect(await john.answer(await john.look(event), 'confirmed')).toMatchObject({
      body: { answer: 'signed-up' },
    });
    expect(await positionsOf(booking)).toEqual(['john: signed up', 'rosa: in git']);
  });

  it('tells those who were asked again that it is taken, once', async () => {
    await settle(world);
    const sent = (await mails(world)).filter(
      ({ subject, to }) =>
        subject.includes('Jun 13') && subject.includes('faster') && to[0] === 'jane@example.test',
    );
    expect(sent).toHaveLength(2);
  });
});

describe('who is not active', () => {
  const booking = charter('NOTPAT', 'wd6hx4rn', '2027-06-20T09:00');

  it('is neither invited nor mailed, though git names them with the role, and the plan says so', async () => {
    const applied = await apply(booking, open, rosa);
    expect(told(applied)).toEqual(addressees(applied));
    expect(addressees(applied)).not.toContain('pat');
    expect((await mails(world)).filter(({ to }) => to.includes('pat@example.test'))).toEqual([]);
    const { invited } = (await answersOf(booking)).positions[0]!;
    expect(invited.map(({ member }) => member)).toEqual(DECKHANDS);
  });

  it('is invited by the next release once they are taken back, just as its plan says', async () => {
    const pat = { name: 'Pat', email: 'pat@example.test', active: true };
    await asOperator(world, 'PUT', '/api/crew/pat', pat);
    const applied = await apply({ ...booking, notes: { ...booking.notes, internal: 'Paid.' } }, open, rosa);
    expect(applied.news).toEqual(['captain and manager: Boatsetter NOTPAT: changed', 'pat: deckhand wanted']);
    expect(told(applied)).toEqual(addressees(applied));
  });

  it('cannot accept what they were invited to before they left', async () => {
    const phone = await phoneOf(world, 'pat');
    const seen = await phone.look(eventFor(booking));
    await asOperator(world, 'PUT', '/api/crew/pat', {
      name: 'Pat',
      email: 'pat@example.test',
      active: false,
    });
    expect((await phone.answer(seen, 'confirmed')).status).toBe(401);
    expect(await positionsOf(booking)).toEqual(['deckhand-1: open', 'rosa: in git']);
  });

  it('hears of no change after they left, though they were invited, and the plan says so', async () => {
    const applied = await apply({ ...booking, start: '2027-06-20T10:00' }, open, rosa);
    expect(told(applied)).toEqual(addressees(applied));
    expect(addressees(applied)).toEqual([...DECKHANDS, 'captain and manager', 'rosa'].toSorted());
  });
});
