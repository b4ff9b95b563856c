import { describe, expect, it } from 'vitest';
import { nextBatch, settle } from '#site/portal/src/client/queue.ts';
import { tick, unsent } from './samples.ts';

describe('the next batch', () => {
  it('has the waiting entries of one event in entry order, whatever the order they are kept in', () => {
    const queue = [unsent(3), unsent(1), unsent(2)];
    expect(nextBatch(queue, 'john')).toEqual({ eventId: 'event-1', entries: [tick(1), tick(2), tick(3)] });
  });

  it('begins with the event of the earliest entry', () => {
    const queue = [unsent(5), unsent(2, { eventId: 'event-2' }), unsent(9, { eventId: 'event-2' })];
    expect(nextBatch(queue, 'john')).toEqual({ eventId: 'event-2', entries: [tick(2), tick(9)] });
  });

  it('has at most 100', () => {
    const queue = Array.from({ length: 250 }, (_, number) => unsent(number));
    const { entries } = nextBatch(queue, 'john')!;
    expect(entries).toHaveLength(100);
    expect(entries.at(-1)).toEqual(tick(99));
  });

  it('leaves out another member’s and what was refused', () => {
    expect(nextBatch([unsent(1, { member: 'jane' }), unsent(2, { refusal: 'no' })], 'john')).toBeUndefined();
  });
});

describe('settling', () => {
  const batch = { eventId: 'event-1', entries: [tick(1), tick(2), tick(3)] };
  const results = (
    ...all: { number: number; status: 'stored' | 'duplicate' | 'refused'; reason?: string }[]
  ) => ({
    kind: 'results' as const,
    results: all.map(({ number, ...result }) => ({ id: tick(number).id, ...result })),
  });

  it('takes what is stored or was before, and keeps what was refused with its reason', () => {
    const settlement = settle(
      batch,
      results(
        { number: 3, status: 'duplicate' },
        { number: 1, status: 'stored' },
        { number: 2, status: 'refused', reason: 'The list has no such item.' },
      ),
    );
    expect(settlement).toEqual({
      taken: [tick(1), tick(3)],
      refusals: new Map([[tick(2).id, 'The list has no such item.']]),
    });
  });

  it('does not touch an entry of which the server said nothing', () => {
    const settlement = settle(batch, results({ number: 2, status: 'stored' }));
    expect(settlement).toEqual({ taken: [tick(2)], refusals: new Map() });
  });

  it('is not possible when the server said nothing of any', () => {
    expect(settle(batch, { kind: 'results', results: [] })).toBeUndefined();
    expect(
      settle(batch, { kind: 'results', results: [{ id: 'entry-of-nobody-0001', status: 'stored' }] }),
    ).toBeUndefined();
  });

  it('of a request that does not fit waits until its entries are sent one by one', () => {
    const refused = { kind: 'refused', status: 422, reason: 'The request does not fit' } as const;
    expect(settle(batch, refused)).toBeUndefined();
    expect(settle({ ...batch, entries: [tick(1)] }, refused)).toEqual({
      taken: [],
      refusals: new Map([[tick(1).id, 'The request does not fit']]),
    });
  });

  it('of a charter that is none of theirs fails all of it', () => {
    const settlement = settle(batch, { kind: 'refused', status: 403, reason: 'Not one of your charters' });
    expect([...settlement!.refusals.keys()]).toEqual(batch.entries.map(({ id }) => id));
  });
});
