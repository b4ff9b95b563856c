import * as z from 'zod';
import { text } from '../env.ts';

/** Environment of dashboard-authorizer. */
export const envSchema = z.object({
  /** `jada/dashboard-lambda`. */
  DASHBOARD_SECRET: text('the name of the secret whose value is the dashboard token'),
});

export type Env = z.input<typeof envSchema>;
