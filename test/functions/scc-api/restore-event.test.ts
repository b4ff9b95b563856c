import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Item } from '#functions/adapters/dynamodb.ts';
import type { EventPut } from '#functions/scc-api/put-event.ts';
import { startLocalScc, type LocalScc } from '#test/functions/scc/local-scc.ts';
import { BOOKED_AT, john, samplePut, type SampleOptions } from '#test/functions/scc/samples.ts';
import { mike, openDeckhand } from '#test/functions/scc/told-sample.ts';
import { createAnswerWorld, idOf, type AnswerWorld } from './answer-world.ts';

let scc: LocalScc;
let world: AnswerWorld;
let bookingKey: string;
beforeAll(async () => void (scc = await startLocalScc()));
afterAll(() => scc.close());
beforeEach(async () => {
  world = await createAnswerWorld(scc);
  bookingKey = (await scc.events.find(world.eventId))!.bookingKey;
});

const sample = ({ view, ...options }: SampleOptions = {}) =>
  samplePut({ bookingKey, ...options, view: { crew: [mike, john, openDeckhand], ...view } });
const inspect = async (wanted: EventPut) => {
  const reply = await world.api.call('POST', `/api/events/${world.eventId}/inspect`, wanted);
  expect(reply.status).toBe(200);
  return ((await reply.json()) as { drift: unknown }).drift;
};
const put = (body: EventPut, known: unknown) =>
  world.api.call('PUT', `/api/events/${world.eventId}`, { ...body, known });
const release = async (revision: number) => {
  const reply = await world.api.call('POST', `/api/notifications/${bookingKey}/release`, { revision });
  expect(reply.status).toBe(200);
  return ((await reply.json()) as { told: { recipient: string; kind: string }[] }).told.map(
    ({ recipient, kind }) => `${recipient} ${kind}`,
  );
};
const find = async () => (await scc.events.find(world.eventId))!;
const withoutOrder = async () => {
  const { told, ...event } = await find();
  return { ...event, told: { ...told, news: told?.news?.toSorted() } };
};
const edit = async (change: (item: Item) => Item) => {
  const { item } = await scc.events.read(world.eventId);
  await scc.tables.events.put(change(item!));
};
const lose = () => scc.remove('events', { event_id: world.eventId, created_timestamp: BOOKED_AT });
const intents = async () => (await scc.notifications.ofEvent(world.eventId)).map(({ id }) => id).toSorted();

describe('inspecting an event', () => {
  it('finds nothing in one that was stored and released', async () => {
    expect(await inspect(sample())).toBeNull();
  });

  it('finds nothing either in what SCC decides: who is active, who signed up, lists that were begun', async () => {
    await scc.registry.put('lee', { name: 'Lee', email: 'lee@example.test', active: false });
    await world.putAndTell({ revision: 2, summary: { notes: { internal: 'without Lee' } } });
    await world.confirm('ana');
    expect(await world.signUps()).toEqual(['ana']);
    expect(
      await inspect(sample({ revision: 2, summary: { notes: { internal: 'without Lee' } } })),
    ).toBeNull();
    await scc.registry.put('lee', { name: 'Lee', email: 'lee@example.test', active: true });
  });

  it('says that an event is missing', async () => {
    const other = samplePut({ bookingKey: 'phone-never-put' });
    const reply = await world.api.call('POST', `/api/events/${other.event.view.eventId}/inspect`, other);
    expect(await reply.json()).toEqual({ drift: { found: 'missing', fields: [] } });
  });

  it.each<[string, (item: Item) => Item, string[]]>([
    ['the view', (item) => ({ ...item, view: { ...(item['view'] as Item), hours: 7 } }), ['view.hours']],
    [
      'what people see',
      (item) => ({ ...item, told: toldWith(item, { start: '2027-05-30T10:00' }) }),
      ['told.start'],
    ],
    [
      'the summary',
      (item) => ({ ...item, summary: { ...(item['summary'] as Item), berth: 'Elsewhere' } }),
      ['summary.berth'],
    ],
    ['an attribute of an index', (item) => ({ ...item, start_month: '2027-06' }), ['attributes.start_month']],
    ['what was released', (item) => ({ ...item, released: [] }), ['told']],
    ['its very form', (item) => ({ ...item, view: 'nonsense' }), ['item']],
    [
      'the revision',
      (item) => ({ ...item, revision: 8, told_revision: 8, released: [1, 8] }),
      ['pay', 'revision'],
    ],
  ])('names what somebody changed: %s', async (_, change, paths) => {
    await edit(change);
    const drift = (await inspect(sample())) as { found: string; fields: { path: string }[] };
    expect(drift.found).toBe('changed');
    expect([...new Set(drift.fields.map(({ path }) => path.replace(/^pay\..*/, 'pay')))]).toEqual(paths);
  });

  it('names positions and pay, and shows no amount', async () => {
    const [item] = await scc.assignments.itemsOf(world.eventId);
    await scc.tables.assignments.put({ ...item, pay: { 1: { cents: 123_456, currency: 'USD' } }, hours: 1 });
    const drift = await inspect(sample());
    const key = String(item!['assignment_key']);
    expect(drift).toEqual({
      found: 'changed',
      fields: [
        { path: `assignments.${key}`, from: 'changed', to: 'as released' },
        ...(item!['pay'] === undefined ? [] : [{ path: `pay.${key}`, from: null, to: null }]),
      ],
    });
  });
});

