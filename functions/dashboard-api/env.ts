import * as z from 'zod';
import { text } from '../env.ts';

/** Environment of dashboard-api. */
export const envSchema = z.object({
  /** `calendar-sync`. */
  CALENDAR_SYNC_FUNCTION: text('the name of the Lambda function calendar-sync'),
  /** `https://script.google.com/macros/s/…/exec`. */
  BOARD_URL: z
    .url({ protocol: /^https?$/, error: 'expected an http or https URL' })
    .describe('the URL of the kanban web app (Apps Script deployment)'),
  /** `jada/board-key`. */
  BOARD_SECRET: text('the name of the secret with the key shared with the kanban web app'),
  LEDGER_TABLE: text('the table of the ledger (hash pk)'),
});

export type Env = z.input<typeof envSchema>;
