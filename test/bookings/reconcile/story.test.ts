import { describe, expect, it } from 'vitest';
import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import type { BookingRecord } from '#bookings/reconcile/ledger.ts';
import type { FileCommit, SentMail, StoryFacts } from '#bookings/reconcile/story-facts.ts';
import { tellStory } from '#bookings/reconcile/story.ts';
import { renderStory } from '#scripts/booking/render-story.ts';
import { plainInk } from '#bookings/reconcile/render-plan.ts';
import { xhqgmdh } from '#test/fixtures/bookings.ts';
import { createMemoryWorld } from './memory-world.ts';

const KEY = 'boatsetter-xhqgmdh';
const file = (changes: Partial<BookingFileInput> = {}) => ({ ...xhqgmdh(), ...changes });

const commit = (before: unknown, after: unknown, more: Partial<FileCommit> = {}): FileCommit => ({
  commit: '0123456789abcdef',
  author: 'Jo',
  at: '2026-11-21T02:03:00.000Z',
  subject: 'A change',
  before,
  after,
  ...more,
});
const mail = (more: Partial<SentMail> = {}): SentMail => ({
  recipient: 'john',
  kind: 'assigned',
  revision: 1,
  state: 'sent',
  createdAt: '2026-11-21T20:00:00.000Z',
  sentAt: '2026-11-21T20:00:05.000Z',
  evidenceAt: null,
  delivery: 'delivered',
  reason: null,
  attempts: 0,
  nextAttemptAt: null,
  ...more,
});
const tell = (facts: Partial<StoryFacts> = {}) =>
  tellStory({
    bookingKey: KEY,
    zone: 'America/Los_Angeles',
    file: file(),
    forgotten: null,
    notAsked: [],
    ...facts,
  });
const changesOf = (before: unknown, after: unknown) =>
  tell({ commits: [commit(before, after)] }).happened[0]!.details;

/** What the ledger says after these applies. */
async function recordAfter(...files: BookingFileInput[]): Promise<BookingRecord> {
  const world = createMemoryWorld();
  for (const one of files) await world.apply([one]);
  return (await world.ledger.readBookings([KEY])).get(KEY)!;
}

