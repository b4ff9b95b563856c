import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import type { FaultInput } from '#scripts/stack/faults.ts';
import { freeLease } from '#scripts/stack/free-lease.ts';
import { confirmed, pending } from './bookings.ts';
import { clockOffset, shiftClock } from '#scripts/stack/clock.ts';
import { PIPELINE } from '#scripts/stack/fault-calls.ts';
import { alike, differences } from './faults-alike.ts';
import type { WholeWorld } from './faults-outside.ts';
import {
  applyCleanly,
  applyHere,
  IMPATIENT,
  PATIENT,
  prepareProcess,
  settle,
  type Process,
} from './faults-runs.ts';

/** From one commit to the next. */
export interface Move {
  readonly name: string;
  /** null: nothing was ever applied, not even the files that pages share. */
  readonly from: readonly BookingFileInput[] | null;
  readonly to: readonly BookingFileInput[];
}

/** Another booking stands beside, which nothing may happen to. */
const other = pending();
export const MOVES = {
  first: { name: 'the first apply of all', from: null, to: [other, confirmed()] },
  created: { name: 'a new booking', from: [other], to: [other, confirmed()] },
  moved: {
    name: 'a moved charter',
    from: [other, confirmed()],
    to: [other, { ...confirmed(), start: '2027-06-05T14:30' }],
  },
  cancelled: {
    name: 'a cancellation',
    from: [other, confirmed()],
    to: [other, { ...confirmed(), status: 'cancelled' }],
  },
} satisfies Record<string, Move>;

/** A call: whose, its name, and the how manieth of that name. Calls side by side come in any order, these do not. */
export interface NumberedCall {
  readonly by: string;
  readonly name: string;
  readonly nth: number;
}

/** What an apply sets in motion. */
const FUNCTIONS: ReadonlySet<string> = new Set([
  'calendar-sync',
  'crew-notify',
  'dashboard-api',
  'dashboard-authorizer',
  'mail-events',
  'scc-api',
]);

/** What a function asks for once and then knows. */
const REMEMBERED = /^(secretsmanager\/|POST \/token)/;

/** Its first attempt, and not the one that takes its place: with `n` calls of a name before it, `n` have failed as well. */
const firstAttempt = (nth: number): number => 2 * nth - 1;

/** Fails every call once, so that each is made twice. */
export const everyCallOnce = (calls: readonly NumberedCall[], does: FaultInput['does']): FaultInput[] =>
  calls.map(({ name, nth }) => ({ does, match: name, call: firstAttempt(nth) }));

/** What a call is, whatever it is about: `s3/PutObject *`, `PUT /api/cards/*`. */
export const kindOf = ({ name }: NumberedCall): string =>
  name.replace(/^(s3\/\w+ |GET \/g\/|\w+ \/api\/\w+\/?).*$/, '$1*');

/** One move that can be made again and again, each time with other failures. */
export interface Matrix {
  /** Every outgoing call of an apply without faults, in order. */
  readonly calls: readonly NumberedCall[];
  /** Those that functions make meanwhile. */
  readonly inner: readonly NumberedCall[];
  /** Applies under faults, then without: what is different from an apply that had none. */
  afterFaults(faults: readonly FaultInput[]): Promise<string[]>;
  /** Kills the process that applies at this call, then applies again. */
  afterKill(call: NumberedCall, when: 'hold-before' | 'hold-after'): Promise<string[]>;
  close(): Promise<void>;
}

export async function createMatrix(world: WholeWorld, move: Move): Promise<Matrix> {
  const { faults } = world.stack;
  if (move.from !== null) {
    await world.commit(move.from);
    await applyCleanly(world);
  }
  const kept = await world.keep();

  async function attempt(
    faulty: () => Promise<unknown>,
    recover = () => applyCleanly(world),
  ): Promise<Record<string, unknown>> {
    await world.putBack(kept);
    const before = await world.mailbox();
    await world.commit(move.to);
    await faulty();
    faults.clear();
    await settle(world);
    await freeLease(world.endpoints);
    await recover();
    return alike(await world.outside(before));
  }

  faults.arm([{ does: 'watch', times: 'always' }]);
  let seen: readonly NumberedCall[] = [];
  const expected = await attempt(async () => {
    await applyHere(world);
    await settle(world);
    seen = numbered(faults.report().calls);
  });
  let next: Process | undefined;
  return {
    calls: seen.filter(({ by }) => by === PIPELINE),
    inner: seen.filter(({ by, name }) => FUNCTIONS.has(by) && !REMEMBERED.test(name)),
    async afterFaults(list) {
      const isSilent = list.some(({ does }) => does === 'silence');
      const isInner = list.some(({ by = PIPELINE }) => by !== PIPELINE);
      const found = await attempt(
        async () => {
          faults.arm(list);
          await applyHere(world, isSilent ? IMPATIENT : PATIENT).catch(() => undefined);
          await settle(world);
          const happened = faults.report().calls.filter(({ does }) => does !== null).length;
          if (happened < MOST * list.length) throw new Error(`${happened} of ${list.length} faults happened`);
        },
        isInner ? () => recoverWithin(world) : undefined,
      );
      return differences(expected, found);
    },
    async afterKill({ name, nth }, does) {
      const process = next ?? prepareProcess(world);
      next = prepareProcess(world);
      const found = await attempt(async () => {
        faults.arm([{ does, match: name, call: nth }]);
        await process.begin();
        await Promise.race([
          faults.held(),
          process.ended.then(({ said }) => Promise.reject(new Error(said))),
        ]);
        await process.kill();
      });
      return differences(expected, found);
    },
    close: async () => next?.kill(),
  };
}

/** Of many faults one may make another's call needless: by the time of a second attempt an invalidation is complete. */
const MOST = 0.9;

/** Functions finish by schedule what they could not: a mail in doubt, when the grace time is over. */
async function recoverWithin(world: WholeWorld): Promise<void> {
  await applyCleanly(world);
  const offset = clockOffset();
  shiftClock(offset + AFTER_GRACE);
  await world.stack.aws.scheduler.tick('notification-sweeper');
  await settle(world);
  shiftClock(offset);
}

/** Milliseconds; stack `local` has a grace time of ten minutes. */
const AFTER_GRACE = 11 * 60_000;

function numbered(calls: readonly Omit<NumberedCall, 'nth'>[]): NumberedCall[] {
  const counts = new Map<string, number>();
  return calls.map(({ by, name }) => {
    const key = `${by} ${name}`;
    const nth = (counts.get(key) ?? 0) + 1;
    counts.set(key, nth);
    return { by, name, nth };
  });
}
