import * as z from 'zod';

/**
 * A function's environment, parsed once at its start; variables that the schema does not name are ignored.
 * Throws an error that names the function and every variable that is missing or wrong, with its meaning
 * (the schema's description) as the remedy. Values are never repeated, since some are secret.
 */
export function parseEnv<S extends z.ZodObject>(
  functionName: string,
  schema: S,
  environment: Readonly<Record<string, string | undefined>>,
): z.output<S> {
  const result = schema.safeParse(environment);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => explain(issue, schema, environment));
  throw new Error(`${functionName} cannot start: ${problems.join('; ')}`);
}

function explain(
  issue: z.core.$ZodIssue,
  schema: z.ZodObject,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const variable = String(issue.path[0]);
  const meaning = (schema.shape[variable] as z.ZodType | undefined)?.description ?? 'see its env.ts';
  if (environment[variable] === undefined) return `${variable} is missing: set it to ${meaning}`;
  return `${variable} is wrong (${issue.message}): set it to ${meaning}`;
}

/** A name, ARN or address that is used as it is. `meaning` completes "set it to …". */
export const text = (meaning: string) => z.string().min(1, 'it is empty').describe(meaning);

/** Origin of a public site, without a slash at its end: `https://sailjada.com`. */
export const origin = (meaning: string) =>
  z
    .url({ protocol: /^https?$/, error: 'expected an http or https URL' })
    .refine((url) => URL.canParse(url) && new URL(url).origin === url, 'expected only scheme and host')
    .describe(`${meaning}, as in https://sailjada.com`);

/** SHA-256 hashes in hexadecimal, separated by a comma: one, or two while a secret is being rotated. */
export const hashes = (meaning: string) =>
  z
    .string()
    .transform((list) => list.split(',').map((hash) => hash.trim()))
    .pipe(
      z
        .array(z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits, lower case'))
        .max(2, 'expected at most two hashes'),
    )
    .describe(`1–2 SHA-256 hashes (hexadecimal, comma-separated) of ${meaning}`);

/** How much is allowed in some time, `0.5`. */
export const rate = (meaning: string) =>
  z
    .string()
    .regex(/^(?!0+(\.0+)?$)\d{1,6}(\.\d{1,3})?$/, 'expected a number above 0')
    .transform(Number)
    .describe(meaning);

/** A time span in whole seconds, `300`. */
export const seconds = (meaning: string) =>
  z
    .string()
    .regex(/^[1-9]\d*$/, 'expected a whole number above 0')
    .transform(Number)
    .describe(`${meaning}, in whole seconds`);
