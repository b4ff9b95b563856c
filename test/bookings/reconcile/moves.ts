import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import type { Instant } from '#bookings/model/time.ts';
import type { Source } from '#bookings/reconcile/load.ts';
import { MEANT, sourceOf } from '#test/fixtures/bookings.ts';

/** A step in the life of a booking: the commit before, the commit, and of which booking the table says what follows. */
export interface Move {
  readonly before: Source;
  readonly after: Source;
  /** Booking key; the first booking's unless told otherwise. */
  readonly of: string;
  /** When the second commit is applied; the charter is months away unless told otherwise. */
  readonly at?: Instant;
  /** Commits before the first one. */
  readonly history?: readonly Source[];
}

const KEY = 'boatsetter-life1';
const OTHER = 'phone-life2';
const OVER = '2027-06-02T12:00:00Z';

/** The booking that most moves begin with: John and Mike are on board, a second deckhand is wanted, Ana and Jane are invited. */
const booking = (changes: Partial<BookingFileInput> = {}): BookingFileInput => ({
  platform: 'boatsetter',
  id: 'LIFE1',
  pageId: 'lifepage1',
  status: 'confirmed',
  bookedAt: '2026-11-20T18:03:00-08:00',
  vessel: 'jada',
  start: '2027-05-30T09:00',
  hours: 3,
  guest: { name: 'Alex Morgan', count: 6 },
  gross: '840.75',
  crew: CREW,
  exceptions: MEANT,
  ...changes,
});

const JOHN = { member: 'john', role: 'deckhand', hours: 5 };
const MIKE = { member: 'mike', role: 'captain', hours: 3 };
const OPEN = { role: 'deckhand', hours: 5 };
const CREW = [JOHN, MIKE, OPEN];

const rebooked = (): BookingFileInput =>
  booking({
    platform: 'phone',
    id: 'LIFE2',
    pageId: 'lifepage2',
    start: '2027-06-05T09:00',
    rebookedFrom: KEY,
  });

const files = sourceOf;
const one = (changes: Partial<BookingFileInput> = {}): Source => files(booking(changes));

/** A file that is called as the booking was before. */
const misnamed = (content: BookingFileInput): Source => ({
  ...one(),
  bookings: [{ path: `bookings/data/${KEY}.json`, text: JSON.stringify(content) }],
});

/** A set with other reference data in place of some. */
const withReference = (source: Source, name: string, change: (content: never) => unknown): Source => ({
  ...source,
  reference: source.reference.map((file) =>
    file.path === `bookings/reference/${name}.json`
      ? { ...file, text: JSON.stringify(change(JSON.parse(file.text) as never)) }
      : file,
  ),
});

/** With a second vessel, that a charter can move to. */
const twoVessels = (source: Source): Source =>
  withReference(source, 'fleet', ({ vessels }: { vessels: Record<string, object> }) => ({
    vessels: { ...vessels, luna: { ...vessels['jada'], name: 'LUNA' } },
  }));

const forgetting = (source: Source): Source =>
  withReference(source, 'forgotten', () => ({ [KEY]: 'applied by mistake, and entered anew by hand' }));

const changed = (changes: Partial<BookingFileInput>): Move => ({
  before: one(),
  after: one(changes),
  of: KEY,
});
const from = (before: Source, after: Source, more: Partial<Move> = {}): Move => ({
  before,
  after,
  of: KEY,
  ...more,
});
const crewed = (...crew: NonNullable<BookingFileInput['crew']>): Move => changed({ crew });

const NOTHING = files();
const CANCELLED = one({ status: 'cancelled' });
const PENDING = one({ status: 'pending' });
const twoAtOnce = (exceptions: BookingFileInput['exceptions']): Source =>
  files(booking({ exceptions: [] }), {
    ...rebooked(),
    start: '2027-05-30T09:00',
    rebookedFrom: undefined,
    exceptions,
  });
const AMENDMENT = { at: '2026-12-01T12:00:00Z', from: 5, reason: 'one more cousin' };

