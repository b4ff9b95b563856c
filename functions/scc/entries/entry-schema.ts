import * as z from 'zod';
import { EXPENSE_CATEGORIES, type DeviceEntry, type EntryContent } from './entry.ts';
import { LONGEST_TEXT } from './read-form.ts';
import { MOST_ENTRIES } from './refusal.ts';

/** Of an entry or a photo, chosen by the device. */
export const chosenIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{16,64}$/, '16 to 64 of A–Z, a–z, 0–9, _ and -')
  .meta({ examples: ['0b9c6a52-6c0e-4f0e-9d3c-7a1f5b2e8d44'] });

/** A key of a checklist or of one of its items; whether it exists the event says. */
const key = z.string().min(1).max(40);
// What is not well-formed would come back from the table as other text.
const text = z
  .string()
  .max(LONGEST_TEXT)
  .refine((one) => one.isWellFormed(), 'whole characters');
const line = text.regex(/^\P{Cc}*$/u, 'text on one line, without control characters');
const lines = text.regex(/^(?:\P{Cc}|\n)*$/u, 'text without control characters');

const instant = z.iso.datetime({
  offset: true,
  error: 'expected an instant with its offset, "2027-05-30T09:00:00-07:00"',
});

const tick = { kind: z.literal('tick'), list: key, item: key, done: z.boolean() };
const note = { kind: z.literal('note'), list: key, item: key, text: lines };
const finish = { kind: z.literal('finish'), list: key, saw: z.array(chosenIdSchema).max(MOST_ENTRIES) };
const reopen = { kind: z.literal('reopen'), list: key };
const expense = {
  kind: z.literal('expense'),
  expense: chosenIdSchema,
  category: z.enum(EXPENSE_CATEGORIES),
  cents: z.int().min(1).max(10_000_000),
  text: line,
  receipt: chosenIdSchema.nullable(),
  removed: z.boolean(),
};
const photoRemoved = { kind: z.literal('photo-removed'), photo: chosenIdSchema };

const device = {
  id: chosenIdSchema,
  lamport: z.int().min(1).max(1_000_000_000),
  /** By the device's clock. */
  at: instant,
};

/** An entry as a device sends it. Strict: all problems at once. */
export const deviceEntrySchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...device, ...tick }),
  z.strictObject({ ...device, ...note }),
  z.strictObject({ ...device, ...finish }),
  z.strictObject({ ...device, ...reopen }),
  z.strictObject({ ...device, ...expense }),
  z.strictObject({ ...device, ...photoRemoved }),
]) satisfies z.ZodType<DeviceEntry>;

const arrived = { photo: z.string(), type: z.string() };

/** What an entry in the table says, beside who and when. */
export const storedContentSchema: z.ZodType<EntryContent> = z.discriminatedUnion('kind', [
  z.strictObject(tick),
  z.strictObject(note),
  z.strictObject(finish),
  z.strictObject(reopen),
  z.strictObject(expense),
  z.strictObject(photoRemoved),
  z.strictObject({ kind: z.literal('photo'), ...arrived }),
  z.strictObject({ kind: z.literal('thumbnail'), photo: z.string() }),
  z.strictObject({ kind: z.literal('receipt'), ...arrived }),
  z.strictObject({
    kind: z.literal('answer'),
    answer: z.enum(['confirmed', 'declined']),
    position: z.string(),
    version: z.string(),
    since: z.int(),
    reason: z.string().nullable(),
  }),
  z.strictObject({
    kind: z.literal('seen'),
    revision: z.int(),
    shown: z.record(z.string(), z.unknown()),
  }),
  z.strictObject({ kind: z.literal('close') }),
  z.strictObject({ kind: z.literal('open') }),
]);
