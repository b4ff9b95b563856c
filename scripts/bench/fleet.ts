import type * as z from 'zod';
import type { SourceFile } from '#bookings/reconcile/load.ts';
import type { crewSchema, fleetSchema } from '#bookings/model/reference.ts';

type Fleet = z.input<typeof fleetSchema>;
type VesselInput = Fleet['vessels'][string];
type Crew = z.input<typeof crewSchema>;

/** One vessel of the fleet and who sails her: others take over every day, so that nobody works two days in a row. */
export interface Boat {
  readonly key: string;
  readonly name: string;
  /** Guests. */
  readonly capacity: number;
  readonly captains: readonly string[];
  readonly deckhands: readonly string[];
}

export const BOATS: readonly Boat[] = [
  toBoat('jada', 20, { captains: ['mike', 'rosa'], deckhands: ['ana', 'jane', 'john'] }),
  toBoat('estela', 14, { captains: ['diego', 'nora'], deckhands: ['kai', 'lena', 'omar'] }),
  toBoat('brisa', 12, { captains: ['paula', 'hank'], deckhands: ['ivy', 'teo', 'yuki'] }),
  toBoat('marlin', 16, { captains: ['sofia', 'walt'], deckhands: ['abel', 'dana', 'noor'] }),
  toBoat('pelican', 18, { captains: ['grace', 'ramon'], deckhands: ['cleo', 'finn', 'zara'] }),
];

function toBoat(key: string, capacity: number, crew: Pick<Boat, 'captains' | 'deckhands'>): Boat {
  return { key, name: capitalised(key), capacity, ...crew };
}

/** With every guest past the first dozen a second deckhand is needed. */
export const GUESTS_PER_DECKHAND = 12;

/**
 * The project's reference files, with a fleet like its first vessel in place of that vessel alone. Everything stands in
 * one calendar.
 */
export function withFleet(reference: readonly SourceFile[]): SourceFile[] {
  const files = new Map(reference.map(({ path, text }) => [path, text]));
  const { vessels } = JSON.parse(files.get(FLEET) ?? '{}') as Fleet;
  const [first] = Object.values(vessels);
  if (first === undefined) throw new Error(`${FLEET} has no vessel to take for a pattern`);
  return reference.map(({ path, text }) => ({ path, text: REPLACED[path]?.(first) ?? text }));
}

const FLEET = 'bookings/reference/fleet.json';
const CREW = 'bookings/reference/crew.json';

const REPLACED: Readonly<Record<string, (pattern: VesselInput) => string>> = {
  [FLEET]: (pattern) => toText(fleetLike(pattern)),
  [CREW]: () => toText(crewOf(BOATS)),
};

const fleetLike = (pattern: VesselInput): Fleet => ({
  vessels: Object.fromEntries(
    BOATS.map(({ key, name, capacity }) => [key, { ...pattern, name, capacity, minimumCrew: MINIMUM_CREW }]),
  ),
});

const MINIMUM_CREW: VesselInput['minimumCrew'] = [
  { role: 'captain', count: 1 },
  { role: 'deckhand', count: 1, perGuests: GUESTS_PER_DECKHAND },
];

const crewOf = (boats: readonly Boat[]): Crew => ({
  members: Object.fromEntries(
    boats.flatMap(({ captains, deckhands }) => [
      ...captains.map((member) => toMember(member, ['captain', 'deckhand'])),
      ...deckhands.map((member) => toMember(member, ['deckhand'])),
    ]),
  ),
});

const toMember = (key: string, roles: string[]) => [key, { name: capitalised(key), roles }] as const;

function capitalised(key: string): string {
  return `${key[0]!.toUpperCase()}${key.slice(1)}`;
}

const toText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
