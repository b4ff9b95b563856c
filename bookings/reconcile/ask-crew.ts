import { allCandidates } from '../model/candidates.ts';
import { eventIdOf } from '../model/ids.ts';
import type { EventView } from '../model/views/event.ts';
import { mapBounded } from './bounded.ts';
import { isOver } from './due.ts';
import type { Crew, OpenPositions } from './ports.ts';
import type { Actual, Desired } from './states.ts';
import { isToldOf, toldOf, type CrewFacts } from './tells.ts';

const CONCURRENCY = 8;

/**
 * What SCC knows of the bookings whose tells depend on it, by booking key; null when it does not answer: a plan says so,
 * and the bookings are applied. A run that opens, fills or tells of no open position asks nothing.
 */
export async function askCrew(
  changed: readonly Desired[],
  actual: Actual,
  crew: Pick<Crew, 'openPositions' | 'activeAmong'>,
): Promise<ReadonlyMap<string, CrewFacts | null>> {
  const asked = changed
    .filter((one) => isToldOf(one, actual) && !isOver(one.booking, actual))
    .map((one) => toQuestion(one, actual))
    .filter(({ views }) => views.some(isOpen));
  if (asked.length === 0) return new Map();
  const active = await activeAmong(
    asked.flatMap(({ views }) => views),
    crew,
  );
  const answers = await mapBounded(asked, CONCURRENCY, async ({ key, told }) => {
    const positions = active && (await positionsOf(key, told, crew));
    return [key, active && positions && { ...positions, active }] as const;
  });
  return new Map(answers);
}

/** One booking's charter as people know it, if they do, and as it is to be. */
interface Question {
  readonly key: string;
  readonly told: EventView | undefined;
  readonly views: readonly EventView[];
}

function toQuestion({ booking: { key }, views }: Desired, { records }: Actual): Question {
  const told = toldOf(records.get(key))?.event;
  return { key, told, views: told === undefined ? [views.event.view] : [told, views.event.view] };
}

const isOpen = ({ crew }: EventView): boolean => crew.some(({ member }) => member === null);

/** One question per run; null when there is no answer. */
async function activeAmong(
  views: readonly EventView[],
  crew: Pick<Crew, 'activeAmong'>,
): Promise<ReadonlySet<string> | null> {
  const active = await crew.activeAmong(allCandidates(views)).catch(() => null);
  return active && new Set(active);
}

/** Nobody can have signed up for, or been invited to, what was not open when people were told. */
const NEVER_OPEN: OpenPositions = { signUps: [], toldCandidates: {} };

const positionsOf = async (
  bookingKey: string,
  told: EventView | undefined,
  crew: Pick<Crew, 'openPositions'>,
): Promise<OpenPositions | null> =>
  told !== undefined && isOpen(told)
    ? crew.openPositions(eventIdOf(bookingKey)).catch(() => null)
    : NEVER_OPEN;
