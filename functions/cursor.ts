import { z } from '@hono/zod-openapi';
import type { Key } from './adapters/dynamodb.ts';

/** The place in a list where the next page begins, as text without meaning to the reader. */
export const encodeCursor = (key: Key): string => Buffer.from(JSON.stringify(key)).toString('base64url');

/** A cursor in a query: the table key, made of these attributes, after which the page begins. */
export function cursorParam(...attributes: readonly string[]) {
  const schema = z.strictObject(Object.fromEntries(attributes.map((name) => [name, z.string()])));
  return z
    .string()
    .max(500)
    .transform((text, ctx) => {
      const key = schema.safeParse(decode(text));
      if (key.success) return key.data satisfies Key;
      const expected = 'the cursor of the page before';
      ctx.addIssue({ code: 'custom', message: expected, params: { expected } });
      return z.NEVER;
    })
    .openapi({ type: 'string', description: 'From the page before' });
}

function decode(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
}
