import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import { bookingKeyOf, eventIdOf } from '#bookings/model/ids.ts';
import type { SentMail } from '#scripts/stack/aws/ses.ts';
import { confirmed } from './bookings.ts';
import { goTo } from './clock.ts';
import { phoneOf, settle, tick } from './crew-client.ts';
import { mails, mailsSince, newsOf } from './look.ts';
import { startWorld, type World } from './world.ts';

type Crew = NonNullable<BookingFileInput['crew']>;
const deckhand = (member: string, hours = 5): Crew[number] => ({ member, role: 'deckhand', hours });
const captain = (member: string): Crew[number] => ({ member, role: 'captain', hours: 3 });
const charter = (id: string, pageId: string, start: string, ...crew: Crew): BookingFileInput => ({
  ...confirmed(),
  ...{ id, pageId, start, crew },
});
const eventFor = ({ platform, id }: BookingFileInput) => eventIdOf(bookingKeyOf(platform, id));

let world: World;
let before: SentMail[];
const look = async () => {
  before = await mails(world);
};
/** As if nothing had been seen until then. */
const lookAgainAt = async (now: string) => {
  goTo(world, now);
  await look();
};
const remind = async (times = 1) => {
  for (let time = 0; time < times; time++)
    expect(await tick(world, 'crew-reminders')).toEqual({ name: 'crew-reminders' });
};
const news = async () => newsOf(await mailsSince(world, before));
async function say(member: string, booking: BookingFileInput, said: 'confirmed' | 'declined') {
  const phone = await phoneOf(world, member);
  const seen = await phone.look(eventFor(booking));
  const reply = await phone.answer(seen, said, said === 'declined' ? 'I am ill.' : undefined);
  expect(reply.status).toBe(200);
  await settle(world);
}

