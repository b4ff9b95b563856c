import * as z from 'zod';
import { differences, type Difference } from '../model/differences.ts';

/** How one artefact in the outside world is not what was put there. `to` is what it should be. */
export const driftSchema = z.strictObject({
  found: z.enum(['missing', 'changed']),
  /** Of a changed one: money is named, never shown. */
  fields: z.array(
    z.strictObject({ path: z.string(), from: z.unknown().optional(), to: z.unknown().optional() }),
  ),
});
export type Drift = z.output<typeof driftSchema>;

/** Reply of an API of ours that was asked to compare; null: all is as it should be. */
export const inspectionSchema = z.object({ drift: driftSchema.nullable() });

export const MISSING: Drift = { found: 'missing', fields: [] };

export const toDrift = (fields: readonly Difference[]): Drift | null =>
  fields.length === 0 ? null : { found: 'changed', fields: [...fields] };

/** Compares what is there with what should be. */
export const driftBetween = (found: unknown, wanted: unknown): Drift | null =>
  found === undefined ? MISSING : toDrift(differences(found, wanted));

/** The other side holds a revision above ours: not by our doing. */
export const aheadOf = (ours: number, theirs: number): Difference[] =>
  theirs > ours ? [{ path: 'revision', from: theirs, to: ours }] : [];
