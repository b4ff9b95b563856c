import * as z from 'zod';

const watchedSchema = z.record(
  z.string(),
  z.strictObject({ secret: z.string().min(1), days: z.int().positive() }),
);

/** Environment of credential-watch. */
export const envSchema = z.object({
  /** `{"dashboard-token":{"secret":"jada/dashboard-lambda","days":90}}` */
  CREDENTIALS: z
    .string()
    .transform((text, ctx) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        ctx.addIssue({ code: 'custom', message: 'it is no JSON' });
        return z.NEVER;
      }
    })
    .pipe(watchedSchema)
    .describe(
      'a JSON object: name in the metric → { secret: name of its secret, days: how long it is good }',
    ),
});

export type Env = z.input<typeof envSchema>;
/** By its name in the metric: its secret, and how many days it is good for. */
export type Watched = z.output<typeof watchedSchema>;
