import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventIdOf } from '#bookings/model/ids.ts';
import type { DeviceEntry, Entry } from '#functions/scc/entries/entry.ts';
import { putEvent } from '#functions/scc-api/put-event.ts';
import { release } from '#functions/scc-api/release.ts';
import { expense, idOf, make, note, reopen, tick } from '#test/functions/scc/entries/make.ts';
import { startLocalScc, type LocalScc } from '#test/functions/scc/local-scc.ts';
import { john, NOW, openSkipper, samplePut, type SampleOptions } from '#test/functions/scc/samples.ts';
import { createLocalApi, sessionOf } from './local-api.ts';

interface Outcome {
  readonly id: string;
  readonly status: string;
  readonly code?: string;
  readonly reason?: string;
}

let scc: LocalScc;
let api: ReturnType<typeof createLocalApi>;
let bookingKey: string;
let count = 0;

const zoe = { ...john, key: 'zoe', member: 'zoe', name: 'Zoe', role: 'captain' };

beforeAll(async () => {
  scc = await startLocalScc();
  api = createLocalApi(scc);
  for (const key of ['john', 'mia', 'zoe', 'lee'])
    await scc.registry.put(key, { name: `${key}!`, email: `${key}@example.test`, active: true });
});
afterAll(() => scc.close());
/** John and Zoe, the captain, are on board; Mia is invited; Lee is nobody here. */
beforeEach(async () => {
  bookingKey = `phone-entries-${++count}`;
  await tell();
});

async function tell(options: SampleOptions = {}) {
  const view = { crew: [john, zoe, openSkipper], ...options.view };
  await putEvent(samplePut({ bookingKey, ...options, view }), scc);
  await release({ eventId: eventId(), revision: options.revision ?? 1 }, api.deps);
}

const eventId = () => eventIdOf(bookingKey);
const path = (name: 'entries' | 'log') => `/api/events/${eventId()}/${name}`;
const stored = () => scc.entries.ofEvent(eventId());
const append = (...entries: Entry[]) => Promise.all(entries.map((one) => scc.entries.append(eventId(), one)));
const isDue = async () =>
  (await scc.events.expensesDue(100)).some(({ event }) => event.bookingKey === bookingKey);

/** An entry as a device of now sends it. */
function device(content: Parameters<typeof make>[2], changes: Partial<DeviceEntry> = {}) {
  const { member: _member, receivedAt: _receivedAt, ...entry } = make(randomUUID(), 1, content);
  return { ...entry, at: '2027-05-01T11:59:00.000Z', ...changes };
}

async function post(member: string, entries: readonly unknown[]): Promise<Outcome[]> {
  const reply = await api.browse('POST', path('entries'), sessionOf(member), { entries });
  expect(reply.status).toBe(200);
  return ((await reply.json()) as { entries: Outcome[] }).entries;
}
const codesOf = (outcomes: readonly Outcome[]) => outcomes.map(({ status, code }) => code ?? status);

async function submit(member: string, fields: Record<string, string>) {
  const body = new URLSearchParams({ id: randomUUID(), ...fields }).toString();
  const reply = await api.browse('POST', path('entries'), sessionOf(member), body);
  expect(reply.status).toBe(303);
  return reply.headers.get('location')!.replace(`/crew/events/${eventId()}`, '');
}

async function log(member: string) {
  const reply = await api.browse('GET', path('log'), sessionOf(member));
  return {
    status: reply.status,
    body: (await reply.json()) as { entries: Entry[] } & Record<string, unknown>,
  };
}

