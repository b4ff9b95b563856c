import { describe, expect, it } from 'vitest';
import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import { eventIdOf } from '#bookings/model/ids.ts';
import type { Plan } from '#bookings/reconcile/plan.ts';
import type { Ports } from '#bookings/reconcile/ports.ts';
import { renderMarkdown } from '#bookings/reconcile/render-markdown.ts';
import { renderTerminal } from '#bookings/reconcile/render-plan.ts';
import { xhqgmdh } from '#test/fixtures/bookings.ts';
import { createMemoryWorld } from './memory-world.ts';

type World = ReturnType<typeof createMemoryWorld>;
const KEY = 'boatsetter-xhqgmdh';
const booking = (changes: Partial<BookingFileInput> = {}) => ({ ...xhqgmdh(), ...changes });
const files = [booking()];

/** A world to which one booking was applied. */
async function applied(...given: BookingFileInput[]): Promise<World> {
  const world = createMemoryWorld();
  expect((await world.apply(given.length === 0 ? files : given)).status).toBe('applied');
  return world;
}

/** `restore calendar: changed vessel`. */
const restorations = ({ bookings }: Plan): string[] =>
  bookings.flatMap(({ changes }) =>
    changes.map(({ action, artefact, found, fields }) =>
      [`${action} ${artefact}: ${found}`, ...fields.map(({ path }) => path)].join(' '),
    ),
  );

interface Case {
  readonly what: string;
  readonly edit: (world: World) => void;
  readonly plan: string;
}

const CASES: readonly Case[] = [
  {
    what: 'an object of the page is deleted',
    edit: (world) => world.pages.byHand('g/xhqgmdh.es.html', null),
    plan: 'restore page: changed g/xhqgmdh.es.html',
  },
  {
    what: 'an object of the page is overwritten',
    edit: (world) => world.pages.byHand('g/xhqgmdh.html', '<h1>hello</h1>'),
    plan: 'restore page: changed g/xhqgmdh.html',
  },
  {
    what: 'the calendar entry is deleted',
    edit: (world) => world.calendar.byHand(KEY, null),
    plan: 'restore calendar: missing',
  },
  {
    what: 'the calendar entry is moved',
    edit: (world) => world.calendar.byHand(KEY, { start: '2027-05-31T09:00' }),
    plan: 'restore calendar: changed start',
  },
  {
    what: 'the event is deleted with all that people were told',
    edit: (world) => world.crew.byHand(KEY, null),
    plan: 'restore event: missing',
  },
  {
    what: 'the event is changed, and what people see of it',
    edit: (world) => world.crew.byHand(KEY, { hours: 9 }),
    plan: 'restore event: changed view.hours told',
  },
  {
    what: 'the card is deleted',
    edit: (world) => world.board.byHand(KEY, null),
    plan: 'restore card: missing',
  },
  {
    what: 'the card is changed',
    edit: (world) => world.board.byHand(KEY, { title: 'Mine', gross: 1 }),
    plan: 'restore card: changed gross title',
  },
];

