import * as z from 'zod';
import { parseAmount } from './money.ts';
import { isZone } from './time.ts';

/** Money as written in files: a decimal string, `"840.75"`; integer cents inside. */
export const amountSchema = z
  .string()
  .meta({
    description: 'Decimal amount in the vessel’s currency',
    examples: ['840.75'],
    pattern: '^\\d{1,7}(\\.\\d{2})?$',
  })
  .transform((text, ctx) => {
    const cents = parseAmount(text);
    if (cents !== undefined) return cents;
    ctx.addIssue({
      code: 'custom',
      message: 'not an amount',
      params: {
        expected: 'an amount such as "840.75"',
        remedy: 'write digits, a point and two decimals, without sign or currency',
      },
    });
    return z.NEVER;
  });

const key = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'a key of a–z, 0–9 and -, such as "jada"');
const dateSchema = z.iso.date('a date such as "2026-01-01"');
/** `skipper`, `deckhand`: a job on board. */
export const roleSchema = key.meta({
  description: 'Job on board, a key of the rate card',
  examples: ['deckhand'],
});

/** The operator's own, which guests see; a guest's contacts are nowhere in git. */
const phoneSchema = z
  .string()
  .regex(/^\+[1-9][\d ]{5,18}\d$/, 'a phone number with its country, such as "+1 619 555 0142"');
const httpsSchema = (what: string) => z.url({ protocol: /^https$/, error: `a https link to ${what}` });

const vesselSchema = z.strictObject({
  name: z
    .string()
    .min(1)
    .meta({ description: 'As people know her', examples: ['JADA'] }),
  zone: z
    .string()
    .refine(isZone, 'an IANA time zone such as "America/Los_Angeles"')
    .meta({ description: 'IANA zone of the berth; all times of a booking are wall times in it' }),
  currency: z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code such as "USD"'),
  berth: z.strictObject({
    name: z
      .string()
      .min(1)
      .meta({ description: 'Where to come', examples: ['Harbor Island West Marina, dock C'] }),
    map: httpsSchema('a map'),
  }),
  checkInMinutes: z
    .int()
    .min(0)
    .max(240)
    .meta({ description: 'How long before the start guests are asked to come', examples: [15] }),
  contact: z
    .strictObject({ name: z.string().min(1), phone: phoneSchema, email: z.email() })
    .meta({ description: 'Whom guests ask; shown on their pages' }),
  emergency: z
    .strictObject({ name: z.string().min(1), phone: phoneSchema })
    .meta({ description: 'Whom guests call on the day when something is wrong; shown on their pages' }),
  reviewUrl: httpsSchema('where guests leave a review').meta({
    description: 'Shown to guests after their charter',
  }),
  capacity: z.int().positive().meta({ description: 'Most guests that may be on board' }),
  minimumCrew: z
    .array(
      z.strictObject({
        role: roleSchema,
        count: z.int().positive(),
        perGuests: z.int().positive().optional(),
      }),
    )
    .meta({
      description: 'Least crew; with `perGuests` one more of that role for each started group of guests',
    }),
  turnaroundMinutes: z.int().min(0).max(2880).meta({ description: 'Minutes between two charters' }),
  site: z
    .string()
    .min(1)
    .meta({ description: 'Site of the guest pages', examples: ['queenofsandiego.com'] }),
  calendar: key.meta({ description: 'Key of the calendar in the configuration of calendar-sync' }),
  checklists: z.array(key).meta({ description: 'Keys of checklists.json' }),
});

export const fleetSchema = z.strictObject({ vessels: z.record(key, vesselSchema) });

/** Recipients and authors of entries that are no members. */
const RESERVED: ReadonlySet<string> = new Set(['captain', 'manager', 'operator', 'guest']);

/** `deckhand-1` is the key of an open position, so no member may be called so. */
const memberKey = key
  .refine((text) => !/-\d+$/.test(text), 'a key that does not end in a hyphen and digits')
  .refine((text) => !RESERVED.has(text), `another key than ${[...RESERVED].join(', ')}`);

export const crewSchema = z.strictObject({
  members: z.record(
    memberKey,
    z.strictObject({
      name: z.string().min(1),
      roles: z.array(roleSchema).min(1).meta({ description: 'Roles that this member can take' }),
    }),
  ),
});

export const ratesSchema = z.strictObject({
  cards: z
    .array(
      z.strictObject({
        from: dateSchema.meta({ description: 'First charter date this card holds for' }),
        hourly: z.record(roleSchema, amountSchema).meta({ description: 'Pay per hour by role' }),
        portFeePercent: z.record(key, z.number().min(0).max(100)).meta({
          description: 'Port fee by platform, per cent of gross, rounded half-up before it is subtracted',
        }),
      }),
    )
    .min(1),
});

/** Before and after a charter. */
export const CHECKLIST_PHASES = ['pre-charter', 'post-charter'] as const;

export const checklistsSchema = z.strictObject({
  templates: z.record(
    key,
    z.strictObject({
      title: z.string().min(1),
      phase: z.enum(CHECKLIST_PHASES),
      items: z.array(z.strictObject({ key, text: z.string().min(1) })).min(1),
    }),
  ),
});

/** What apply refuses: past the first two, an explicit override is asked for. */
export const limitsSchema = z.strictObject({
  cancellations: z.int().nonnegative().meta({ description: 'Bookings that one apply may cancel' }),
  recipients: z.int().nonnegative().meta({ description: 'People whom one apply may tell something' }),
  crewRestMinutes: z
    .int()
    .min(0)
    .max(2880)
    .meta({ description: 'Least minutes between two charters of one member, on whatever vessel' }),
});

/** Bookings that the ledger knows and whose files were deleted on purpose: what they made stays as it is. */
export const forgottenSchema = z.record(
  z.string().regex(/^[a-z]+-[a-z0-9-]+$/, 'a booking key such as "boatsetter-xhqgmdh"'),
  z.string().regex(/\S/, 'why it is forgotten').max(300).meta({ description: 'Why' }),
);

/** The files of `bookings/reference`, by name. */
export const referenceSchemas = {
  fleet: fleetSchema,
  crew: crewSchema,
  rates: ratesSchema,
  checklists: checklistsSchema,
  limits: limitsSchema,
  forgotten: forgottenSchema,
} as const;

export type Vessel = z.output<typeof vesselSchema>;
export type RateCard = z.output<typeof ratesSchema>['cards'][number];
export type Limits = z.output<typeof limitsSchema>;
export interface Reference {
  readonly fleet: z.output<typeof fleetSchema>;
  readonly crew: z.output<typeof crewSchema>;
  readonly rates: z.output<typeof ratesSchema>;
  readonly checklists: z.output<typeof checklistsSchema>;
  readonly limits: Limits;
  /** Booking key → why. */
  readonly forgotten: z.output<typeof forgottenSchema>;
}

/** The rate card in force on a charter's date: the latest that starts on or before it. */
export const rateCardOn = (rates: Reference['rates'], date: string): RateCard | undefined =>
  rates.cards
    .filter((card) => card.from <= date)
    .toSorted((one, other) => (one.from < other.from ? 1 : -1))[0];