describe('the story of a booking', () => {
  it('has everything in the order of time, in the times of the vessel', async () => {
    const amended = file({
      start: '2027-05-31T09:00',
      amendments: [
        {
          at: '2026-11-20T12:00:00-08:00',
          field: 'start',
          from: '2027-05-30T09:00',
          to: '2027-05-31T09:00',
          reason: 'storm',
        },
      ],
    });
    const story = tell({
      file: amended,
      commits: [
        commit(null, file(), { subject: 'Alex books' }),
        commit(file(), amended, { author: 'Ana', at: '2026-11-22T02:03:00.000Z', subject: 'Storm' }),
      ],
      record: await recordAfter(file()),
      page: 'https://queenofsandiego.com/g/xhqgmdh',
      mails: [mail()],
    });
    expect(renderStory(story, plainInk)).toBe(
      `boatsetter-xhqgmdh (times of America/Los_Angeles)
  2026-11-20 12:00  § agreed: start 2027-05-30T09:00 → 2027-05-31T09:00
                      because: storm
  2026-11-20 18:03  ● Jo committed 0123456789ab: Alex books
                      the file is new: confirmed, 2027-05-30T09:00, 3 h, jada
  2026-11-21 04:00  ✓ applied: page, calendar, event, card, summary
                      page of revision 1: https://queenofsandiego.com/g/xhqgmdh
                      calendar of revision 1: ${remote(story, 'calendar')}
                      event of revision 1: ${remote(story, 'event')}
                      card of revision 1: boatsetter-xhqgmdh
                      summary of revision 1: ${remote(story, 'event')}
  2026-11-21 12:00  ✉ to tell john: assigned (revision 1)
                      sent 2026-11-21 12:00, delivered
  2026-11-21 18:03  ● Ana committed 0123456789ab: Storm
                      start 2027-05-30T09:00 → 2027-05-31T09:00

Now
  revision 1 completed, by run run-1 of commit commit-1
`,
    );
  });

  const remote = ({ happened }: ReturnType<typeof tell>, artefact: string) =>
    happened
      .flatMap(({ details }) => details)
      .find((line) => line.startsWith(`${artefact} of`))!
      .split(': ')[1]!;

  it('says of each commit what changed in the file, from and to', () => {
    const crew = [...xhqgmdh().crew!.slice(1), { role: 'deckhand', hours: 5 }];
    expect(
      changesOf(
        file(),
        file({ status: 'cancelled', hours: 2.5, guest: { name: 'Sam', count: 6, language: 'es' }, crew }),
      ),
    ).toEqual([
      'crew −john (deckhand, 5 h) +open (deckhand, 5 h)',
      'guest.language en → es',
      'guest.name Alex Morgan → Sam',
      'hours 3 → 2.5',
      'status confirmed → cancelled',
    ]);
    expect(changesOf(file(), file({ crew: file().crew!.toReversed() }))).toEqual(['crew in another order']);
    expect(changesOf(file(), null)).toEqual(['the file is deleted']);
    expect(changesOf(file(), undefined)).toEqual(['the file is not readable as JSON']);
    expect(changesOf(file(), file({ $schema: 'x' }))).toEqual([
      'nothing that matters: form, or what an amendment records',
    ]);
  });

  it('says of money that the card changes, and of contacts nothing', async () => {
    const crew = file().crew!.map((entry) => ({ ...entry, rate: '77.10' }));
    const secret = 'call +1 619 555 0142 or alex@example.com';
    const story = tell({
      file: file({
        amendments: [
          { at: '2026-11-20T12:00:00Z', field: 'gross', from: '77.20', to: '77.30', reason: secret },
        ],
      }),
      commits: [
        commit(file({ gross: '77.40' }), file({ gross: '77.50' }), {
          author: 'jo@example.com',
          subject: secret,
        }),
        commit(file(), file({ crew })),
        commit(file({ notes: { guest: secret } }), file({ notes: { guest: 'Hats' } })),
        // A file that was never valid.
        commit({ ...file(), crew: { rate: '77.60' }, gross: { cents: '77.70' } }, file()),
      ],
      mails: [mail({ state: 'pending', reason: `${secret} is unknown` })],
      record: {
        ...(await recordAfter(file())),
        failures: { page: { attempts: 2, error: `no answer to ${secret}` } },
      },
      pending: {
        plan: (await planOf(file({ gross: '77.80' }), file({ gross: '77.90', crew }))).bookings[0]!,
        refusals: [],
        conflicts: [secret],
      },
      forgotten: secret,
      notAsked: [{ what: 'git', why: secret }],
    });
    const text = renderStory(story, plainInk) + JSON.stringify(story);
    expect(text).not.toMatch(/77\.\d|619|@|gross|rate|net\b|pay\b/);
    expect(story.happened.filter(({ details }) => details.includes('card changes'))).toHaveLength(3);
    expect(story.happened[0]!.title).toBe('agreed: card changes');
    expect(text).toContain('(not shown: it holds an e-mail address)');
    expect(text).toContain('page failed 2×: no answer to call (number) or (address)');
    expect(story.pending).toContain('card changes');
  });

  const planOf = async (before: BookingFileInput, after: BookingFileInput) => {
    const world = createMemoryWorld();
    await world.apply([before]);
    return world.plan(after);
  };

  it.each<[Partial<SentMail>, string]>([
    [{}, 'sent 2026-11-21 12:00, delivered'],
    [{ delivery: null }, 'sent 2026-11-21 12:00, no news of its delivery'],
    [
      { sentAt: null, evidenceAt: '2026-11-21T20:01:00Z', delivery: 'bounced', reason: 'Permanent, General' },
      'sent 2026-11-21 12:01, bounced (Permanent, General)',
    ],
    [{ state: 'pending' }, 'waits to be sent'],
    [
      { state: 'pending', attempts: 2, nextAttemptAt: '2026-11-21T21:00:00Z', reason: 'no address' },
      'waits to be sent, postponed 2×, again 2026-11-21 13:00 (no address)',
    ],
    [{ state: 'claimed' }, 'being sent, or in doubt until the mail service says that it was'],
    [{ state: 'superseded', reason: 'later news' }, 'superseded: no mail (later news)'],
    [{ state: 'expired' }, 'expired: no mail'],
    [{ state: 'failed', reason: 'given up' }, 'failed: no mail (given up)'],
  ])('says what became of a mail: %j', (more, fate) => {
    expect(tell({ mails: [mail(more)] }).happened[0]!.details).toEqual([fate]);
  });

  it('says what failed, what is in doubt and who is applying', async () => {
    const world = createMemoryWorld();
    await world.apply([file()]);
    const board = { ensure: () => Promise.reject(new Error('the board is away')) };
    await world.apply([file({ gross: '900.00' })], {
      tamper: (ports) => ({ ...ports, board: { ...ports.board, ...board } }),
    });
    const record = (await world.ledger.readBookings([KEY])).get(KEY)!;
    const lease = { owner: 'run-9', expiresAt: '2026-11-21T20:15:00Z' };
    expect(tell({ record, lease }).now).toEqual([
      'revision 2 not completed, by run run-2 of commit commit-2',
      'card is in doubt: revision 2 was begun and not confirmed',
      'card failed 1×: the board is away',
      'run-9 is applying, and holds the lease until 2026-11-21 12:15',
    ]);
    expect(tell({ record: null, lease: null }).now).toEqual([
      'the ledger does not know it: it was never applied',
    ]);
  });

  it('says what the next apply would do, whom it would tell, and why it would not', async () => {
    const plan = await planOf(file(), file({ start: '2027-05-31T09:00', gross: '900.00' }));
    const refusals = [
      { rule: 'over', bookingKeys: [KEY], message: 'the charter is over', override: 'over:1' },
    ] as const;
    const { pending } = tell({ pending: { plan: plan.bookings[0]!, refusals, conflicts: [] } });
    expect(pending).toEqual([
      'update page (end, start)',
      'update calendar (end, start)',
      'update event (end, start)',
      'card changes',
      'update summary (end, start)',
      'will tell jane: changed (end, start)',
      'will tell john: changed (end, start)',
      'will tell mike: changed (end, start)',
      'will tell manager: summary (end, start)',
      expect.stringContaining('start changed without an amendment'),
      'refused (over): the charter is over',
    ]);
    expect(tell({ pending: { plan: null, refusals: [], conflicts: [] } }).pending).toEqual([
      'nothing: everything is as the files say',
    ]);
  });

  it('tells of a booking whose file is deleted, with what was agreed in it, and why it is forgotten', () => {
    const last = file({ amendments: [{ at: '2026-11-20T12:00:00Z', field: 'hours', from: 2, to: 3 }] });
    const story = tell({
      file: null,
      commits: [commit(null, last), commit(last, null, { at: '2026-11-23T00:00:00.000Z' })],
      forgotten: 'entered twice',
    });
    expect(story.happened.map(({ title }) => title)).toContain('agreed: hours 2 → 3');
    expect(story.now).toEqual(['its file is gone', 'forgotten on purpose: entered twice']);
  });

  it('says what is not committed yet', () => {
    const commits = [commit(null, file())];
    expect(tell({ commits, committed: file({ hours: 4 }) }).now).toEqual(['not committed yet: hours 4 → 3']);
    expect(tell({ commits: [], committed: null }).now).toEqual([
      'not committed yet: the file is new: confirmed, 2027-05-30T09:00, 3 h, jada',
    ]);
    expect(tell({ file: null, commits, committed: file() }).now).toEqual([
      'its file is gone',
      'not committed yet: the file is deleted',
    ]);
    expect(tell({ commits }).now).toEqual([]);
  });

  it('lets nothing act on the terminal, whatever a commit, a file or an error says', () => {
    const evil = 'x\u001B[2J\n  ✓ applied: everything\u202E';
    const story = tell({
      commits: [
        commit(file(), file({ guest: { name: evil, count: 6 }, vessel: evil }), {
          author: evil,
          subject: evil,
        }),
      ],
      file: file({
        amendments: [{ at: '2026-11-20T12:00:00Z', field: evil, from: evil, to: evil, reason: evil }],
      }),
      mails: [mail({ recipient: evil, reason: evil })],
      notAsked: [{ what: evil, why: evil }],
      forgotten: evil,
    });
    const lines = renderStory(story, plainInk).split('\n');
    for (const character of ['\u001B', '\u202E']) expect(lines.join('')).not.toContain(character);
    expect(lines.filter((line) => line.startsWith('  ✓'))).toEqual([]);
  });

  it('takes what is no amendment for none', () => {
    const amendments = [null, 'x', { at: 'soon', field: 'start' }, { at: '2026-11-20T12:00:00Z' }] as never;
    expect(tell({ file: file({ amendments }) }).happened).toEqual([]);
    expect(tell({ file: file({ amendments: 'none' as never }) }).happened).toEqual([]);
  });
});
