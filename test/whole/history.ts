import fc from 'fast-check';
import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import type { Source } from '#bookings/reconcile/load.ts';
import { sourceOf, xhqgmdh } from '#test/fixtures/bookings.ts';
import { contentOf, differing, mailFaults, NO_MAIL_FAULTS, type MailFaults } from './content.ts';
import { MANUAL_EDITS, type ManualEdit } from './manual-edits.ts';
import { MODES, type Fault } from './machine.ts';
import { createWorld, CREW, type World } from './world.ts';

/** Two charters in different months, so that they never stand in each other's way. */
const FIRST: readonly BookingFileInput[] = [
  xhqgmdh(),
  { ...xhqgmdh(), id: 'SECOND1', pageId: 'secondpage', start: '2027-08-15T09:00', status: 'pending' },
];
const STARTS = [
  ['2027-05-30T09:00', '2027-06-02T14:00', '2027-06-03T09:00'],
  ['2027-08-15T09:00', '2027-08-16T10:30', '2027-08-20T09:00'],
];
/** Nothing that a history moves a charter to: so the last commit changes every artefact of it. */
const LAST_STARTS = ['2027-06-10T11:15', '2027-08-25T11:15'];

const john = { member: 'john', role: 'deckhand', hours: 5 } as const;
const open = { role: 'deckhand', hours: 5 } as const;
const CREWS = [
  [john, { member: 'jane', role: 'deckhand', hours: 5 }, { member: 'mike', role: 'captain', hours: 3 }],
  [john, { ...open }, { member: 'mike', role: 'captain', hours: 3 }],
  [
    { ...john, hours: 4 },
    { member: 'rosa', role: 'captain', hours: 3 },
  ],
  [{ ...open }, { ...open, hours: 4 }, { member: 'rosa', role: 'captain', hours: 3, rate: '60.00' }],
] as const satisfies BookingFileInput['crew'][];

/** One commit, what happens around it, and what goes wrong while it is applied. */
export interface Step {
  readonly change:
    | {
        readonly kind: 'edit';
        readonly booking: number;
        readonly fields: Partial<BookingFileInput>;
        readonly start?: number;
      }
    | { readonly kind: 'revert'; readonly back: number }
    | { readonly kind: 'layout'; readonly indent: number }
    | { readonly kind: 'build'; readonly build: string };
  readonly byHand: readonly { readonly edit: ManualEdit; readonly booking: number }[];
  readonly faults: readonly Fault[];
  /** What happens after the run: nothing when a newer commit comes at once. */
  readonly afterwards: 'nothing' | 'mails' | 'sweep' | 'repeat';
}

export const anyHistory = (size: number): fc.Arbitrary<readonly Step[]> =>
  fc.array(anyStep, { minLength: 1, maxLength: size });

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });

const anyEdit = fc.record({
  kind: fc.constant('edit' as const),
  booking: fc.nat(1),
  start: optional(fc.nat(2)),
  fields: fc
    .record({
      status: optional(
        fc.constantFrom('pending' as const, 'confirmed' as const, 'confirmed' as const, 'cancelled' as const),
      ),
      hours: optional(fc.constantFrom(2, 3.5)),
      gross: optional(fc.constantFrom('840.75', '900.00')),
      guest: optional(
        fc.constantFrom(
          { name: 'Alex Morgan', count: 6, language: 'en' as const },
          { name: 'Lucía Fernández', count: 4, language: 'es' as const },
        ),
      ),
      crew: optional(fc.constantFrom(...CREWS)),
      notes: optional(
        fc.constantFrom({ guest: 'Bring a hat.' }, { crew: 'One is seven.', internal: 'Paid.' }),
      ),
    })
    .map((fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))),
});

const anyMode = fc.constantFrom(...MODES);
const anyFault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ at: fc.integer({ min: 1, max: 140 }), mode: anyMode }),
  fc.record({ at: fc.integer({ min: 1, max: 50 }), mode: anyMode, ofPipeline: fc.constant(true) }),
);

