import type * as z from 'zod';

/**
 * Reads the inputs of one declared resource. Throws when a property is declared that the local stack does
 * not implement, or has a value it does not implement, naming resource and property: nothing is skipped.
 */
export function parseDeclared<T>(resource: string, schema: z.ZodType<T>, inputs: unknown): T {
  const parsed = schema.safeParse(withoutUndefined(inputs));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.flatMap(describeIssue);
  throw new Error(`${resource}: ${problems.join('; ')}`);
}

function describeIssue(issue: z.core.$ZodIssue): string[] {
  if (issue.code !== 'unrecognized_keys') return [`${issue.path.join('.')}: ${issue.message}`];
  return issue.keys.map((key) => `${[...issue.path, key].join('.')} is not implemented by the local stack`);
}

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) =>
      inner === undefined ? [] : [[key, withoutUndefined(inner)]],
    ),
  );
}
