import * as z from 'zod';
import type { Key } from '../adapters/dynamodb.ts';

const keySchema = z.strictObject({ event_id: z.string(), created_timestamp: z.string() });

/** The place in a list where the next page begins, as text without meaning to the reader. */
export const encodeCursor = (key: Key): string => Buffer.from(JSON.stringify(key)).toString('base64url');

export function decodeCursor(text: string): Key | undefined {
  try {
    return keySchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch {
    return undefined;
  }
}
