import type * as z from 'zod';
import { findDuplicateKeys } from './duplicate-keys.ts';
import { renderPath, type Problem } from './problem.ts';

export type Reading<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: Problem[] };

/** JSON text through a strict schema: the value, or *all* problems at once. */
export function readJson<S extends z.ZodType>(where: string, text: string, schema: S): Reading<z.output<S>> {
  let json: unknown;
  try {
    // Editors on Windows put a byte order mark in front.
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const found = error instanceof Error ? error.message : 'something else';
    const remedy = 'check commas, quotes and brackets near that place';
    return { ok: false, problems: [{ where, path: '', expected: 'JSON', found, remedy }] };
  }
  const twice = findDuplicateKeys(text).map((path) => ({
    where,
    path,
    expected: 'each field once',
    found: 'the same field twice',
    remedy: 'remove one of them (a merge may have left both)',
  }));
  const reading = readValue(where, json, schema);
  if (twice.length === 0) return reading;
  return { ok: false, problems: [...twice, ...(reading.ok ? [] : reading.problems)] };
}

/** A parsed value through a strict schema. */
export function readValue<S extends z.ZodType>(
  where: string,
  value: unknown,
  schema: S,
): Reading<z.output<S>> {
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, problems: toProblems(where, value, result.error.issues) };
}

/** Zod's issues in the words of {@link Problem}; an issue made with `params: { expected, remedy }` keeps those. */
export function toProblems(where: string, value: unknown, issues: readonly z.core.$ZodIssue[]): Problem[] {
  return issues.flatMap((issue) => {
    const path = renderPath(issue.path);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        where,
        path: renderPath([...issue.path, key]),
        expected: 'only known fields',
        found: `the unknown field "${key}"`,
        remedy: 'check the spelling, or remove it',
      }));
    }
    const found = describe(valueAt(value, issue.path));
    return [{ where, path, found, ...expectation(issue) }];
  });
}

function expectation(issue: z.core.$ZodIssue): { expected: string; remedy?: string | undefined } {
  if (issue.code === 'custom' && issue.params !== undefined) {
    const { expected, remedy } = issue.params as { expected?: string; remedy?: string };
    return { expected: expected ?? issue.message, remedy };
  }
  if (issue.code === 'invalid_value')
    return { expected: issue.values.map((one) => JSON.stringify(one)).join(' or ') };
  if (issue.code === 'invalid_type')
    return { expected: EXPECTED_TYPES[issue.expected] ?? `a ${issue.expected}` };
  return { expected: issue.message };
}

const EXPECTED_TYPES: Record<string, string> = {
  object: 'an object { … }',
  record: 'an object { … }',
  array: 'a list [ … ]',
  string: 'text in quotes',
  int: 'a whole number',
};

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, part) =>
      typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[part] : undefined,
    value,
  );
}

/** What was found, short enough for one line. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'number' && Number.isNaN(value)) return 'something that is no number';
  const text = toText(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function toText(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    // Only absurdly deep nesting gets here.
    return 'something nested too deeply';
  }
}
