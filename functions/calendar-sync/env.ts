import * as z from 'zod';
import { rate, text } from '#functions/env.ts';

/** Environment of calendar-sync. */
export const envSchema = z.object({
  GOOGLE_SECRET: text("the name of the secret with the service account's key file"),
  GOOGLE_ROOT_URL: z.url().describe("the root of Google's APIs, https://www.googleapis.com/"),
  CALENDAR_IDS: z
    .string()
    .transform(parseJson)
    .pipe(z.record(z.string().min(1), z.string().min(1)))
    .describe('a JSON object, calendar key → Google calendar id: {"jada":"…@group.calendar.google.com"}'),
  CALENDAR_STYLE: z.enum(['all-day', 'timed']).describe('all-day (charter time in the title) or timed'),
  CANCELLED_STYLE: z.enum(['mark', 'delete']).describe('mark (a free entry "CANCELLED …" stays) or delete'),
  CALENDAR_TABLE: text('the name of the audit table'),
  /** Google's quota for our service account; each calendar is written to by one instance at a time. */
  GOOGLE_REQUESTS_PER_MINUTE: rate("how many requests a minute Google's quota allows one user").default(600),
});

export type Env = z.input<typeof envSchema>;
export type CalendarStyle = z.output<typeof envSchema>['CALENDAR_STYLE'];
export type CancelledStyle = z.output<typeof envSchema>['CANCELLED_STYLE'];

/** Text that is no JSON becomes undefined, which the schema then refuses. */
function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
