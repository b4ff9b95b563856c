import { canonicalJson } from '#bookings/model/canonical.ts';
import { notificationIdOf } from '#bookings/model/ids.ts';
import type { Notification } from '#bookings/model/notifications.ts';
import { withSignUps, type SignUp } from '#bookings/model/sign-ups.ts';
import type { EventView } from '#bookings/model/views/event.ts';
import type { SummaryView } from '#bookings/model/views/summary.ts';
import type { Former, Standing, Told } from './event-store.ts';
import { MATERIAL_PATHS } from './place-version.ts';

/** What a release makes true, and what was before it. */
export interface Release {
  /** Null before the first release. */
  readonly told: Told | null;
  /** As they were before it: those that the new view has no room for are lapsed by it. */
  readonly signUps: readonly SignUp[];
  readonly event: EventView;
  readonly summary: SummaryView;
  readonly news: readonly Notification[];
  readonly revision: number;
  /** Instant. */
  readonly at: string;
}

/** What people are told once a release is through, with the standing of each of them. Pure. */
export function toTold(release: Release): Told {
  const { told, event, summary, news, revision, at } = release;
  const isSame = told !== null && canonicalJson(told.event) === canonicalJson(event);
  return {
    event,
    summary,
    at,
    eventRevision: isSame ? told.eventRevision : revision,
    places: standingsOf(release),
    former: formerOf(release),
    news: news.map(notificationIdOf),
  };
}

/** A place is another thing than an invitation: who goes from one to the other is asked anew, as they are told. */
function standingsOf({ told, signUps, event, news, revision, at }: Release): Record<string, Standing> {
  const before = told === null ? NOBODY : peopleOf(told.event, signUps);
  const asked = new Set(news.filter(isMaterial).map(({ recipient }) => recipient));
  const standings = [...peopleOf(event, signUps)].map(([member, standing]): [string, Standing] => {
    const known = before.get(member) === standing ? told?.places[member] : undefined;
    if (known === undefined) return [member, { since: revision, askedAt: at }];
    return [member, { since: known.since, askedAt: asked.has(member) ? at : known.askedAt }];
  });
  return Object.fromEntries(standings);
}

/** A corrected note asks nobody for anything. */
export const isMaterial = ({ kind, changes }: Notification): boolean =>
  kind !== 'changed' || changes.some(({ path }) => MATERIAL_PATHS.has(path));

function formerOf({ told, signUps, event, revision }: Release): Record<string, Former> {
  if (told === null) return {};
  const { start, end, zone, startsAt, endsAt } = told.event;
  const lost = aboardOf(told.event, signUps).map(
    (member) => [member, { revision, start, end, zone, startsAt, endsAt }] as const,
  );
  const aboard = new Set(aboardOf(event, signUps));
  const all = [...Object.entries(told.former), ...lost].filter(([member]) => !aboard.has(member));
  return Object.fromEntries(all);
}

const NOBODY: ReadonlyMap<string, 'aboard' | 'invited'> = new Map();

/**
 * Everyone with a place or an invitation. A position that somebody signed up for still invites: should they decline,
 * the others have it again, and with it what they answered before.
 */
export function peopleOf(
  view: EventView,
  signUps: readonly SignUp[],
): ReadonlyMap<string, 'aboard' | 'invited'> {
  if (view.status !== 'confirmed') return NOBODY;
  const invited = view.crew.flatMap(({ member, candidates }) => (member === null ? candidates : []));
  return new Map([
    ...invited.map((member) => [member, 'invited'] as const),
    ...aboardOf(view, signUps).map((member) => [member, 'aboard'] as const),
  ]);
}

const aboardOf = (view: EventView, signUps: readonly SignUp[]): string[] =>
  view.status === 'confirmed'
    ? withSignUps(view, signUps).crew.flatMap(({ member }) => (member === null ? [] : [member]))
    : [];