const anyStep: fc.Arbitrary<Step> = fc.record({
  change: fc.oneof(
    { weight: 8, arbitrary: anyEdit },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('revert' as const), back: fc.integer({ min: 1, max: 3 }) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('layout' as const), indent: fc.nat(4) }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('build' as const), build: fc.constantFrom('one', 'two') }),
    },
  ),
  byHand: fc.oneof(
    { weight: 5, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc.array(fc.record({ edit: fc.constantFrom(...MANUAL_EDITS), booking: fc.nat(1) }), {
        maxLength: 2,
      }),
    },
  ),
  faults: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    {
      weight: 3,
      arbitrary: fc.array(anyFault, { minLength: 1, maxLength: 2 }),
    },
  ),
  afterwards: fc.constantFrom('nothing', 'mails', 'sweep', 'repeat'),
});

interface Tree {
  readonly files: readonly BookingFileInput[];
  readonly indent: number;
  readonly build: string;
}

/** Plays a history in a world, and then one clean apply of its last commit. */
async function play(
  steps: readonly Step[],
  world: World,
): Promise<{ head: Tree; mails: MailFaults; callsOfRepetition: number }> {
  const trees: Tree[] = [{ files: FIRST, indent: 0, build: 'one' }];
  for (const step of steps) {
    trees.push(next(trees, step.change));
    await applyStep(step, trees.at(-1)!, world);
  }
  // What people changed by hand is repaired by the next change of it: the last commit changes everything.
  if (steps.some(({ byHand }) => byHand.length > 0)) trees.push(moveAll(trees.at(-1)!));
  const head = trees.at(-1)!;
  world.machine.arm();
  await world.settle(commitOf(head));
  world.machine.arm();
  await world.apply(commitOf(head));
  return { head, mails: mailFaults(world, CREW), callsOfRepetition: world.machine.counted() };
}

function next(trees: readonly Tree[], change: Step['change']): Tree {
  const last = trees.at(-1)!;
  if (change.kind === 'revert') return { ...(trees.at(-1 - change.back) ?? trees[0]!), build: last.build };
  if (change.kind === 'layout') return { ...last, indent: change.indent };
  if (change.kind === 'build') return { ...last, build: change.build };
  const start = change.start === undefined ? {} : { start: STARTS[change.booking]![change.start]! };
  const files = last.files.map((file, at) =>
    at === change.booking ? { ...file, ...start, ...change.fields } : file,
  );
  return { ...last, files };
}

const moveAll = (tree: Tree): Tree => ({
  ...tree,
  files: tree.files.map((file, at) => ({ ...file, start: LAST_STARTS[at]! })),
});

async function applyStep({ byHand, faults, afterwards }: Step, tree: Tree, world: World): Promise<void> {
  for (const { edit, booking } of byHand) await edit(world, FIRST[booking]!);
  world.machine.arm(faults);
  await world.apply(commitOf(tree));
  await AFTERWARDS[afterwards](world, tree);
}

const AFTERWARDS: Readonly<Record<Step['afterwards'], (world: World, tree: Tree) => Promise<unknown>>> = {
  nothing: async () => undefined,
  mails: (world) => world.drain(),
  async sweep(world) {
    await world.drain();
    world.pass(901);
    await world.sweep();
    await world.drain();
  },
  async repeat(world, tree) {
    await world.drain();
    world.pass(901);
    await world.apply(commitOf(tree));
  },
};

const commitOf = ({ files, indent, build }: Tree) => ({ files: layOut(files, indent), build });

/** The same files with other white space are another commit. */
function layOut(files: readonly BookingFileInput[], indent: number): Source {
  const source = sourceOf(...files);
  const bookings = source.bookings.map(({ path, text }) => ({
    path,
    text: JSON.stringify(JSON.parse(text), null, indent),
  }));
  return { ...source, bookings };
}

/** What is to come of any history: repeating its last commit asks the ledger once, and does nothing. */
export const SOUND = { different: [], mails: NO_MAIL_FAULTS, callsOfRepetition: 1 };

/** Plays histories, each in an empty world, and compares with one that only ever saw the last commit. */
export async function createTheatre() {
  const world = createWorld();
  await world.enlist(...CREW);
  const empty = world.savepoint();
  const freshContent = async (head: Tree) => {
    await empty();
    await world.apply(commitOf(head));
    return contentOf(world);
  };
  return async (steps: readonly Step[]) => {
    await empty();
    const { head, ...played } = await play(steps, world);
    const content = contentOf(world);
    return { ...played, different: differing(content, await freshContent(head)) };
  };
}
