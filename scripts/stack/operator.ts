import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as z from 'zod';
import { readJson } from '#bookings/model/read-input.ts';
import { crewSchema, fleetSchema } from '#bookings/model/reference.ts';

/** What a local stack is given of a checkout's reference data. */
export interface Operator {
  /** Key → first name. */
  readonly members: Readonly<Record<string, string>>;
  /** Keys of the calendars that vessels have. */
  readonly calendars: readonly string[];
}

/** A file that is not there or cannot be read has nothing in it here: validating it says what is wrong. */
export function readOperator(root: string): Operator {
  const { members = {} } = read(root, 'crew', crewSchema) ?? {};
  const { vessels = {} } = read(root, 'fleet', fleetSchema) ?? {};
  return {
    members: Object.fromEntries(Object.entries(members).map(([key, { name }]) => [key, name])),
    calendars: [...new Set(Object.values(vessels).map(({ calendar }) => calendar))],
  };
}

function read<S extends z.ZodType>(root: string, name: string, schema: S): z.output<S> | undefined {
  const path = `bookings/reference/${name}.json`;
  if (!existsSync(join(root, path))) return undefined;
  const reading = readJson(path, readFileSync(join(root, path), 'utf8'), schema);
  return reading.ok ? reading.value : undefined;
}
