import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import { eventIdOf } from '#bookings/model/ids.ts';
import type { CaptainView } from '#functions/scc/captain-view.ts';
import { ROOT } from '#scripts/repository.ts';
import type { SentMail } from '#scripts/stack/aws/ses.ts';
import { confirmed } from './bookings.ts';
import { asOperator, phoneOf, settle, tick, type Phone } from './crew-client.ts';
import { mails, mailsSince, newsOf } from './look.ts';
import { startWorld, type World } from './world.ts';

const run = promisify(execFile);
const EVENT = eventIdOf('boatsetter-xhqgmdh');
/** Ana is busy at the time of ours. */
const elsewhere: BookingFileInput = {
  ...confirmed(),
  id: 'ELSEW',
  pageId: 'p4hxw7nt',
  start: '2027-05-30T12:30',
  crew: [
    { member: 'ana', role: 'deckhand', hours: 4 },
    { member: 'rosa', role: 'captain', hours: 3 },
  ],
};

let world: World;
let before: SentMail[];
let phones: Record<'john' | 'jane' | 'mike', Phone>;
beforeAll(async () => {
  world = await startWorld();
  await world.apply([confirmed()]);
  const [john, jane, mike] = await Promise.all(
    (['john', 'jane', 'mike'] as const).map((member) => phoneOf(world, member)),
  );
  phones = { john: john!, jane: jane!, mike: mike! };
});
afterAll(() => world?.close());
beforeEach(async () => {
  await settle(world);
  before = await mails(world);
});

const apply = (fields: Partial<BookingFileInput> = {}, ...more: BookingFileInput[]) =>
  world.apply([{ ...confirmed(), ...fields }, ...more]);
const sent = () => mailsSince(world, before);
const news = async () => newsOf(await sent());
const say = async (member: keyof typeof phones, said: 'confirmed' | 'declined', reason?: string) => {
  const phone = phones[member];
  return phone.answer(await phone.look(EVENT), said, reason);
};
const answers = async () => {
  const { body } = await asOperator<CaptainView>(world, 'GET', `/api/events/${EVENT}/answers`);
  return Object.fromEntries(body.positions.map(({ key, answer }) => [key, answer]));
};
const all = (answer: string) => ({ john: answer, jane: answer, mike: answer });
const checkout = () => join(world.directory, 'checkout');

describe('everyone’s yes', () => {
  it('at the same moment is one mail to the captain', async () => {
    expect(await answers()).toEqual(all('none'));
    const replies = await Promise.all([
      say('john', 'confirmed'),
      say('jane', 'confirmed'),
      say('mike', 'confirmed'),
    ]);
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    await settle(world);
    expect(await answers()).toEqual(all('confirmed'));
    expect(await news()).toEqual(['captain: everyone has confirmed']);
  });

  it('said once more, or looked at by the schedule, is no other mail', async () => {
    await say('john', 'confirmed');
    for (let round = 0; round < 3; round++) await tick(world, 'crew-reminders');
    expect(await news()).toEqual([]);
  });
});

describe('a change', () => {
  it('that is not material leaves everyone confirmed', async () => {
    await apply({ guest: { ...confirmed().guest, count: 7 }, notes: { crew: 'Bring gloves.' } });
    expect(await answers()).toEqual(all('confirmed'));
  });

  it('of the time asks everyone to confirm again, and an old page’s yes is refused', async () => {
    const old = await phones.john.look(EVENT);
    await apply({ start: '2027-05-30T10:00' });
    expect(await answers()).toEqual(all('re-confirm'));
    expect((await phones.john.look(EVENT)).html).toContain('Are you still coming?');
    expect(await phones.john.answer(old, 'confirmed')).toMatchObject({
      status: 409,
      body: { title: 'This charter changed' },
    });
    for (const { to, text } of await sent())
      if (to.length === 1) expect(text).toContain('please confirm again');
  });

  it('of one member’s hours concerns that member alone', async () => {
    await apply();
    expect(await answers()).toEqual(all('confirmed'));
    const crew = confirmed().crew!.map((one) => (one.member === 'jane' ? { ...one, hours: 6 } : one));
    await apply({ crew });
    expect(await answers()).toEqual({ ...all('confirmed'), jane: 're-confirm' });
  });

  it('that is taken back makes the earlier yes hold again, and nobody is told twice that all come', async () => {
    await apply();
    expect(await answers()).toEqual(all('confirmed'));
    await tick(world, 'crew-reminders');
    expect((await news()).filter((one) => one.startsWith('captain:'))).toEqual([]);
  });

  it('to cancelled and back starts without answers', async () => {
    await apply({ status: 'cancelled' });
    await apply();
    expect(await answers()).toEqual(all('none'));
    expect((await news()).filter((one) => one.includes('you are on as'))).toHaveLength(3);
  });
});

