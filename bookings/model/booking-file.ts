import * as z from 'zod';
import { findContactData } from './contact-data.ts';
import { LANGUAGES } from './language.ts';
import { PAGE_ID } from './page-id.ts';
import { amountSchema, roleSchema } from './reference.ts';
import { isWallTime, parseInstant } from './time.ts';
import { VISIBLE } from './visible-text.ts';

/** Where bookings come from, and their names for people. */
export const PLATFORM_NAMES = { boatsetter: 'Boatsetter', getmyboat: 'GetMyBoat', phone: 'Phone' } as const;
export type Platform = keyof typeof PLATFORM_NAMES;
export const STATUSES = ['pending', 'confirmed', 'cancelled'] as const;
export type Status = (typeof STATUSES)[number];
/** Ways in which bookings can contradict each other, or what a vessel can carry. */
export const CONFLICT_RULES = [
  'vessel-overlap',
  'crew-overlap',
  'crew-rest',
  'too-many-guests',
  'too-few-crew',
] as const;
export type ConflictRule = (typeof CONFLICT_RULES)[number];

/** Text for people: never contact data, which must not enter git (docs/decisions/0004). */
const freeText = (description: string, limit: number) =>
  z
    .string()
    .regex(/\S/, 'some text, or leave the field out')
    .regex(VISIBLE, VISIBLE_WORDS)
    .max(limit, `at most ${limit} characters`)
    .meta({ description })
    .superRefine(refuseContactData);

const VISIBLE_WORDS =
  'text without control characters, halves of characters and marks that turn its direction (line breaks are fine)';

/** Any JSON value; text in it is free text too. */
const amendedValue = (description: string) =>
  z
    .unknown()
    .meta({ description })
    .refine((value) => textsIn(value).every((text) => VISIBLE.test(text)), VISIBLE_WORDS)
    .superRefine((value, ctx) => refuseContactData(JSON.stringify(value) ?? '', ctx));

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.entries(value).flat().flatMap(textsIn) : [];
}

function refuseContactData(text: string, ctx: z.RefinementCtx): void {
  const found = findContactData(text);
  if (found === undefined) return;
  ctx.addIssue({
    code: 'custom',
    message: `${found} in free text`,
    params: {
      expected: `text without contact data (this holds ${found})`,
      remedy: `remove ${found}: contacts of guests stay on the platform, contacts of crew in the crew registry`,
    },
  });
}

const THIS_CENTURY = /^20\d\d-/;

const instant = (description: string) =>
  z
    .string()
    .meta({ description, examples: ['2026-11-20T18:03:00-08:00'], format: 'date-time' })
    .transform((text, ctx) => {
      const parsed = parseInstant(text);
      if (parsed !== undefined && THIS_CENTURY.test(text)) return parsed;
      ctx.addIssue({
        code: 'custom',
        message: 'not an instant',
        params: { expected: 'a time with its offset', remedy: 'write it like "2026-11-20T18:03:00-08:00"' },
      });
      return z.NEVER;
    });

const hours = (description: string) =>
  z
    .number()
    .meta({ description, examples: [3], minimum: 0.25, maximum: 240, multipleOf: 0.25 })
    .superRefine((value, ctx) => {
      if (value > 0 && value <= 240 && Number.isInteger(value * 4)) return;
      ctx.addIssue({
        code: 'custom',
        message: 'not a duration',
        params: {
          expected: 'hours in steps of a quarter, more than 0',
          remedy: 'write 3 for three hours, 2.5 for two and a half',
        },
      });
    });

const wallTime = z
  .string()
  .meta({
    description: 'Start on the clock at the berth, in the vessel’s zone',
    examples: ['2027-05-30T09:00'],
    pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}$',
  })
  .superRefine((text, ctx) => {
    if (isWallTime(text) && THIS_CENTURY.test(text)) return;
    ctx.addIssue({
      code: 'custom',
      message: 'not a wall time',
      params: {
        expected: 'a wall time without zone, offset or seconds',
        remedy: 'write the time on the clock at the berth, like "2027-05-30T09:00"',
      },
    });
  });