describe('drift', () => {
  it.each(CASES)(
    'is found, and put back at the same revision without a word to anybody: $what',
    async (one) => {
      const world = await applied();
      const before = world.outside();
      const mails = world.mails();
      one.edit(world);
      expect(restorations(await world.refresh(files))).toEqual([one.plan]);

      expect(await world.apply(files, { refresh: true })).toMatchObject({ status: 'applied' });
      expect(world.outside()).toEqual(before);
      expect(world.mails()).toEqual(mails);
      expect((await world.ledger.readBookings([KEY])).get(KEY)).toMatchObject({
        revision: 1,
        completed: true,
      });
      expect(await world.refresh(files)).toMatchObject({ bookings: [], site: [], unanswered: [] });
    },
  );

  it.each(CASES)('is nothing that a plan without refresh asks for, or an apply: $what', async ({ edit }) => {
    const world = await applied();
    edit(world);
    expect((await world.plan(...files)).bookings).toEqual([]);
    expect((await world.apply(files)).status).toBe('nothing-to-do');
  });

  it('is not in a world as it was applied, and finding none writes nothing', async () => {
    const world = await applied();
    const silent = (ports: Ports): Ports => ({
      ...ports,
      ledger: { ...ports.ledger, settle: fail, takeLease: fail, reserve: fail, record: fail },
    });
    expect((await world.apply(files, { refresh: true, tamper: silent })).status).toBe('nothing-to-do');
  });

  it('is part of the checksum that somebody approves', async () => {
    const world = await applied();
    const clean = await world.refresh(files);
    world.calendar.byHand(KEY, null);
    const plan = await world.refresh(files);
    expect(plan.checksum).not.toBe(clean.checksum);
    const stale = await world.apply(files, { refresh: true, approved: clean.checksum });
    expect(stale.status).toBe('moved');
    const outcome = await world.apply(files, { refresh: true, approved: plan.checksum });
    expect(outcome.status).toBe('applied');
  });

  it('of a card that is gone asks for what the crew spent, which git does not know', async () => {
    const world = await applied();
    world.board.byHand(KEY, { title: 'Mine' });
    await world.apply(files, { refresh: true });
    expect(world.crew.expensesDue).toEqual(new Set());
    world.board.byHand(KEY, null);
    await world.apply(files, { refresh: true });
    expect(world.crew.expensesDue).toEqual(new Set([eventIdOf(KEY)]));
  });

  it('leaves a card in the lane to which a person dragged it', async () => {
    const world = await applied();
    world.board.byHand(KEY, { lane: 'Cancelled' });
    expect((await world.refresh(files)).bookings).toEqual([]);
  });

  it('is looked for only in page and card when the charter is over', async () => {
    const world = await applied();
    world.setTime('2027-06-30T12:00:00Z');
    for (const store of [world.calendar, world.crew, world.board]) store.byHand(KEY, null);
    world.pages.byHand('g/xhqgmdh.ics', null);
    expect(restorations(await world.refresh(files))).toEqual([
      'restore page: changed g/xhqgmdh.ics',
      'restore card: missing',
    ]);
    expect((await world.apply(files, { refresh: true })).status).toBe('applied');
    expect((await world.refresh(files)).bookings).toEqual([]);
  });

  it('beside a change is put back by the same run, and only the change is told', async () => {
    const world = await applied();
    world.calendar.byHand(KEY, null);
    const dearer = [booking({ gross: '900.00' })];
    expect(restorations(await world.refresh(dearer))).toEqual([
      'restore calendar: missing',
      'update card: undefined gross net portFee',
    ]);
    const mails = world.mails();
    await world.apply(dearer, { refresh: true });
    expect(world.mails()).toEqual(mails);
    expect((await world.refresh(dearer)).bookings).toEqual([]);
  });

  it('shows amounts and pay nowhere', async () => {
    const world = await applied();
    world.board.byHand(KEY, { gross: 1_234_567, net: 7_654_321 });
    const plan = await world.refresh(files);
    const text = [renderTerminal(plan, []), JSON.stringify(plan)].join('\n');
    expect(text).toContain('restore card: gross; net');
    expect(text).not.toMatch(/1234567|7654321|84075/);
  });
});

describe('drift of files that pages share', () => {
  it.each([
    ['is gone', null],
    ['was overwritten', 'mine'],
  ])('is found and put back: one %s', async (_, body) => {
    const world = await applied();
    const before = world.outside();
    world.pages.byHand('guest/404.html', body);
    expect((await world.plan(...files)).site).toEqual([]);
    const plan = await world.refresh(files);
    expect(plan).toMatchObject({
      site: ['guest/404.html'],
      restoredSite: ['guest/404.html'],
      bookings: [],
    });
    expect(renderTerminal(plan, [])).toContain('↺ site: guest/404.html');
    expect(renderMarkdown(plan, [])).toContain('Of them restored');

    expect(await world.apply(files, { refresh: true })).toMatchObject({ status: 'applied', plan });
    expect(world.outside()).toEqual(before);
    expect(await world.refresh(files)).toMatchObject({ site: [], restoredSite: [], bookings: [] });
  });

  it('that could not be looked at is said, and nothing of it is put back', async () => {
    const world = await applied();
    world.pages.byHand('guest/404.html', 'mine');
    const away = (ports: Ports): Ports => ({ ...ports, pages: { ...ports.pages, isInPlace: fail } });
    const plan = await world.refresh(files, away);
    expect(plan.site).toEqual([]);
    expect(plan.unanswered).toEqual([{ artefact: 'site', bookingKeys: [], reason: 'written' }]);
    expect(renderTerminal(plan, [])).toContain('! files of the sites could not be compared: written');
    expect(renderMarkdown(plan, [])).toContain('could not be compared: files that pages share');
  });
});

const fail = async (): Promise<never> => {
  throw new Error('written');
};

