import { describe, expect, it } from 'vitest';
import type { Charter } from '#site/portal/src/client/charter.ts';
import { sectionOf } from '#site/portal/src/client/section-of.ts';
import { mergeEntries } from '#site/portal/src/client/storage.ts';
import { tick, unsent } from './samples.ts';

const charter: Charter = {
  eventId: 'event-1',
  me: 'john',
  csrf: 'token',
  isCaptain: false,
  checklists: [],
  currency: 'USD',
  zone: 'America/Los_Angeles',
  names: { john: 'John' },
  entries: [],
  photosOrigin: 'https://photos.example',
  isOver: false,
};

const doneItems = (entries: Parameters<typeof sectionOf>[1], outbox: Parameters<typeof sectionOf>[2]) =>
  Object.keys(sectionOf(charter, entries, outbox).state.lists['fuel']?.items ?? {});

describe('what a page shows', () => {
  it('is what the server has, and what this device has made', () => {
    const section = sectionOf(charter, [tick(1, 'jane')], [unsent(2), unsent(3, { refusal: 'no' })]);
    expect(Object.keys(section.state.lists['fuel']!.items)).toEqual(['item-1', 'item-2', 'item-3']);
    expect(section.unsent).toEqual(
      new Map([
        [tick(2).id, { status: 'pending' }],
        [tick(3).id, { status: 'failed', reason: 'no' }],
      ]),
    );
    expect(section.state.lamport).toBe(3);
  });

  it('has nothing of another member’s outbox, nor of another event’s', () => {
    expect(doneItems([], [unsent(1, { member: 'jane' }), unsent(2, { eventId: 'event-2' })])).toEqual([]);
  });

  it('counts as sent what the server already has', () => {
    const section = sectionOf(charter, [tick(1)], [unsent(1)]);
    expect(section.unsent.size).toBe(0);
    expect(section.state.lists['fuel']!.entries).toEqual([tick(1).id]);
  });

  it('keeps what the page needs and leaves out what only the script does', () => {
    expect(sectionOf(charter, [], [])).not.toHaveProperty('photosOrigin');
    expect(sectionOf(charter, [], [])).toMatchObject({ me: 'john', csrf: 'token', names: { john: 'John' } });
  });
});

describe('an answer of the server that comes late', () => {
  it('takes nothing back, and its word on an entry counts', () => {
    const mine = { ...tick(2), receivedAt: 'by this device' };
    expect(mergeEntries([tick(1), mine], [tick(1)])).toEqual([tick(1), mine]);
    expect(mergeEntries([mine], [tick(2)])).toEqual([tick(2)]);
  });
});