describe('POST /api/events/{eventId}/entries', () => {
  it('stores what a device made, with who and when it came', async () => {
    const sent = device(tick('fuel'), { lamport: 3, at: '2027-05-01T04:00:00-07:00' });
    expect(await post('john', [sent])).toEqual([{ id: sent.id, status: 'stored' }]);
    expect(await stored()).toEqual([
      { ...sent, member: 'john', at: '2027-05-01T11:00:00.000Z', receivedAt: NOW.toISOString() },
    ]);
  });

  it('counts once what comes twice, in one request or two, and however long after', async () => {
    const sent = device(expense('e', 1250), { at: '2027-05-09T00:00:00Z' });
    const [one, other] = await post('john', [sent, sent]);
    expect([one?.status, other?.status].toSorted()).toEqual(['duplicate', 'stored']);
    await append(make('close', 9, { kind: 'close' }, { member: 'zoe' }));
    api.clock.now = new Date('2027-05-02T12:00:00Z');
    expect(codesOf(await post('john', [sent]))).toEqual(['duplicate']);
    api.clock.now = NOW;
    expect(await stored()).toHaveLength(2);
  });

  it('does not believe a clock that is ahead', async () => {
    await post('john', [device(tick('fuel'), { at: '2030-01-01T00:00:00Z' })]);
    expect(await stored()).toMatchObject([{ at: NOW.toISOString() }]);
  });

  it('judges each entry by itself, and says what is wrong with it', async () => {
    const good = device(note('fuel', 'half\nfull'));
    const bad = { ...device(tick('fuel')), done: 'yes', member: 'zoe' };
    const outcomes = await post('john', [
      bad,
      good,
      device(tick('no-such-item')),
      device(tick('fuel', true, 'no-such-list')),
      device({ ...reopen, list: 'constructor' }),
      { id: 'x' },
    ]);
    expect(codesOf(outcomes)).toEqual([
      'invalid',
      'stored',
      'unknown-item',
      'unknown-item',
      'unknown-item',
      'invalid',
    ]);
    expect(outcomes[0]).toEqual({
      id: bad.id,
      status: 'refused',
      code: 'invalid',
      reason: 'done: expected a boolean; member: expected only known fields',
    });
    expect(outcomes[2]?.reason).toBe('the checklists of this charter do not have it');
    expect((await stored()).map(({ id }) => id)).toEqual([good.id]);
  });

  it('refuses another entry under an id that is taken, also by somebody else', async () => {
    const sent = device(tick('fuel'));
    await post('john', [sent]);
    expect(codesOf(await post('john', [{ ...sent, done: false }]))).toEqual(['conflict']);
    expect(codesOf(await post('zoe', [sent]))).toEqual(['conflict']);
    expect(await stored()).toMatchObject([{ member: 'john', done: true }]);
  });

  it('refuses a counter that no device can have come to', async () => {
    await append(make('a', 500, tick('fuel')));
    const [near, far] = [
      device(tick('lines'), { lamport: 10_500 }),
      device(tick('lines'), { lamport: 10_501 }),
    ];
    const outcomes = await post('john', [far, near]);
    expect(codesOf(outcomes)).toEqual(['counter', 'stored']);
    expect(outcomes[0]?.reason).toBe('the device’s counter is off');
  });

  it('takes no expense once the captain closed, and again when it is open', async () => {
    await append(make('close', 1, { kind: 'close' }, { member: 'zoe' }));
    const outcomes = await post('john', [device(expense('e', 500)), device(tick('fuel'))]);
    expect(codesOf(outcomes)).toEqual(['closed', 'stored']);
    expect(await isDue()).toBe(false);
    await append(make('open', 2, { kind: 'open' }, { member: 'zoe' }));
    expect(codesOf(await post('john', [device(expense('e', 500))]))).toEqual(['stored']);
  });

  it('lets nobody change an expense of somebody else', async () => {
    await post('john', [device(expense('e', 500))]);
    expect(codesOf(await post('zoe', [device(expense('e', 1, { removed: true }))]))).toEqual(['not-yours']);
    expect(codesOf(await post('john', [device(expense('e', 600))]))).toEqual(['stored']);
  });

  it('lets photos be removed by who took them and by the captain, receipts by their owner', async () => {
    const photo = (name: string, kind: 'photo' | 'receipt', member: string) =>
      make(`${kind}-${name}`, 1, { kind, photo: idOf(name), type: 'image/jpeg' }, { member });
    await append(
      photo('johns', 'photo', 'john'),
      photo('zoes', 'photo', 'zoe'),
      photo('bill', 'receipt', 'john'),
    );
    const remove = (name: string) => device({ kind: 'photo-removed', photo: idOf(name) });
    const removals = () => ['johns', 'zoes', 'bill', 'none'].map(remove);
    expect(codesOf(await post('john', removals()))).toEqual([
      'stored',
      'not-yours',
      'stored',
      'unknown-photo',
    ]);
    expect(codesOf(await post('zoe', removals()))).toEqual([
      'stored',
      'stored',
      'unknown-photo',
      'unknown-photo',
    ]);
  });

  it('keeps receipts as they are once the captain closed the charter; photos may still go', async () => {
    const picture = (name: string, kind: 'photo' | 'receipt') =>
      make(`${kind}-${name}`, 1, { kind, photo: idOf(name), type: 'image/jpeg' }, { member: 'john' });
    await append(picture('deck', 'photo'), picture('bill', 'receipt'));
    const remove = (name: string) => device({ kind: 'photo-removed', photo: idOf(name) });
    await append(make('close', 2, { kind: 'close' }, { member: 'zoe' }));
    expect(codesOf(await post('john', [remove('bill'), remove('deck')]))).toEqual(['closed', 'stored']);
    // Whether somebody has such a receipt is still nobody's business.
    expect(codesOf(await post('zoe', [remove('bill')]))).toEqual(['unknown-photo']);
    await append(make('open', 3, { kind: 'open' }, { member: 'zoe' }));
    expect(codesOf(await post('john', [remove('bill')]))).toEqual(['stored']);
  });

  it('marks the charter for the revenue board when there are expenses, before it stores them', async () => {
    await post('john', [device(tick('fuel'))]);
    expect(await isDue()).toBe(false);
    const dying = scc.dyingAfter(2 + 1);
    const crashed = createLocalApi({ ...scc, events: dying.events, entries: dying.entries });
    const body = { entries: [device(expense('e', 500))] };
    expect((await crashed.browse('POST', path('entries'), sessionOf('john'), body)).status).toBe(500);
    expect(await isDue()).toBe(true);
    expect((await stored()).filter(({ kind }) => kind === 'expense')).toEqual([]);
    expect(codesOf(await post('john', body.entries))).toEqual(['stored']);
  });

  it('takes entries of a cancelled charter, and none a month after the end', async () => {
    await tell({ revision: 2, view: { status: 'cancelled' } });
    expect(codesOf(await post('john', [device(expense('e', 500))]))).toEqual(['stored']);
    await tell({ revision: 3, view: { endsAt: '2027-04-01T12:00:00Z' } });
    expect(codesOf(await post('john', [device(tick('fuel'))]))).toEqual(['stored']);
    await tell({ revision: 4, view: { endsAt: '2027-04-01T11:59:59Z' } });
    expect(codesOf(await post('john', [device(tick('fuel'))]))).toEqual(['over']);
  });

  it('takes up to 200 at once, in any order', async () => {
    const batch = Array.from({ length: 200 }, (_, index) =>
      device(tick('fuel', index % 2 === 0), { lamport: index + 1 }),
    );
    expect(new Set(codesOf(await post('john', batch.toReversed())))).toEqual(new Set(['stored']));
    expect(await stored()).toHaveLength(200);
  });

  it.each<[string, unknown]>([
    ['no entries', {}],
    ['an empty list', { entries: [] }],
    ['more than 200', { entries: Array.from({ length: 201 }, () => device(tick('fuel'))) }],
    ['an entry without id', { entries: [{ kind: 'tick' }] }],
    ['a further field', { entries: [device(tick('fuel'))], member: 'zoe' }],
  ])('refuses %s as a whole', async (_, body) => {
    const reply = await api.browse('POST', path('entries'), sessionOf('john'), body);
    expect(reply.status).toBe(422);
    expect(await stored()).toEqual([]);
  });

  it('refuses a request without a body', async () => {
    expect((await api.browse('POST', path('entries'), sessionOf('john'))).status).toBe(415);
  });

  it.each([
    ['Mia, who is invited', 'mia', 403],
    ['Lee, who is not on it', 'lee', 403],
  ])('refuses %s', async (_, member, status) => {
    const reply = await api.browse('POST', path('entries'), sessionOf(member), {
      entries: [device(tick('fuel'))],
    });
    expect(reply.status).toBe(status);
    expect(await stored()).toEqual([]);
  });

  it('answers the same for a charter of others, one that is not released and one that does not exist', async () => {
    const titles = new Set<unknown>();
    await putEvent(samplePut({ bookingKey: 'phone-unreleased' }), scc);
    for (const id of [eventId(), eventIdOf('phone-unreleased'), 'no-such-event', 'x'.repeat(1100)]) {
      const body = { entries: [device(tick('fuel'))] };
      const reply = await api.browse('POST', `/api/events/${id}/entries`, sessionOf('lee'), body);
      const { requestId: _requestId, ...problem } = (await reply.json()) as Record<string, unknown>;
      titles.add(JSON.stringify(problem));
    }
    expect([...titles]).toEqual([
      JSON.stringify({ type: 'about:blank', status: 403, title: 'Not one of your charters' }),
    ]);
  });

  it('writes no amount and no text of an entry to the log', async () => {
    await post('john', [
      device(expense('e', 7_777_771, { text: 'Secret ice' })),
      { ...device(expense('e', 0)) },
    ]);
    const dying = scc.dyingAfter(3);
    const crashed = createLocalApi({ ...scc, events: dying.events, entries: dying.entries });
    const body = { entries: [device(expense('f', 7_777_772, { text: 'Secret ice' }))] };
    await crashed.browse('POST', path('entries'), sessionOf('john'), body);
    expect(crashed.logged).toHaveLength(1);
    expect([...api.logged, ...crashed.logged].join()).not.toMatch(/777777|Secret/);
  });
});