const crewEntrySchema = z
  .strictObject({
    member: z
      .string()
      .optional()
      .meta({ description: 'Key of crew.json; left out, the position is open', examples: ['john'] }),
    role: roleSchema,
    hours: hours('Hours that are paid'),
    rate: amountSchema.optional().meta({ description: 'Pay per hour, only to deviate from the rate card' }),
  })
  .meta({ description: 'One position on board' });

const amendmentSchema = z.strictObject({
  at: instant('When it was agreed'),
  field: z
    .string()
    .min(1)
    .meta({ description: 'Path of the field', examples: ['start'] }),
  from: amendedValue('Value before'),
  to: amendedValue('Value after'),
  reason: freeText('Why, for the operator’s own record', 300).optional(),
});

/** A file of `bookings/data`. The descriptions are the reference manual and the JSON Schema that editors use. */
export const bookingFileSchema = z
  .strictObject({
    $schema: z.string().optional().meta({ description: 'Lets editors complete and check this file' }),
    platform: z
      .enum(Object.keys(PLATFORM_NAMES) as [Platform, ...Platform[]])
      .meta({ description: 'Where the booking was made; fixed once applied' }),
    id: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9-]{2,39}$/, 'a confirmation code: 3–40 letters, digits or -')
      .meta({
        description: 'Confirmation code of the platform, case-insensitive; fixed once applied',
        examples: ['XHQGMDH'],
      }),
    pageId: z
      .string()
      .regex(PAGE_ID, '7–16 lower-case letters and digits')
      .meta({
        description: 'Last part of the guest page’s address; unique; fixed once applied',
        examples: ['xhqgmdh'],
      }),
    status: z
      .enum(STATUSES)
      .meta({ description: 'pending: on hold; confirmed: people are told; cancelled: all is withdrawn' }),
    bookedAt: instant('When it was booked; fixed once applied, never the clock'),
    vessel: z.string().meta({ description: 'Key of fleet.json', examples: ['jada'] }),
    start: wallTime,
    hours: hours('Duration in hours'),
    guest: z
      .strictObject({
        name: freeText('Name of the guest who booked', 800)
          .regex(/^(?:\s*|\S(?:.*\S)?)$/u, 'a name on one line, without spaces around it')
          .meta({ examples: ['Alex Morgan'] }),
        count: z.int('a whole number of guests').min(1, 'at least 1 guest').max(500, 'at most 500 guests'),
        language: z.enum(LANGUAGES).default('en').meta({ description: 'Language of the guest’s page' }),
      })
      .meta({ description: 'No e-mail address and no phone number anywhere' }),
    gross: amountSchema.meta({ description: 'What the guest pays, in the vessel’s currency' }),
    crew: z
      .array(crewEntrySchema)
      .max(40, 'at most 40 positions')
      .default([])
      .meta({ description: 'Positions on board; one without a member is open' }),
    notes: z
      .strictObject({
        guest: freeText('For the guest: shown on the guest’s page', 2000).optional(),
        crew: freeText('For the crew: shown on the crew’s page and in their mails', 2000).optional(),
        internal: freeText('For captain and booking manager: calendar and summary', 2000).optional(),
      })
      .default({})
      .meta({ description: 'Each note is for exactly that audience' }),
    amendments: z.array(amendmentSchema).default([]).meta({ description: 'Written by `booking amend`' }),
    rebookedFrom: z
      .string()
      .optional()
      .meta({ description: 'Booking key that this one replaces', examples: ['getmyboat-k7m2p'] }),
    exceptions: z
      .array(
        z.strictObject({
          rule: z.enum(CONFLICT_RULES).meta({ description: 'Name of the conflict' }),
          reason: freeText('Why it is meant', 300),
        }),
      )
      .default([])
      .meta({ description: 'Conflicts that are meant' }),
  })
  .meta({ title: 'Bosun booking', description: 'One charter booking' });

export type BookingFile = z.output<typeof bookingFileSchema>;
/** As written: amounts as text, defaults left out. */
export type BookingFileInput = z.input<typeof bookingFileSchema>;

/** JSON Schema (2020-12) of a booking file, for editors. */
export const bookingJsonSchema = (): object => z.toJSONSchema(bookingFileSchema, { io: 'input' });