describe('a side that does not answer', () => {
  const away = (ports: Ports): Ports => ({
    ...ports,
    calendar: { ...ports.calendar, inspect: fail },
    board: { ...ports.board, inspect: fail },
  });

  it('is said, and never taken for drift', async () => {
    const world = await applied();
    world.pages.byHand('g/xhqgmdh.html', 'x');
    world.calendar.byHand(KEY, null);
    const plan = await world.refresh(files, away);
    expect(restorations(plan)).toEqual(['restore page: changed g/xhqgmdh.html']);
    expect(plan.unanswered).toEqual([
      { artefact: 'calendar', bookingKeys: [KEY], reason: 'written' },
      { artefact: 'card', bookingKeys: [KEY], reason: 'written' },
    ]);
    expect(renderTerminal(plan, [])).toContain('! calendar of 1 booking could not be compared: written');
  });

  it('holds up nothing that does', async () => {
    const world = await applied();
    world.crew.byHand(KEY, null);
    expect(await world.apply(files, { refresh: true, tamper: away })).toMatchObject({
      status: 'applied',
      plan: { unanswered: [{ artefact: 'calendar' }, { artefact: 'card' }] },
    });
    expect(world.crew.events.has(KEY)).toBe(true);
  });

  it('is not asked again and again', async () => {
    const many = Array.from({ length: 12 }, (_, day) =>
      booking({ id: `MANY${day}`, pageId: `manypage${day}`, status: 'pending' }),
    );
    const world = await applied(...many);
    let asked = 0;
    const counting = (ports: Ports): Ports => ({
      ...ports,
      calendar: { ...ports.calendar, inspect: () => fail().finally(() => (asked += 1)) },
    });
    const { unanswered } = await world.refresh(many, counting);
    expect(unanswered[0]?.bookingKeys).toHaveLength(12);
    expect(asked).toBeLessThanOrEqual(4);
  });

  it('and another run at work look different: what that run did is no drift', async () => {
    const world = await applied();
    const later = [booking({ gross: '900.00' })];
    const meanwhile = (ports: Ports): Ports => ({
      ...ports,
      board: {
        ...ports.board,
        async inspect(cards) {
          await world.apply(later);
          return ports.board.inspect(cards);
        },
      },
    });
    const plan = await world.refresh(files, meanwhile);
    expect(plan.bookings).toEqual([]);
    expect(plan.unanswered).toEqual([
      { artefact: 'card', bookingKeys: [KEY], reason: 'another run was at it meanwhile' },
    ]);
  });
});

describe('putting back', () => {
  it('that fails is tried again by the next run, refresh or not', async () => {
    const world = await applied();
    world.calendar.byHand(KEY, null);
    const broken = (ports: Ports): Ports => ({
      ...ports,
      calendar: { ...ports.calendar, ensure: fail },
    });
    const mails = world.mails();
    expect((await world.apply(files, { refresh: true, tamper: broken })).status).toBe('failed');
    expect((await world.apply(files)).status).toBe('applied');
    expect(world.calendar.entries.has(KEY)).toBe(true);
    expect(world.mails()).toEqual(mails);
  });

  it('that fails for an event is left to the next refresh, so that nobody is told anew', async () => {
    const world = await applied();
    world.crew.byHand(KEY, null);
    const mails = world.mails();
    const broken = (ports: Ports): Ports => ({ ...ports, crew: { ...ports.crew, ensure: fail } });
    expect((await world.apply(files, { refresh: true, tamper: broken })).status).toBe('failed');
    await world.apply(files);
    expect(world.mails()).toEqual(mails);
    expect((await world.apply(files, { refresh: true })).status).toBe('applied');
    expect(world.crew.events.has(KEY)).toBe(true);
    expect(world.mails()).toEqual(mails);
    expect((await world.ledger.readBookings([KEY])).get(KEY)).toMatchObject({
      completed: true,
      failures: {},
    });
  });

  it('of what is ahead of us fails once, and the next run overtakes it', async () => {
    const world = await applied();
    await world.calendar.ensure({
      bookingKey: KEY,
      revision: 7,
      view: world.calendar.entries.get(KEY)!.view,
    });
    expect(restorations(await world.refresh(files))).toEqual(['restore calendar: changed revision']);
    expect((await world.apply(files, { refresh: true })).status).toBe('failed');
    expect((await world.apply(files)).status).toBe('applied');
    expect(world.calendar.entries.get(KEY)?.revision).toBe(8);
    expect((await world.refresh(files)).bookings).toEqual([]);
  });

  it('comes first where the crew is to be told of a change that meets a lost event', async () => {
    const world = await applied();
    world.crew.byHand(KEY, null);
    await world.apply([booking({ start: '2027-05-31T09:00' })]);
    expect(world.mails().filter((mail) => mail.startsWith('john'))).toEqual([
      'john assigned',
      'john changed',
    ]);
  });
});
