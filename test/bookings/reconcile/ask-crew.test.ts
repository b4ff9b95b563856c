import { beforeEach, describe, expect, it } from 'vitest';
import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import { eventIdOf } from '#bookings/model/ids.ts';
import type { Crew, Ports } from '#bookings/reconcile/ports.ts';
import { renderMarkdown } from '#bookings/reconcile/render-markdown.ts';
import { renderTerminal } from '#bookings/reconcile/render-plan.ts';
import { xhqgmdh } from '#test/fixtures/bookings.ts';
import { createMemoryWorld } from './memory-world.ts';

const KEY = 'boatsetter-xhqgmdh';
const crew = xhqgmdh().crew!;
const open = { role: 'deckhand', hours: 5 };
const booking = (changes: Partial<BookingFileInput> = {}): BookingFileInput => ({
  ...xhqgmdh(),
  crew: [open, ...crew.slice(1)],
  ...changes,
});
const named = (member: string) => booking({ crew: [{ member, ...open }, ...crew.slice(1)] });
const second = (changes: Partial<BookingFileInput> = {}) =>
  booking({ id: 'SECOND1', pageId: 'secondpage', ...changes });

let world: ReturnType<typeof createMemoryWorld>;
beforeEach(() => {
  world = createMemoryWorld();
});

const replacing =
  (replaced: Partial<Crew>) =>
  (ports: Ports): Ports => ({ ...ports, crew: { ...ports.crew, ...replaced } });

/** Applies the files. What the plan tells, what the release told, and that nothing is left to do. */
async function apply(files: BookingFileInput[], replaced: Partial<Crew> = {}) {
  const outcome = await world.apply(files, { tamper: replacing(replaced) });
  if (outcome.status !== 'applied') throw new Error(`${outcome.status} instead of applied`);
  expect((await world.plan(...files)).bookings).toEqual([]);
  const namesOf = (tells: readonly { recipient: string; kind: string }[]) =>
    tells.map(({ recipient, kind }) => `${recipient} ${kind}`);
  return {
    plan: outcome.plan,
    tells: namesOf(outcome.plan.bookings.flatMap(({ tells }) => tells)),
    told: namesOf(outcome.results.flatMap(({ told }) => told)),
  };
}

describe('a plan says what the release will', () => {
  const later = booking({ start: '2027-05-31T09:00' });
  const active = (member: string) => world.crew.setActive(member, true);
  const inactive = (member: string) => world.crew.setActive(member, false);

  it('of a new booking: a candidate who is not active is not invited', async () => {
    inactive('john');
    const { tells, told } = await apply([booking()]);
    expect(tells).toEqual(['ana invited', 'jane assigned', 'mike assigned', 'manager summary']);
    expect(told).toEqual(tells);
  });

  it.each<[string, () => void, string[]]>([
    ['who is invited as before hears of the change', () => undefined, ['ana changed', 'john changed']],
    ['who left since their invitation hears nothing', () => inactive('john'), ['ana changed']],
  ])('of a change: %s', async (_, happens, expected) => {
    await apply([booking()]);
    happens();
    const { tells, told } = await apply([later]);
    expect(tells.filter((tell) => /^(ana|john) /.test(tell))).toEqual(expected);
    expect(told).toEqual(tells);
  });

  it('of who became active since: they are invited, whatever else it is that changes', async () => {
    inactive('john');
    await apply([booking()]);
    active('john');
    const { tells, told } = await apply([booking({ hours: 4 })]);
    expect(tells).toContain('john invited');
    expect(told).toEqual(tells);
  });

  it('of who became active and whose position is gone: they were never asked, and are not told', async () => {
    inactive('john');
    await apply([booking()]);
    active('john');
    const { tells, told } = await apply([named('ana')]);
    expect(tells).toEqual(['ana assigned', 'manager summary']);
    expect(told).toEqual(tells);
  });

  it('of a cancellation: it goes to those who were invited, and are active', async () => {
    inactive('john');
    await apply([booking()]);
    active('john');
    inactive('ana');
    const { tells, told } = await apply([booking({ status: 'cancelled' })]);
    expect(tells).toEqual(['jane cancelled', 'mike cancelled', 'manager summary']);
    expect(told).toEqual(tells);
  });

  it('of a position that git opens: active candidates alone are invited', async () => {
    await apply([named('john')]);
    inactive('ana');
    const { tells, told } = await apply([booking()]);
    expect(tells).toEqual(['john unassigned', 'manager summary']);
    expect(told).toEqual(tells);
  });

  it('of who signed up and left: they keep their place, as who is assigned does', async () => {
    await apply([booking()]);
    world.crew.accept(KEY, { role: 'deckhand', member: 'john', name: 'John', entry: 'entry-of-john' });
    inactive('john');
    const { tells, told } = await apply([later]);
    expect(tells).toEqual(['jane changed', 'john changed', 'mike changed', 'manager summary']);
    expect(told).toEqual(tells);
  });
});