describe('before a charter', () => {
  const ours = charter(
    ...(['OURS', 'sg4kq7mb', '2026-12-04T18:00'] as const),
    ...[deckhand('john'), deckhand('jane'), captain('mike')],
  );
  const moved = charter('MOVED', 'mv8tq2wd', '2026-12-04T20:00', deckhand('ana'), captain('rosa'));
  const off = charter('WENTOFF', 'hb5nw3xk', '2026-12-04T20:00', deckhand('ana'), captain('rosa'));
  const late = charter('LATE', 'wd6hx4rn', '2026-12-04T00:30', deckhand('ana'), captain('rosa'));
  const later = charter('LATER', 'p4hxw7nt', '2026-12-04T10:00', deckhand('ana'), captain('rosa'));
  let files = [ours, moved, off];
  const apply = (...next: BookingFileInput[]) => world.apply((files = next), { allow: ['cancel:9'] });
  beforeAll(async () => {
    world = await startWorld({ now: '2026-12-01T12:00:00-08:00' });
    await apply(...files);
  });
  afterAll(() => world?.close());

  it('nobody is reminded earlier than 72 hours', async () => {
    await look();
    await remind();
    expect(await news()).toEqual([]);
  });

  describe('72 hours', () => {
    beforeAll(() => lookAgainAt('2026-12-01T18:30:00-08:00'));

    it('reminds who has not answered, once in twenty runs, and not the captain’s address', async () => {
      await say('john', ours, 'confirmed');
      await remind(20);
      expect(await news()).toEqual([
        'jane: please confirm, it starts in 3 days',
        'mike: please confirm, it starts in 3 days',
      ]);
    });
  });

  describe('48 hours', () => {
    beforeAll(() => lookAgainAt('2026-12-02T20:30:00-08:00'));

    it('reminds again, and not of a charter that was moved or cancelled, nor of one told later than that', async () => {
      const crew = [deckhand('john', 6), deckhand('jane'), captain('mike')];
      await apply(
        ...[
          { ...ours, crew },
          { ...moved, start: '2026-12-10T20:00' },
        ],
        ...[{ ...off, status: 'cancelled' as const }, late],
      );
      await look();
      await remind(20);
      expect(await news()).toEqual([
        'jane: please confirm, it starts in 2 days',
        'mike: please confirm, it starts in 2 days',
      ]);
    });

    it('is the last that somebody hears who declines', async () => {
      await look();
      await say('jane', ours, 'declined');
      await remind(5);
      expect(await news()).toEqual(['captain and manager: Jane declined (deckhand)']);
    });
  });

  describe('24 hours', () => {
    beforeAll(() => lookAgainAt('2026-12-03T18:30:00-08:00'));

    it('reminds for the last time, with one mail to the captain that names who is missing', async () => {
      await apply(...files, later);
      await look();
      await remind(20);
      expect(await news()).toEqual(
        [
          'ana: please confirm, it starts in 6 hours',
          'captain: no answer yet from 2 people',
          'captain: no answer yet from 2 people',
          'john: please confirm again, it starts in 24 hours',
          'mike: please confirm, it starts in 24 hours',
          'rosa: please confirm, it starts in 6 hours',
        ].toSorted(),
      );
      const toCaptain = (await mailsSince(world, before)).filter(({ to }) => to[0]!.startsWith('captain'));
      expect(toCaptain.map(({ text }) => /No answer from\n(.*?)\n\n/s.exec(text!)?.[1]).toSorted()).toEqual([
        '- Ana — deckhand — has not answered\n- Rosa — captain — has not answered',
        '- John — deckhand — has to confirm again\n- Mike — captain — has not answered',
      ]);
    });

    it('and an answer is followed by silence', async () => {
      await look();
      await say('mike', ours, 'confirmed');
      await say('john', ours, 'confirmed');
      await remind(5);
      expect(await news()).toEqual([]);
    });
  });

  describe('three hours after somebody was asked too late to be reminded', () => {
    beforeAll(() => lookAgainAt('2026-12-03T21:35:00-08:00'));

    it('the captain hears of their silence, once', async () => {
      await remind(20);
      expect(await news()).toEqual(['captain: no answer yet from 2 people']);
      const [mail] = await mailsSince(world, before);
      expect(mail!.text).toContain(
        '- Ana — deckhand — has not answered\n- Rosa — captain — has not answered',
      );
      expect(mail!.text).toContain('10:00 AM');
    });
  });

  describe('once it has started', () => {
    beforeAll(() => lookAgainAt('2026-12-04T18:01:00-08:00'));

    it('nobody is asked any more', async () => {
      await remind(3);
      expect(await news()).toEqual([]);
    });
  });
});

describe('a weekend on which clocks go back', () => {
  const night = charter(
    'NIGHT',
    'kd3xmrh9',
    '2027-11-07T10:00',
    { role: 'deckhand', hours: 5 },
    captain('rosa'),
  );
  beforeAll(async () => {
    world = await startWorld({ now: '2027-11-01T12:00:00-07:00' });
    await world.apply([night]);
    await lookAgainAt('2027-11-06T10:30:00-07:00');
  });
  afterAll(() => world?.close());

  it('has an hour more: 24 hours before 10:00 it is 11:00 the day before', async () => {
    await remind(3);
    expect(await news()).toEqual([
      ...['ana', 'jane', 'john', 'mike'].map((one) => `${one}: deckhand still wanted, it starts in 25 hours`),
      'rosa: please confirm, it starts in 25 hours',
    ]);
  });

  describe('at 11:00', () => {
    beforeAll(() => lookAgainAt('2027-11-06T11:01:00-07:00'));

    it('the last reminder comes, to who is invited as well, and says the time on the berth’s clock', async () => {
      await remind(3);
      expect(await news()).toEqual([
        'ana: deckhand still wanted, it starts in 24 hours',
        'captain: no answer yet from 5 people',
        'jane: deckhand still wanted, it starts in 24 hours',
        'john: deckhand still wanted, it starts in 24 hours',
        'mike: deckhand still wanted, it starts in 24 hours',
        'rosa: please confirm, it starts in 24 hours',
      ]);
      for (const { text } of await mailsSince(world, before))
        expect(text).toContain('10:00 AM – 1:00 PM PST');
    });
  });
});
