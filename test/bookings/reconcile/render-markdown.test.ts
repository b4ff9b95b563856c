import { describe, expect, it } from 'vitest';
import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import { resolveBooking } from '#bookings/model/booking.ts';
import { bookingFileSchema } from '#bookings/model/booking-file.ts';
import { differences, type Difference } from '#bookings/model/differences.ts';
import { ARTEFACTS, toViews, type Artefact } from '#bookings/model/views.ts';
import type { Refusal } from '#bookings/reconcile/guard.ts';
import { load } from '#bookings/reconcile/load.ts';
import type { BookingPlan, Plan } from '#bookings/reconcile/plan.ts';
import type { Action } from '#bookings/reconcile/states.ts';
import { MARKER, renderMarkdown } from '#bookings/reconcile/render-markdown.ts';
import { renderJson, renderTerminal, type ShownPlan } from '#bookings/reconcile/render-plan.ts';
import { sourceOf, xhqgmdh } from '#test/fixtures/bookings.ts';
import { createMemoryWorld } from './memory-world.ts';

const { reference } = load(sourceOf());

/** The views of a booking in which every field that can be there is there. */
function fullViews(changes: Partial<BookingFileInput> = {}) {
  const file = bookingFileSchema.parse({
    ...xhqgmdh(),
    notes: { guest: 'Hats', crew: 'Helm', internal: 'Paid' },
    rebookedFrom: 'getmyboat-k7m2p4',
    amendments: [
      { at: '2026-12-01T12:00:00Z', field: 'start', from: '2027-05-29T09:00', to: '2027-05-30T09:00' },
    ],
    ...changes,
  });
  const booking = resolveBooking('a file', file, reference);
  if (!booking.ok) throw new Error('the fixture is not valid');
  return toViews(booking.value);
}

const CANARY = 'Canary';

/** Another value in the place of every leaf: a text of its own for texts, a number of its own for numbers. */
function withCanaries(value: unknown, next: () => number): unknown {
  if (Array.isArray(value)) return value.map((item) => withCanaries(item, next));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withCanaries(each, next)]));
  return typeof value === 'number' ? 770_000 + next() : `${CANARY}${next()}`;
}

function canaryOf<T>(value: T): T {
  let count = 0;
  return withCanaries(value, () => (count += 1)) as T;
}

const planOf = (changes: BookingPlan['changes'], more: Partial<BookingPlan> = {}): Plan => ({
  site: [],
  restoredSite: [],
  bookings: [
    {
      bookingKey: 'boatsetter-xhqgmdh',
      label: 'XHQGMDH · JADA · 2027-05-30T09:00',
      revision: 2,
      target: 't',
      cancels: false,
      over: false,
      changes,
      tells: [],
      inDoubt: false,
      warnings: [],
      ...more,
    },
  ],
  missing: [],
  conflicts: [],
  identityChanges: [],
  unanswered: [],
  checksum: 'c0ffee',
});
const update = (artefact: Artefact, fields: readonly Difference[], action: Action = 'update') => [
  { artefact, action, fields },
];
const decoded = (text: string) =>
  text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
/** Without its checksum, in which any digits may be. */
const comment = (plan: ShownPlan, refusals: readonly Refusal[] = []) =>
  decoded(renderMarkdown(plan, refusals)).replace(/[\da-f]{64}/, '');

/** What of a text planted anywhere comes through. */
const canariesIn = (text: string) => text.match(/Canary\d+|77\d{4}/g) ?? [];

/** The fields of each view whose values may be seen, when they are text or numbers. Times, statuses, languages and keys have a form of their own. */
const OPEN: Readonly<Record<Artefact, readonly string[]>> = {
  page: ['guest.count', 'hours', 'vessel.name', 'berth.name'],
  calendar: ['hours', 'vessel'],
  event: ['view.guest.count', 'view.hours', 'view.vessel.name', 'view.berth.name'],
  card: [],
  summary: ['guest.count', 'hours', 'vessel', 'berth'],
};

