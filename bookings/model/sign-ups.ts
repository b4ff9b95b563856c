import * as z from 'zod';
import type { Telling } from './notifications.ts';
import type { EventView } from './views/event.ts';
import type { SummaryView } from './views/summary.ts';

/** A member who accepted an open position. Git still says "open"; SCC keeps who was first. */
export const signUpSchema = z.strictObject({
  role: z.string(),
  member: z.string(),
  name: z.string(),
  /** Id of the entry that accepted. */
  entry: z.string(),
});
export type SignUp = z.output<typeof signUpSchema>;

/**
 * The charter with its open positions filled by those who signed up, in the order in which they did. A sign-up holds a
 * role and not a position, as `deckhand-2` becomes `deckhand-1` when git fills the first. It lapses when git names the
 * member, no longer invites them, or has fewer open positions than sign-ups before theirs.
 */
export function withSignUps(view: EventView, signUps: readonly SignUp[]): EventView {
  const { crew } = fill(view.crew, signUps);
  const aboard = new Set(crew.map(({ member }) => member));
  const free = (members: readonly string[]) => members.filter((member) => !aboard.has(member));
  return {
    ...view,
    crew: crew.map((position) => ({
      ...position,
      candidates: free(position.candidates),
      substitutes: free(position.substitutes),
    })),
  };
}

/** The sign-ups that still hold a position; the others are forgotten, and do not come back with a later change. */
export const heldSignUps = (view: EventView, signUps: readonly SignUp[]): SignUp[] =>
  fill(view.crew, signUps).held;

/** What people know of a charter, or are to know, when those who signed up have their positions. */
export function tellingWithSignUps(telling: Telling, signUps: readonly SignUp[]): Telling {
  const event = withSignUps(telling.event, signUps);
  return { ...telling, event, summary: summaryWithCrew(telling.summary, event) };
}

/** A summary that names who signed up as it names who is assigned. */
export const summaryWithCrew = (summary: SummaryView, { crew }: EventView): SummaryView => ({
  ...summary,
  crew: crew.map(({ key, member, name, role, hours }) => ({ key: member ?? key, name, role, hours })),
});

function fill(
  positions: EventView['crew'],
  signUps: readonly SignUp[],
): { crew: EventView['crew']; held: SignUp[] } {
  const crew = [...positions];
  const held = signUps.filter(({ role, member, name }) => {
    if (crew.some((position) => position.member === member)) return false;
    const at = crew.findIndex(
      (position) =>
        position.member === null && position.role === role && position.candidates.includes(member),
    );
    if (at >= 0) crew[at] = { ...crew[at]!, member, name, candidates: [] };
    return at >= 0;
  });
  return { crew, held };
}
