import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventIdOf } from '#bookings/model/ids.ts';
import type { SignUp } from '#bookings/model/sign-ups.ts';
import { isTold, type Told, type ToldEvent } from '#functions/scc/event-store.ts';
import { startLocalScc, type LocalScc } from './local-scc.ts';
import { samplePut, type SampleOptions } from './samples.ts';

let scc: LocalScc;
let count = 0;
let bookingKey: string;
beforeAll(async () => void (scc = await startLocalScc()));
afterAll(() => scc.close());
beforeEach(() => void (bookingKey = `phone-store-${++count}`));

const signUp = (member: string): SignUp => ({
  role: 'skipper',
  member,
  name: `${member}!`,
  entry: `entry-of-${member}`,
});
const mia = signUp('mia');
const ana = signUp('ana');

async function store(options: SampleOptions = {}) {
  const { event, summary, revision } = samplePut({ bookingKey, ...options });
  expect(await scc.events.store({ ...event, summary, revision })).toBe(true);
  return find();
}
const find = async () => (await scc.events.find(eventIdOf(bookingKey)))!;

const toldOf = ({ view, summary, revision }: Awaited<ReturnType<typeof find>>): Told => ({
  event: view,
  summary,
  at: '2027-05-01T12:00:00.000Z',
  eventRevision: revision,
  places: { john: { since: 1, askedAt: '2027-05-01T12:00:00.000Z' } },
  former: {},
  news: [],
});
async function storeAndRelease(options: SampleOptions = {}): Promise<ToldEvent> {
  const stored = await store(options);
  expect(await scc.events.release(stored, toldOf(stored), stored.signUps)).toBe(true);
  return toldNow();
}
async function toldNow(): Promise<ToldEvent> {
  const event = await find();
  if (!isTold(event)) throw new Error('it was never released');
  return event;
}

describe('sign-ups', () => {
  it('are none before somebody signs up, and then as they came', async () => {
    const first = await storeAndRelease();
    expect(first.signUps).toEqual([]);
    expect(await scc.events.signUps(first, [mia])).toBe(true);
    expect(await scc.events.signUps(await toldNow(), [mia, ana])).toBe(true);
    expect((await find()).signUps).toEqual([mia, ana]);
  });

  it('of two at once, the first has it', async () => {
    const seen = await storeAndRelease();
    const both = await Promise.all([scc.events.signUps(seen, [mia]), scc.events.signUps(seen, [ana])]);
    expect(both.filter(Boolean)).toHaveLength(1);
    expect((await find()).signUps).toEqual([both[0] ? mia : ana]);
  });

  it('do not change behind the back of who read another list', async () => {
    const seen = await storeAndRelease();
    await scc.events.signUps(seen, [mia]);
    const after = await toldNow();
    await scc.events.signUps(after, []);
    expect(await scc.events.signUps(after, [mia, ana])).toBe(false);
    // Back to what it was is as it was.
    expect(await scc.events.signUps(seen, [ana])).toBe(true);
  });

  it('are refused when a release came in between', async () => {
    const seen = await storeAndRelease();
    await storeAndRelease({ revision: 2, view: { hours: 4 } });
    expect(await scc.events.signUps(seen, [mia])).toBe(false);
    expect((await find()).signUps).toEqual([]);
  });

  it('stay when git stores a new view that waits for its release', async () => {
    await scc.events.signUps(await storeAndRelease(), [mia]);
    expect((await store({ revision: 2, view: { hours: 4 } })).signUps).toEqual([mia]);
    expect(await scc.events.signUps(await toldNow(), [])).toBe(true);
  });
});

describe('a release', () => {
  it('is refused when somebody signed up since it was read, and changes nothing', async () => {
    const seen = await storeAndRelease();
    const next = await store({ revision: 2, view: { hours: 4 } });
    await scc.events.signUps(seen, [mia]);
    expect(await scc.events.release(next, toldOf(next), [])).toBe(false);
    expect(await find()).toMatchObject({ toldRevision: 1, released: [1], signUps: [mia] });
  });

  it('is refused when somebody declined since it was read', async () => {
    await scc.events.signUps(await storeAndRelease(), [mia]);
    const next = await store({ revision: 2 });
    await scc.events.signUps(await toldNow(), []);
    expect(await scc.events.release(next, toldOf(next), [mia])).toBe(false);
    expect((await find()).signUps).toEqual([]);
  });

  it('keeps of the sign-ups what it is given, and all that was told', async () => {
    await scc.events.signUps(await storeAndRelease(), [mia]);
    await scc.events.signUps(await toldNow(), [mia, ana]);
    const next = await store({ revision: 2 });
    expect(await scc.events.release(next, toldOf(next), [ana])).toBe(true);
    expect(await find()).toMatchObject({
      toldRevision: 2,
      released: [1, 2],
      signUps: [ana],
      told: toldOf(next),
    });
  });
});