describe('the comment on a pull request', () => {
  it.each(ARTEFACTS)('shows of a changed %s no value but those that are listed', (artefact) => {
    const view = fullViews()[artefact];
    for (const [from, to] of [
      [view, canaryOf(view)],
      [canaryOf(view), view],
    ] as const)
      for (const field of differences(from, to)) {
        const shown = canariesIn(comment(planOf(update(artefact, [field]))));
        expect([field.path, shown.length > 0]).toEqual([field.path, OPEN[artefact].includes(field.path)]);
      }
  });

  it.each(ARTEFACTS)(
    'shows nothing of a field that somebody adds to the %s, until it is listed',
    (artefact) => {
      const view = { ...fullViews()[artefact], shoeSize: undefined };
      const fields = differences(view, { ...view, shoeSize: `${CANARY}1` });
      const text = comment(planOf(update(artefact, fields)));
      expect(canariesIn(text)).toEqual([]);
      expect(text).not.toContain('shoeSize');
      expect(text).toContain(artefact === 'card' ? 'card changes' : `update ${artefact}: details`);
    },
  );

  it.each(['constructor', '__proto__', 'toString'])('takes a field called %s for none of its own', (path) => {
    const text = comment(planOf(update('page', [{ path, from: `${CANARY}1`, to: `${CANARY}2` }])));
    expect(text).toContain('| update page: details |');
    expect(canariesIn(text)).toEqual([]);
  });

  it('shows nothing of a listed field that is not of its form any more', () => {
    const odd = { from: { secret: `${CANARY}1` }, to: [`${CANARY}2`] };
    for (const path of [
      'start',
      'status',
      'hours',
      'vessel',
      'berth',
      'crew',
      'guest.count',
      'guest.language',
    ]) {
      expect(canariesIn(comment(planOf(update('summary', [{ path, ...odd }]))))).toEqual([]);
      const text = comment(planOf(update('summary', [{ path, from: `${CANARY}1`.repeat(30), to: null }])));
      expect(canariesIn(text)).toEqual([]);
    }
  });

  it('shows times, status, vessel, berth, number of guests, language, and who is on board by key', () => {
    const before = fullViews();
    const after = fullViews({
      start: '2027-05-31T10:00',
      hours: 4,
      guest: { name: 'Alex Morgan', count: 7, language: 'es' },
      crew: [
        { member: 'ana', role: 'deckhand', hours: 5 },
        { member: 'jane', role: 'deckhand', hours: 6 },
        { member: 'mike', role: 'captain', hours: 3 },
      ],
    });
    const changes = ARTEFACTS.map((artefact) => ({
      artefact,
      action: 'update' as const,
      fields: differences(before[artefact], after[artefact]),
    }));
    const text = comment(planOf(changes)).replace(/<\/?code>/g, '');
    expect(text).toContain(
      'update summary: crew −john (deckhand, 5 h) −jane (deckhand, 5 h) +ana (deckhand, 5 h) +jane (deckhand, 6 h); end 2027-05-30T12:00 → 2027-05-31T14:00; guests 6 → 7; language en → es; hours 3 → 4; start 2027-05-30T09:00 → 2027-05-31T10:00',
    );
    expect(text).toContain('update page: end 2027-05-30T12:00 → 2027-05-31T14:00');
    // The calendar has names of the crew and no keys.
    expect(text).toMatch(/update calendar: crew; end 2027/);
    expect(text).toContain('card changes');
    expect(text).not.toMatch(/John|Jane|Ana|Alex|pay/);
  });

  it('says of a card, whatever becomes of it, that it changes', () => {
    for (const action of ['create', 'update', 'cancel'] as const) {
      const text = comment(planOf(update('card', [{ path: 'gross', from: 77_0001, to: 77_0002 }], action)));
      expect(text).toContain('| card changes |');
      expect(text).not.toMatch(/gross|770/);
    }
  });

  it('says who is told what kind of thing about which fields, by key, and no value', () => {
    const tell = { eventId: 'e', occasion: '2', position: 'john' };
    const changes = ['start', 'pay', 'notes', 'guest.firstName', 'shoeSize'].map((path) => ({
      path,
      from: `${CANARY}1`,
      to: `${CANARY}2`,
    }));
    const text = comment(
      planOf([], {
        tells: [
          { ...tell, recipient: 'john', kind: 'changed', changes },
          { ...tell, recipient: 'canary1@example.com', kind: 'assigned', changes: [] },
          { ...tell, recipient: 'manager', kind: 'summary', changes: [] },
        ],
      }),
    );
    expect(text).toContain('<code>john</code>: changed (start, details, notes)');
    expect(text).toContain('somebody: assigned<br><code>manager</code>: summary |');
    expect(canariesIn(text)).toEqual([]);
    expect(text).not.toMatch(/pay|@/);
  });

  it('quotes no warning: one that names the command to record a note holds the note', async () => {
    const world = createMemoryWorld();
    await world.apply([{ ...xhqgmdh(), notes: { guest: `${CANARY}1` } }]);
    const plan = await world.plan({ ...xhqgmdh(), notes: { guest: `${CANARY}2` } });
    expect(JSON.stringify(plan.bookings[0]!.warnings)).toContain(`${CANARY}1`);
    const text = comment(plan);
    expect(text).toContain('notes changed without an amendment');
    expect(canariesIn(text)).toEqual([]);
    const other = planOf(update('page', []), { warnings: [`${CANARY}3 is odd`] });
    expect(comment(other)).toContain('a warning, in the full plan');
    expect(canariesIn(comment(other))).toEqual([]);
  });

  it('says what is refused by rule and keys, with the trailer that lets it through, and not in the words of the refusal', () => {
    const plan: Plan = {
      ...planOf(update('page', [])),
      conflicts: [
        {
          rule: 'crew-rest',
          bookingKeys: ['boatsetter-xhqgmdh', 'phone-p2611'],
          message: `${CANARY}1 has 20 minutes`,
          remedy: `${CANARY}2`,
        },
        { rule: 'too-few-crew', bookingKeys: ['phone-other'], message: `${CANARY}3`, remedy: '' },
      ],
    };
    const refusal = { message: `${CANARY}4`, bookingKeys: ['boatsetter-xhqgmdh'] };
    const text = comment(plan, [
      { ...refusal, rule: 'cancel', override: 'cancel:4' },
      { ...refusal, rule: 'missing', bookingKeys: ['phone-p2611', `${CANARY}5 <b>`], override: null },
      { ...refusal, rule: 'conflict', bookingKeys: ['boatsetter-xhqgmdh', 'phone-p2611'], override: null },
    ]);
    expect(canariesIn(text)).toEqual([]);
    expect(text).toMatch(/refused \(cancel\): <code>boatsetter-xhqgmdh<\/code>: .*`Bosun-Allow: cancel:4`/);
    expect(text).toContain('<code>phone-p2611</code>, a booking: the file is gone');
    expect(text).toContain('<code>phone-p2611</code>: somebody has too little rest between the two.');
    // Refused is nothing of it: a conflict of bookings that stay as they are.
    expect(text).toContain('conflict: <code>phone-other</code>: less crew than the vessel needs');
  });

  it('says what is put back, and what could not be compared, without the reason that was given', () => {
    const fields = [{ path: 'summary', from: `${CANARY}1`, to: `${CANARY}2` }];
    const text = comment({
      ...planOf([
        { artefact: 'page', action: 'restore', found: 'missing', fields: [] },
        { artefact: 'calendar', action: 'restore', found: 'changed', fields },
      ]),
      unanswered: [{ artefact: 'card', bookingKeys: ['phone-p2611'], reason: `${CANARY}3` }],
    });
    expect(text).toContain('| restore page<br>restore calendar: details |');
    expect(text).toContain('could not be compared: card of <code>phone-p2611</code>');
    expect(canariesIn(text)).toEqual([]);
  });

  it('says first that a commit was applied which the checkout does not include, as every form of the plan does', () => {
    const commit = 'c0ffee'.repeat(7).slice(0, 40);
    const plan = planOf(update('page', []));
    const words =
      'which was applied already: what that commit brought looks here as if it were changed back.';
    const text = comment({ ...plan, behind: commit });
    expect(text.split('\n').slice(0, 4)).toEqual([
      MARKER,
      '## Bookings plan',
      '',
      expect.stringContaining(`not include commit <code>c0ffeec0ffee</code>, ${words}`) as string,
    ]);
    expect(text.replace(/^⛔.*\n\n/m, '')).toBe(comment(plan));
    expect(canariesIn(comment({ ...plan, behind: `${CANARY}1` }))).toEqual([]);
    expect(renderTerminal({ ...plan, behind: commit }, [])).toMatch(
      new RegExp(`^! This checkout does not include commit ${commit}, ${words}`),
    );
    const nothing = renderTerminal({ ...plan, bookings: [], behind: commit }, []);
    expect(nothing).toMatch(/^! This checkout.*\n\nNothing to do\./);
    expect(JSON.parse(renderJson({ ...plan, behind: commit }, []))).toMatchObject({ behind: commit });
  });

  it('begins with the line that it is found by, also when there is nothing to do', async () => {
    const world = createMemoryWorld();
    expect(comment(await world.plan(xhqgmdh())).split('\n')[0]).toBe(MARKER);
    await world.apply([xhqgmdh()]);
    const text = comment(await world.plan(xhqgmdh()));
    expect(text.split('\n')[0]).toBe(MARKER);
    expect(text).toContain('Nothing to do');
  });

  it('shows nothing of a whole world but what is listed, from the first apply to the last', async () => {
    const world = createMemoryWorld();
    const secret = (number: number): Partial<BookingFileInput> => ({
      gross: `77${number}.00`,
      guest: { name: `${CANARY}1${number} Guest`, count: 6, language: 'en' },
      notes: { guest: `${CANARY}2${number}`, crew: `${CANARY}3${number}`, internal: `${CANARY}4${number}` },
      amendments: [
        {
          at: '2026-12-01T12:00:00Z',
          field: 'start',
          from: `${CANARY}5${number}`,
          to: '2027-05-30T09:00',
          reason: `${CANARY}6${number}`,
        },
      ],
    });
    const first = { ...xhqgmdh(), ...secret(1) };
    const second = { ...xhqgmdh(), ...secret(2), start: '2027-06-01T09:00' };
    const texts = [comment(await world.plan(first))];
    await world.apply([first]);
    texts.push(comment(await world.plan(second)));
    await world.apply([second]);
    texts.push(comment(await world.plan({ ...second, status: 'cancelled' })));
    for (const text of texts) {
      expect(canariesIn(text)).toEqual([]);
      expect(text).not.toMatch(/Guest|77[12]|\d+\.\d\d/);
    }
    expect(texts[1]).toContain('update page');
  });
});