describe('a form of the page', () => {
  const fragment = '#list-jada-before';
  it('makes one entry, a counter above all that are there', async () => {
    await append(make('a', 7, tick('fuel'), { member: 'zoe' }));
    const id = randomUUID();
    const fields = { id, kind: 'tick', list: 'jada-before', item: 'fuel', done: 'false' };
    expect(await submit('john', fields)).toBe(`?notice=saved${fragment}`);
    expect(await submit('john', fields)).toBe(`?notice=saved${fragment}`);
    expect((await stored()).filter((one) => one.id === id)).toEqual(
      [make(id, 8, tick('fuel', false), { at: NOW.toISOString() })].map((entry) => ({
        ...entry,
        receivedAt: NOW.toISOString(),
      })),
    );
    expect(await stored()).toHaveLength(2);
  });

  it('finishes, reopens and notes', async () => {
    const saw = [randomUUID(), randomUUID()];
    await submit('john', { kind: 'note', list: 'jada-before', item: 'fuel', text: ' half\r\nfull ' });
    await submit('john', { kind: 'finish', list: 'jada-before', saw: saw.join(',') });
    await submit('john', { kind: 'finish', list: 'jada-before', saw: '' });
    await submit('john', { kind: 'reopen', list: 'jada-before' });
    const byCounter = (await stored()).toSorted((one, other) => one.lamport - other.lamport);
    expect(byCounter).toMatchObject([
      { lamport: 1, kind: 'note', text: 'half\nfull' },
      { lamport: 2, kind: 'finish', saw },
      { lamport: 3, kind: 'finish', saw: [] },
      { lamport: 4, kind: 'reopen' },
    ]);
  });

  it('enters, changes and removes an expense', async () => {
    const id = randomUUID();
    const ice = { kind: 'expense', category: 'supplies', amount: '$1,012.50', text: 'Ice', receipt: '' };
    expect(await submit('john', { ...ice, id, expense: '' })).toBe('?notice=saved#expenses');
    expect(await stored()).toMatchObject([{ expense: id, cents: 101_250, receipt: null, removed: false }]);
    expect(await isDue()).toBe(true);
    await submit('john', { ...ice, expense: id, amount: '9' });
    await submit('john', { ...ice, expense: id, amount: '9', removed: 'true' });
    const versions = (await stored()).toSorted((one, other) => one.lamport - other.lamport);
    expect(versions.slice(1)).toMatchObject([
      { expense: id, cents: 900 },
      { expense: id, removed: true },
    ]);
  });

  it('leads back with what was wrong, and stores nothing', async () => {
    const ice = { kind: 'expense', category: 'supplies', amount: '12', text: '', expense: '' };
    expect(await submit('john', { ...ice, amount: 'a lot' })).toBe('?notice=amount');
    expect(await submit('john', { ...ice, amount: '0' })).toBe('?notice=amount');
    expect(await submit('john', { ...ice, category: 'fines' })).toBe('?notice=refused');
    expect(await submit('john', { ...ice, id: 'short' })).toBe('?notice=refused');
    expect(await submit('john', { kind: 'answer', answer: 'confirmed' })).toBe('?notice=refused');
    expect(await submit('john', { kind: 'tick', list: 'x', item: 'fuel', done: 'true' })).toBe(
      '?notice=refused',
    );
    expect(await submit('mia', { kind: 'reopen', list: 'jada-before' })).toBe('?notice=refused');
    await append(make('close', 1, { kind: 'close' }, { member: 'zoe' }));
    expect(await submit('john', ice)).toBe('?notice=closed');
    expect(await stored()).toHaveLength(1);
    await tell({ revision: 2, view: { endsAt: '2027-03-01T00:00:00Z' } });
    expect(await submit('john', { kind: 'reopen', list: 'jada-before' })).toBe('?notice=over');
  });
});