/** By the words of `docs/life-cycle.md`; a row of its tables for each. */
export const MOVES: Readonly<Record<string, Move>> = {
  'new file, `confirmed`': from(NOTHING, one()),
  'new file, `pending`': from(NOTHING, PENDING),
  'new file, `cancelled`': from(NOTHING, CANCELLED),
  'new file, the charter is over': from(NOTHING, one(), { at: OVER }),

  '`confirmed` → `cancelled`': from(one(), CANCELLED),
  '`cancelled` → `confirmed`': from(CANCELLED, one(), { history: [one()] }),
  '`cancelled` → `pending`': from(CANCELLED, PENDING, { history: [one()] }),
  '`confirmed` → `pending` (on hold)': from(one(), PENDING),
  'on hold → `confirmed`': from(PENDING, one(), { history: [one()] }),
  'on hold → `cancelled`': from(PENDING, CANCELLED, { history: [one()] }),
  '`pending` → `confirmed`': from(PENDING, one()),
  '`pending` → `cancelled`': from(PENDING, CANCELLED),
  '`cancelled` → `confirmed`, never confirmed before': from(CANCELLED, one()),

  '`pending`: `start`, or any other field': from(
    PENDING,
    one({ status: 'pending', start: '2027-05-31T09:00' }),
  ),
  'on hold: `start`': from(PENDING, one({ status: 'pending', start: '2027-05-31T09:00' }), {
    history: [one()],
  }),
  '`cancelled`: `start`': from(CANCELLED, one({ status: 'cancelled', start: '2027-05-31T09:00' }), {
    history: [one()],
  }),

  '`$schema`': changed({ $schema: '../booking.schema.json' }),
  '`platform`, and the name of the file': from(one(), files(booking({ platform: 'phone' }))),
  '`id`, and the name of the file': from(one(), files(booking({ id: 'LIFE9' }))),
  '`id`, and not the name of the file': from(one(), misnamed(booking({ id: 'LIFE9' }))),
  '`id`, in another letter case': changed({ id: 'life1' }),
  '`pageId`': changed({ pageId: 'lifepage9' }),
  '`bookedAt`': changed({ bookedAt: '2026-11-20T18:04:00-08:00' }),
  '`vessel`': from(twoVessels(one()), twoVessels(one({ vessel: 'luna' }))),
  '`start`': changed({ start: '2027-05-31T09:00' }),
  '`hours`': changed({ hours: 4 }),
  '`guest.name`, the first word too': changed({ guest: { name: 'Sam Morgan', count: 6 } }),
  '`guest.name`, not its first word': changed({ guest: { name: 'Alex Moran', count: 6 } }),
  '`guest.count`': changed({ guest: { name: 'Alex Morgan', count: 7 } }),
  '`guest.language`': changed({ guest: { name: 'Alex Morgan', count: 6, language: 'es' } }),
  '`gross`': changed({ gross: '900.00' }),
  '`crew[].member`: Jane for John': crewed({ ...JOHN, member: 'jane' }, MIKE, OPEN),
  '`crew[].member`: Ana gets the open position': crewed(JOHN, MIKE, { ...OPEN, member: 'ana' }),
  '`crew[].member`: John’s is opened': crewed(OPEN, MIKE, OPEN),
  '`crew[].role`: the open one is for a captain': crewed(JOHN, MIKE, { ...OPEN, role: 'captain' }),
  '`crew[].hours`: John’s': crewed({ ...JOHN, hours: 6 }, MIKE, OPEN),
  '`crew[].rate`: John’s': crewed({ ...JOHN, rate: '30.00' }, MIKE, OPEN),
  '`crew`: Jane is added': crewed(...CREW, { ...JOHN, member: 'jane' }),
  '`crew`: John is removed': crewed(MIKE, OPEN),
  '`crew`: in another order': crewed(OPEN, MIKE, JOHN),
  '`notes.guest`': changed({ notes: { guest: 'Bring hats' } }),
  '`notes.crew`': changed({ notes: { crew: 'They want to steer' } }),
  '`notes.internal`': changed({ notes: { internal: 'Second payment is due' } }),
  '`amendments`, of what the guest sees': changed({
    guest: { name: 'Alex Morgan', count: 6 },
    amendments: [{ ...AMENDMENT, field: 'guest.count', to: 6 }],
  }),
  '`amendments`, of anything else': changed({ amendments: [{ ...AMENDMENT, field: 'gross', to: '840.75' }] }),
  '`rebookedFrom`': from(
    files(booking(), { ...rebooked(), rebookedFrom: undefined }),
    files(booking(), rebooked()),
    { of: OTHER },
  ),
  '`exceptions`, of no conflict': changed({ exceptions: [] }),
  'a second charter at the same time: the new one': from(one({ exceptions: [] }), twoAtOnce([]), {
    of: OTHER,
  }),
  '`exceptions`: their conflict is meant': from(twoAtOnce([]), twoAtOnce(MEANT), {
    of: OTHER,
    history: [one({ exceptions: [] })],
  }),

  'file deleted, `confirmed`': from(one(), NOTHING),
  'file deleted, `pending`': from(PENDING, NOTHING),
  'file deleted, after it was cancelled and applied': from(CANCELLED, NOTHING, { history: [one()] }),
  'file deleted, and named in `forgotten.json`': from(one(), forgetting(NOTHING)),
  'file back, with its name taken off `forgotten.json`': from(forgetting(NOTHING), one(), {
    history: [one()],
  }),
  'file back, `confirmed`, after it was cancelled and deleted': from(NOTHING, one(), {
    history: [one(), CANCELLED],
  }),
  'file back, still named in `forgotten.json`': from(forgetting(NOTHING), forgetting(one()), {
    history: [one()],
  }),
  're-booking: the booking that is replaced': from(
    one(),
    files(booking({ status: 'cancelled' }), rebooked()),
  ),
  're-booking: the new one, with `rebookedFrom`': from(
    one(),
    files(booking({ status: 'cancelled' }), rebooked()),
    { of: OTHER },
  ),

  're-booking: the file of the replaced one is deleted': from(
    files(booking({ status: 'cancelled' }), rebooked()),
    files(rebooked()),
    { history: [one()] },
  ),

  'over: `start`, or anything that calendar, event or summary show': from(
    one(),
    one({ start: '2027-05-30T08:00' }),
    { at: OVER },
  ),
  'over: `confirmed` → `cancelled`': from(one(), CANCELLED, { at: OVER }),
  'over: `gross`': from(one(), one({ gross: '900.00' }), { at: OVER }),
  'over: `crew[].rate`': from(one(), one({ crew: [{ ...JOHN, rate: '30.00' }, MIKE, OPEN] }), { at: OVER }),
  'over: file deleted': from(one(), NOTHING, { at: OVER }),
};
