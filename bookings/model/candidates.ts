import type { SignUp } from './sign-ups.ts';
import type { EventView } from './views/event.ts';

/** Members whom open positions invite, by position. */
export type Candidates = Record<string, string[]>;

export const candidatesOf = ({ crew }: EventView): Candidates =>
  Object.fromEntries(
    crew.flatMap(({ key, member, candidates }) => (member === null ? [[key, candidates]] : [])),
  );

/** Every member whom an open position of these charters invites, once, sorted. */
export const allCandidates = (views: readonly EventView[]): string[] =>
  [...new Set(views.flatMap((view) => Object.values(candidatesOf(view)).flat()))].toSorted();

/** The charter with its open positions inviting these members, and no others. */
export const withCandidates = (view: EventView, candidates: Candidates): EventView => ({
  ...view,
  crew: view.crew.map((position) =>
    position.member === null ? { ...position, candidates: candidates[position.key] ?? [] } : position,
  ),
});

/** Git does not know who is active, and only they are invited. Who signed up stays, as who is assigned does. */
export function withActiveCandidates(
  view: EventView,
  { active, signUps }: { active: ReadonlySet<string>; signUps: readonly SignUp[] },
): EventView {
  const aboard = new Set(signUps.map(({ member }) => member));
  const invited = Object.entries(candidatesOf(view)).map(([key, members]): [string, string[]] => [
    key,
    members.filter((member) => active.has(member) || aboard.has(member)),
  ]);
  return withCandidates(view, Object.fromEntries(invited));
}