describe('a no', () => {
  it('needs a reason, by form and by script', async () => {
    expect(await say('john', 'declined')).toMatchObject({ status: 422 });
    const seen = await phones.john.look(EVENT);
    expect(await phones.john.answerByForm(seen, 'declined')).toContain('notice=refused');
    expect(await answers()).toMatchObject({ john: 'none' });
  });

  it('tells captain and manager at once: the reason, who is free, and the command', async () => {
    await apply({}, elsewhere);
    before = await mails(world);
    const seen = await phones.john.look(EVENT);
    const landing = await phones.john.answerByForm(seen, 'declined', 'A cold.\r\nSorry!');
    expect(landing).toBe(`/crew/events/${EVENT}?notice=declined#answer`);
    await settle(world);
    expect(await news()).toEqual(['captain and manager: John declined (deckhand)']);
    const [mail] = await sent();
    expect(mail!.text).toContain('A cold.');
    expect(mail!.text).toContain('Sorry!');
    expect(mail!.text).not.toContain('Ana');
  });

  it('is followed by the very command of the mail: it names the substitute in git, and both hear', async () => {
    await apply({}, { ...elsewhere, start: '2027-05-31T12:30' });
    before = await mails(world);
    await say('john', 'confirmed');
    await say('john', 'declined', 'The cold is back.');
    await settle(world);
    const [mail] = await sent();
    const commands = [...mail!.text!.matchAll(/npm run booking -- (.*)/g)].map((match) => match[1]!.trim());
    expect(commands).toEqual(['amend XHQGMDH --assign john=ana']);
    const { stdout } = await run(
      process.execPath,
      [
        join(ROOT, 'scripts/booking.ts'),
        ...commands[0]!.split(' '),
        ...['--checkout', checkout(), '--now', '2026-12-01T13:00:00-08:00'],
      ],
      { cwd: ROOT },
    );
    expect(stdout).toContain('bookings/data/boatsetter-xhqgmdh.json: crew');
    const file = join(checkout(), 'bookings/data/boatsetter-xhqgmdh.json');
    const amended = JSON.parse(await readFile(file, 'utf8')) as BookingFileInput;
    before = await mails(world);
    await world.apply([amended, { ...elsewhere, start: '2027-05-31T12:30' }]);
    expect(await news()).toEqual([
      'ana: you are on as deckhand',
      'captain and manager: Boatsetter XHQGMDH: changed',
      'john: you are no longer on',
    ]);
    expect(await answers()).toEqual({ ana: 'none', jane: 'none', mike: 'none' });
  });

  it('by two at once is told twice, each with its own reason', async () => {
    await Promise.all([say('jane', 'declined', 'Jane is away.'), say('mike', 'declined', 'Mike is away.')]);
    await settle(world);
    for (let round = 0; round < 3; round++) await tick(world, 'crew-reminders');
    expect(await news()).toEqual([
      'captain and manager: Jane declined (deckhand)',
      'captain and manager: Mike declined (captain)',
    ]);
    const texts = (await sent()).map(({ text }) => text);
    for (const reason of ['Jane is away.', 'Mike is away.'])
      expect(texts.some((text) => text!.includes(`“${reason}”`))).toBe(true);
  });
});
