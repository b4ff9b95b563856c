import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bookingJsonSchema } from '#bookings/model/booking-file.ts';

interface JsonSchema {
  readonly properties: Record<string, { description?: string }>;
  readonly required: string[];
  readonly additionalProperties: boolean;
}

describe('the JSON Schema for editors', () => {
  it('is the one that the code generates (npm run schema)', () => {
    const committed = readFileSync(new URL('../../../bookings/booking.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(committed)).toEqual(JSON.parse(JSON.stringify(bookingJsonSchema())));
  });

  it('refuses unknown fields, asks for what is needed and nothing that has a default', () => {
    const schema = bookingJsonSchema() as JsonSchema;
    expect(schema.additionalProperties).toBe(false);
    expect(schema.required).toEqual(
      expect.arrayContaining([
        'platform',
        'id',
        'pageId',
        'status',
        'bookedAt',
        'vessel',
        'start',
        'hours',
        'guest',
        'gross',
      ]),
    );
    expect(schema.required).not.toContain('notes');
  });

  it('describes every field', () => {
    const { properties } = bookingJsonSchema() as JsonSchema;
    const silent = Object.entries(properties).filter(([, { description }]) => !description);
    expect(silent.map(([name]) => name)).toEqual([]);
  });
});