describe('SCC', () => {
  /** What applying these files asks SCC. */
  async function asked(...files: BookingFileInput[]) {
    const questions: string[] = [];
    const tamper = replacing({
      openPositions: async (eventId) => {
        questions.push(eventId);
        return world.crew.openPositions(eventId);
      },
      activeAmong: async (members) => {
        questions.push(members.join());
        return world.crew.activeAmong(members);
      },
    });
    await world.apply(files, { tamper });
    return questions;
  }
  const DECKHANDS = 'ana,jane,john,mike';
  const EVENT = eventIdOf(KEY);
  const SECOND = eventIdOf('boatsetter-second1');

  it('is asked nothing where no position is or was open', async () => {
    const full = { ...xhqgmdh() };
    expect(await asked(full)).toEqual([]);
    expect(await asked({ ...full, start: '2027-05-31T09:00' })).toEqual([]);
    expect(await asked({ ...full, status: 'cancelled' })).toEqual([]);
  });

  it('is asked who is active once per run, and who has which position only of what was open', async () => {
    expect(await asked(booking(), second())).toEqual([DECKHANDS]);
    expect(await asked(booking(), second())).toEqual([]);
    expect(await asked(booking({ hours: 4 }), second({ hours: 4 }))).toEqual([DECKHANDS, SECOND, EVENT]);
    expect(await asked(named('john'), second({ hours: 4 }))).toEqual([DECKHANDS, EVENT]);
    expect(await asked(booking(), second({ hours: 4 }))).toEqual([DECKHANDS]);
  });

  it('is asked nothing when nobody will be told anything', async () => {
    await apply([booking()]);
    expect(await asked(booking({ gross: '900.00' }))).toEqual([]);
    world.setBuild('two');
    expect(await asked(booking({ gross: '900.00' }))).toEqual([]);
    world.setTime('2028-01-01T12:00:00Z');
    const typo = { ...booking().guest, name: 'Somebody Else' };
    expect(await asked(booking({ gross: '900.00', guest: typo }))).toEqual([]);
  });

  const away = () => Promise.reject(new Error('SCC is away'));
  it.each<[string, Partial<Crew>]>([
    ['who is active', { activeAmong: away }],
    ['who signed up', { openPositions: away }],
  ])('does not answer %s: the plan says so, and everything is applied', async (_, replaced) => {
    await apply([booking()]);
    world.crew.accept(KEY, { role: 'deckhand', member: 'john', name: 'John', entry: 'entry-of-john' });
    const mails = world.mails();
    const { plan, tells, told } = await apply([named('john')], replaced);
    expect(renderTerminal(plan, [])).toContain('could not be asked');
    expect(renderMarkdown(plan, [])).toContain('could not be asked');
    expect(tells).toContain('john assigned');
    // SCC knows better than the plan when it releases.
    expect(told).toEqual([]);
    expect(world.mails()).toEqual(mails);
  });

  it('is not asked again when it did not answer who is active', async () => {
    await apply([booking(), second()]);
    const questions: string[] = [];
    const { plan } = await apply([booking({ hours: 4 }), second({ hours: 4 })], {
      activeAmong: away,
      openPositions: async (eventId) => {
        questions.push(eventId);
        return world.crew.openPositions(eventId);
      },
    });
    expect(questions).toEqual([]);
    const UNKNOWN = expect.stringContaining('could not be asked');
    expect(plan.bookings.map(({ warnings }) => warnings.at(-1))).toEqual([UNKNOWN, UNKNOWN]);
  });
});