const toldWith = (item: Item, change: Item): Item => {
  const told = item['told'] as { event: Item };
  return { ...told, event: { ...told.event, ...change } };
};

describe('a PUT of what was released', () => {
  it('restores all of it, standings and answers too, and tells nobody', async () => {
    await world.confirm('john');
    await world.confirm('ana');
    const before = await withoutOrder();
    const [answered, told] = [await world.own('john'), await intents()];
    await lose();
    expect(await inspect(sample())).toEqual({ found: 'missing', fields: [] });

    const published = world.api.published.length;
    expect((await put(sample(), sample())).status).toBe(200);
    expect(await withoutOrder()).toMatchObject({
      ...before,
      signUpChanges: expect.any(Number),
      told: { ...before.told, event: before.told.event },
    });
    expect(await world.signUps()).toEqual(['ana']);
    expect(await world.own('john')).toEqual(answered);
    expect(await inspect(sample())).toBeNull();
    expect(await release(1)).toEqual(expect.arrayContaining(['john assigned']));
    expect(await intents()).toEqual(told);
    expect(world.api.published.slice(published)).toEqual(told.filter((id) => id.endsWith('#1')));
  });

  it('keeps answers to a place that people have since an earlier revision', async () => {
    await world.confirm('john');
    await world.putAndTell({ revision: 2, view: { notes: 'Bring a hat' } });
    await world.putAndTell({ revision: 4, view: { notes: 'Bring two hats' } });
    const [answered, released] = [await world.own('john'), (await find()).released];
    await lose();
    const now = sample({ revision: 4, view: { notes: 'Bring two hats' } });
    await put(now, now);
    expect(await world.own('john')).toEqual(answered);
    expect((await find()).released).toEqual(released);
  });

  it('keeps the revision that is stored, which may be lower than the booking’s', async () => {
    await edit((item) => ({ ...item, view: { ...(item['view'] as Item), hours: 7 } }));
    const later = sample({ revision: 3 });
    expect((await put(later, later)).status).toBe(200);
    expect(await find()).toMatchObject({ revision: 1, toldRevision: 1, view: { hours: 3 } });
    expect(await inspect(later)).toBeNull();
  });

  it('puts back what people see, and leaves who was invited and what they answered alone', async () => {
    await world.confirm('ana');
    await edit((item) => ({ ...item, told: toldWith(item, { start: '2027-05-30T10:00' }) }));
    await put(sample(), sample());
    expect(await find()).toMatchObject({
      told: { event: { start: '2027-05-30T09:00' }, places: { john: { since: 1 } } },
      signUps: [{ member: 'ana', entry: idOf('ana-confirmed') }],
    });
  });

  it('puts back what somebody took from the assignments', async () => {
    const [item] = await scc.assignments.itemsOf(world.eventId);
    await scc.tables.assignments.put({ ...item, withdrawn: true });
    expect(await inspect(sample())).not.toBeNull();
    await put(sample(), sample());
    expect(await inspect(sample())).toBeNull();
  });

  it('is refused where SCC has a newer revision', async () => {
    await world.putAndTell({ revision: 5, view: { notes: 'newer' } });
    const reply = await put(sample(), sample());
    expect(reply.status).toBe(409);
    expect(await reply.json()).toMatchObject({ theirs: 5 });
    expect(await find()).toMatchObject({ revision: 5, view: { notes: 'newer' } });
  });
});

describe('a PUT of something new that says what people know', () => {
  const moved = { start: '2027-05-31T09:00', end: '2027-05-31T12:00' };

  it('tells the difference to that, also when all else is lost', async () => {
    await lose();
    await put(sample({ revision: 2, view: moved }), sample());
    expect(await release(2)).toEqual(
      expect.arrayContaining(['john changed', 'mike changed', 'ana changed', 'manager summary']),
    );
  });

  it('without it, tells everybody anew: nothing else is known', async () => {
    await lose();
    await put(sample({ revision: 2, view: moved }), undefined);
    expect(await release(2)).toEqual(expect.arrayContaining(['john assigned', 'ana invited']));
  });

  it('believes SCC where that knows of a later revision', async () => {
    await world.putAndTell({ revision: 2, view: { notes: 'Bring a hat' } });
    await put(sample({ revision: 3, view: moved }), sample());
    await release(3);
    const told = await scc.notifications.find(`${world.eventId}#john#changed#3`);
    expect(told?.notification.changes.map(({ path }) => path)).toContain('notes');
  });

  it.each([{ revision: 1 }, 'nonsense', { revision: 1, event: { view: {} }, summary: {} }])(
    'is not held up by what it cannot read: %j',
    async (known) => {
      expect((await put(sample({ revision: 2, view: moved }), known)).status).toBe(200);
      expect(await find()).toMatchObject({ revision: 2, view: moved });
    },
  );
});

describe('expenses of a card that was lost', () => {
  it('are due once more, and of no other event', async () => {
    const send = (eventId: string) => world.api.call('POST', `/api/events/${eventId}/expenses-due`);
    expect((await send('neverput000000000000')).status).toBe(404);
    expect((await send(world.eventId)).status).toBe(200);
    expect(await scc.events.expensesDue(100)).toContainEqual({
      event: await find(),
      version: 1,
    });
  });
});
