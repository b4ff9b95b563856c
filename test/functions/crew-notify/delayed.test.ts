import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EventView } from '#bookings/model/views/event.ts';
import { startLocalScc, type LocalScc } from '#test/functions/scc/local-scc.ts';
import { john, NOW, openSkipper, type SampleOptions } from '#test/functions/scc/samples.ts';
import { createLocalSender } from './local-sender.ts';

let scc: LocalScc;
let sender: ReturnType<typeof createLocalSender>;
let count = 0;
beforeAll(async () => {
  scc = await startLocalScc();
  for (const key of ['john', 'mia'])
    await scc.registry.put(key, { name: key, email: `${key}@example.test`, active: true });
});
afterAll(() => scc.close());
beforeEach(() => void (sender = createLocalSender(scc, `phone-delayed-${++count}`)));

/** Releases one revision after the other; nothing is sent between. */
const releaseAll = async (...each: Omit<SampleOptions, 'revision'>[]) => {
  for (const [index, options] of each.entries()) {
    await sender.put({ ...options, revision: index + 1 });
    await sender.tell(index + 1);
  }
};
const subjects = () => sender.sent.map(({ subject }) => subject.split(' — ')[1]);
const changesIn = (text: string) => /What changed\n((?:- .*\n)*)/.exec(text)?.[1]?.trim().split('\n') ?? [];

const moved = { start: '2027-06-05T10:00', end: '2027-06-05T13:00' };
const open = { ...openSkipper, key: 'deckhand-1', role: 'deckhand', candidates: ['john'] };
const kim = { ...john, key: 'kim', member: 'kim', name: 'Kim' };
const is = (view: Partial<EventView>) => ({ view });
const AS_BOOKED = is({});
const CANCELLED = is({ status: 'cancelled' });
const WITHOUT_JOHN = is({ crew: [kim, openSkipper] });
const FILLED = is({ crew: [john, kim] });

type Step = readonly [recipient: string, kind: string, revision: number, outcome: string];
type Matrix = readonly [
  what: string,
  heard: readonly Step[],
  releases: readonly Omit<SampleOptions, 'revision'>[],
  late: readonly Step[],
  subjects: readonly string[],
];

/** What was heard of the first release, what was released after it, and what the late mails then say. */
const MATRIX: Matrix[] = [
  [
    'a place and a change of it: the place as it is',
    [],
    [AS_BOOKED, is(moved)],
    [
      ['john', 'assigned', 1, 'superseded'],
      ['john', 'changed', 2, 'sent'],
    ],
    ['you are on as deckhand'],
  ],
  [
    'an invitation and a change of it: the invitation',
    [],
    [AS_BOOKED, is(moved)],
    [
      ['mia', 'changed', 2, 'sent'],
      ['mia', 'invited', 1, 'superseded'],
    ],
    ['skipper wanted'],
  ],
  [
    'two changes: both at once',
    [['john', 'assigned', 1, 'sent']],
    [AS_BOOKED, is(moved), is({ ...moved, notes: 'Bring hats' })],
    [
      ['john', 'changed', 2, 'superseded'],
      ['john', 'changed', 3, 'sent'],
    ],
    ['you are on as deckhand', 'changed: start, end, notes'],
  ],
  [
    'a change and its undoing: nothing',
    [['john', 'assigned', 1, 'sent']],
    [AS_BOOKED, is(moved), AS_BOOKED],
    [
      ['john', 'changed', 3, 'superseded'],
      ['john', 'changed', 2, 'superseded'],
    ],
    ['you are on as deckhand'],
  ],
  [
    'a cancellation that was taken back: the place',
    [['john', 'assigned', 1, 'sent']],
    [AS_BOOKED, CANCELLED, AS_BOOKED],
    [
      ['john', 'cancelled', 2, 'superseded'],
      ['john', 'assigned', 3, 'sent'],
    ],
    ['you are on as deckhand', 'you are on as deckhand'],
  ],
  [
    'a cancellation that was taken back without the reader: no longer on',
    [['john', 'assigned', 1, 'sent']],
    [AS_BOOKED, CANCELLED, WITHOUT_JOHN],
    [['john', 'cancelled', 2, 'sent']],
    ['you are on as deckhand', 'you are no longer on'],
  ],
  [
    'a cancellation that was taken back without the position: no longer open',
    [['mia', 'invited', 1, 'sent']],
    [AS_BOOKED, CANCELLED, FILLED],
    [['mia', 'cancelled', 2, 'sent']],
    ['skipper wanted', 'the position is no longer open'],
  ],
  [
    'a place that is gone with a charter that is gone: no longer on',
    [['john', 'assigned', 1, 'sent']],
    [AS_BOOKED, WITHOUT_JOHN, { view: { ...WITHOUT_JOHN.view, status: 'cancelled' } }],
    [['john', 'unassigned', 2, 'sent']],
    ['you are on as deckhand', 'you are no longer on'],
  ],
  [
    'a filled position that is open again: wanted',
    [['mia', 'invited', 1, 'sent']],
    [AS_BOOKED, FILLED, AS_BOOKED],
    [
      ['mia', 'filled', 2, 'superseded'],
      ['mia', 'invited', 3, 'sent'],
    ],
    ['skipper wanted', 'skipper wanted'],
  ],
  [
    'a place, when only others heard since: the place',
    [],
    [AS_BOOKED, { ...AS_BOOKED, pay: { 'skipper-1': 99_900 } }],
    [['john', 'assigned', 1, 'sent']],
    ['you are on as deckhand'],
  ],
  [
    'a new booking and a change of it: a new booking',
    [],
    [AS_BOOKED, is(moved)],
    [
      ['manager', 'summary', 1, 'superseded'],
      ['manager', 'summary', 2, 'sent'],
    ],
    ['Boatsetter XHQGMDH: new booking'],
  ],
  [
    'a new booking that was cancelled: cancelled',
    [],
    [AS_BOOKED, CANCELLED],
    [['manager', 'summary', 2, 'sent']],
    ['Boatsetter XHQGMDH: cancelled'],
  ],
  [
    'a cancellation of the booking and its undoing: nothing',
    [['manager', 'summary', 1, 'sent']],
    [AS_BOOKED, CANCELLED, AS_BOOKED],
    [
      ['manager', 'summary', 2, 'superseded'],
      ['manager', 'summary', 3, 'superseded'],
    ],
    ['Boatsetter XHQGMDH: new booking'],
  ],
];