describe('events by start', () => {
  const starting = async (from: string, to: string) =>
    (await scc.events.startingBetween(new Date(from), new Date(to)))
      .map((event) => event.view.startsAt)
      .toSorted();

  it('are found in every month that the span touches, both ends included', async () => {
    const starts = [
      '2033-11-30T23:59:59Z',
      '2033-12-31T20:00:00Z',
      '2034-01-01T00:00:00Z',
      '2034-02-01T09:00:00Z',
    ];
    for (const [index, startsAt] of starts.entries()) {
      bookingKey = `phone-start-${index}`;
      await store({ view: { startsAt } });
    }
    expect(await starting('2033-11-30T23:59:59.500Z', '2034-02-01T09:00:00.000Z')).toEqual(starts);
    expect(await starting('2033-12-01T00:00:00Z', '2034-01-01T00:00:00Z')).toEqual(starts.slice(1, 3));
    expect(await starting('2033-12-31T20:00:01Z', '2033-12-31T23:59:59Z')).toEqual([]);
    expect(await starting('2034-01-31T00:00:00Z', '2034-02-01T08:59:59Z')).toEqual([]);
  });

  it('move when the charter does', async () => {
    await store({ view: { startsAt: '2035-03-01T00:00:00Z' } });
    await store({ revision: 2, view: { startsAt: '2035-04-01T00:00:00Z' } });
    expect(await starting('2035-03-01T00:00:00Z', '2035-03-31T00:00:00Z')).toEqual([]);
    expect(await starting('2035-03-01T00:00:00Z', '2035-05-01T00:00:00Z')).toEqual(['2035-04-01T00:00:00Z']);
  });
});

describe('changed expenses', () => {
  const due = async () =>
    (await scc.events.expensesDue(100))
      .filter(({ event }) => event.bookingKey === bookingKey)
      .map(({ version }) => version);

  it('are due until the board has heard of their last version', async () => {
    const event = await store();
    expect(await due()).toEqual([]);
    await scc.events.markExpenses(event);
    expect(await due()).toEqual([1]);
    await scc.events.markExpenses(event);
    await scc.events.expensesSent(event, 1);
    expect(await due()).toEqual([2]);
    await scc.events.expensesSent(event, 2);
    expect(await due()).toEqual([]);
  });

  it('rise in version after they were sent', async () => {
    const event = await store();
    await scc.events.markExpenses(event);
    await scc.events.expensesSent(event, 1);
    await scc.events.markExpenses(event);
    expect(await due()).toEqual([2]);
  });

  it('come in portions, and do not make an event that is none', async () => {
    for (const name of ['a', 'b']) {
      bookingKey = `phone-expenses-${name}`;
      await scc.events.markExpenses(await store());
    }
    expect(await scc.events.expensesDue(1)).toHaveLength(1);
    await scc.events.markExpenses({ eventId: 'nothing', createdTimestamp: '2026-01-01T00:00:00Z' });
    expect(await scc.events.find('nothing')).toBeUndefined();
  });
});

describe('a guest page', () => {
  it('leads to its event, as it is stored now', async () => {
    const { eventId } = await store({ view: { pageId: 'pageone' } });
    await store({ view: { pageId: 'pageone', status: 'cancelled' }, revision: 2 });
    const [event, ...more] = await scc.events.findByPage('pageone');
    expect(more).toEqual([]);
    expect(event).toMatchObject({ eventId, revision: 2, told: null, view: { status: 'cancelled' } });
  });

  it('leads to both, by id, when its booking was given anew', async () => {
    const first = await store({ view: { pageId: 'pagetwo' } });
    bookingKey = `${bookingKey}-anew`;
    const second = await store({ view: { pageId: 'pagetwo' } });
    const found = (await scc.events.findByPage('pagetwo')).map(({ eventId }) => eventId);
    expect(found).toEqual([first.eventId, second.eventId].toSorted());
  });

  it('leads nowhere when it is nobody’s', async () => {
    for (const page of ['nosuchpage', '', 'x'.repeat(2000)])
      expect(await scc.events.findByPage(page)).toEqual([]);
  });
});