describe('GET /api/events/{eventId}/log', () => {
  it('says what the crew added, and of expenses, receipts, answers and looks only one’s own', async () => {
    const answer = {
      kind: 'answer',
      answer: 'declined',
      position: 'john',
      version: 'v',
      since: 1,
      reason: 'Flu',
    } as const;
    const of = (member: string): Entry[] => [
      make(`${member}-e`, 1, expense(`${member}-e`, 500), { member }),
      make(`${member}-r`, 1, { kind: 'receipt', photo: `${member}-bill`, type: 'image/png' }, { member }),
      make(`${member}-t`, 1, { kind: 'thumbnail', photo: `${member}-bill` }, { member }),
      make(`${member}-a`, 1, answer, { member }),
      make(`${member}-s`, 1, { kind: 'seen', revision: 1, shown: {} }, { member }),
    ];
    const shared: Entry[] = [
      make('tick', 1, tick('fuel'), { member: 'zoe' }),
      make('photo', 1, { kind: 'photo', photo: 'deck', type: 'image/jpeg' }, { member: 'zoe' }),
      make('thumb', 1, { kind: 'thumbnail', photo: 'deck' }, { member: 'zoe' }),
      make('close', 2, { kind: 'close' }, { member: 'zoe' }),
    ];
    await append(...of('john'), ...of('zoe'), ...shared);
    const { status, body } = await log('john');
    expect(status).toBe(200);
    const byId = (one: { id: string }, other: { id: string }) => (one.id < other.id ? -1 : 1);
    expect(body.entries.toSorted(byId)).toEqual([...of('john'), ...shared].toSorted(byId));
    expect(body).toMatchObject({
      isCaptain: false,
      currency: 'USD',
      closed: { member: 'zoe', entry: idOf('close') },
      checklists: [{ key: 'jada-before' }, { key: 'jada-after' }],
    });
  });

  it('lets the captain be known and the invited read none of the entries, and nobody else in', async () => {
    await append(
      make('tick', 1, tick('fuel'), { member: 'zoe' }),
      make('close', 2, { kind: 'close' }, { member: 'zoe' }),
    );
    expect((await log('john')).body.entries).toHaveLength(2);
    expect((await log('mia')).body).toMatchObject({
      entries: [],
      isCaptain: false,
      checklists: [{ key: 'jada-before' }, { key: 'jada-after' }],
    });
    expect((await log('zoe')).body).toMatchObject({ isCaptain: true });
    expect((await log('lee')).status).toBe(403);
  });
});