describe('mails that are late', () => {
  it.each(MATRIX)('say of %s', async (_, heard, [first, ...later], late, expected) => {
    await releaseAll(first!);
    for (const [recipient, kind, revision, outcome] of heard)
      expect(await sender.run(recipient, kind, revision)).toBe(outcome);
    await releaseAll(first!, ...later);
    for (const [recipient, kind, revision, outcome] of late)
      expect(await sender.run(recipient, kind, revision), `${kind} ${revision}`).toBe(outcome);
    expect(subjects()).toEqual(expected);
    for (const { text } of sender.sent.slice(heard.length)) expect(text).not.toContain('→ none');
  });

  it('say every change from what the reader knew to what holds', async () => {
    await releaseAll(AS_BOOKED);
    await sender.run('john', 'assigned');
    await sender.run('manager', 'summary');
    const between = { ...moved, notes: 'Bring hats', guest: { firstName: 'Alex', count: 7 } };
    const now = {
      start: '2027-06-06T10:00',
      end: '2027-06-06T14:00',
      zone: 'America/Denver',
      vessel: { key: 'luna', name: 'Luna' },
      berth: { name: 'Dock F', map: 'https://maps.example.test/?q=f' },
      guest: { firstName: 'Sam', count: 7 },
      crew: [{ ...john, role: 'skipper', hours: 6 }, openSkipper],
      notes: 'Bring hats',
    };
    await releaseAll(AS_BOOKED, is(between), { ...is(now), pay: { john: 20_000 } });
    expect(await sender.run('john', 'changed', 3)).toBe('sent');
    expect(await sender.run('manager', 'summary', 3)).toBe('sent');
    expect(changesIn(sender.sent[2]!.text)).toEqual([
      '- Start: Sunday, May 30, 2027, 9:00 AM PDT → Sunday, June 6, 2027, 10:00 AM MDT',
      '- End: Sunday, May 30, 2027, 12:00 PM PDT → Sunday, June 6, 2027, 2:00 PM MDT',
      '- Time zone: America/Los_Angeles → America/Denver',
      '- Hours: 5 hours → 6 hours',
      '- Vessel: JADA → Luna',
      '- Berth: Harbor Island West Marina, dock C → Dock F',
      '- Guest: Alex → Sam',
      '- Guests: 6 → 7',
      '- Your role: deckhand → skipper',
      '- Notes: Bring <ice> & towels → Bring hats',
      '- Your pay: $76,543.21 → $200.00',
    ]);
    expect(changesIn(sender.sent[3]!.text)).toContain('- Berth: Harbor Island West Marina, dock C → Dock F');
    expect(sender.sent[3]!.text).toContain('- Notes for the crew: Bring <ice> & towels → Bring hats');
  });

  it('never speak of pay that went up and down again', async () => {
    await releaseAll(AS_BOOKED);
    await sender.run('john', 'assigned');
    await releaseAll(AS_BOOKED, { pay: { john: 20_000 } }, AS_BOOKED);
    expect(await sender.run('john', 'changed', 3)).toBe('superseded');
  });
});

describe('a person who had a place and may apply for one', () => {
  it('is told both, without the pay of the one they lost', async () => {
    await releaseAll({ pay: { john: 11_111 } });
    await sender.run('john', 'assigned');
    await releaseAll({ pay: { john: 11_111 } }, is({ crew: [open, openSkipper] }));
    expect(await sender.run('john', 'unassigned', 2)).toBe('sent');
    const { text, html } = sender.sent[1]!;
    for (const part of [text, html]) {
      expect(part).toContain('It needs a deckhand, though: the first to accept has the place.');
      expect(part).toContain('https://crew.example.test/crew/enter?t=');
      expect(part).not.toMatch(/111\.11|you are not needed/);
    }
  });
});

describe('an intent that waits for no release', () => {
  const create = (occasion: string) =>
    scc.notifications.create({
      notification: { eventId: sender.eventId, recipient: 'john', kind: 'assigned', occasion, changes: [] },
      bookingKey: 'phone-x',
      revision: 1,
      gate: 'none',
      createdAt: NOW.toISOString(),
      expiresAt: '2028-01-01T00:00:00Z',
    });

  it('is sent of what was last released, and neither replaces nor is replaced', async () => {
    await sender.put();
    await create('entry-7');
    expect(await sender.run('john', 'assigned', 'entry-7')).toBe('waiting');
    await sender.tell(1);
    await releaseAll(AS_BOOKED, is(moved));
    expect(await sender.run('john', 'assigned', 'entry-7')).toBe('sent');
    expect(sender.sent[0]!.subject).toContain('Sat Jun 5, 10:00 AM');
    expect(await sender.run('john', 'changed', 2)).toBe('sent');
  });
});
