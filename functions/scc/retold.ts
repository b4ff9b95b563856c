import { candidatesOf, withCandidates } from '#bookings/model/candidates.ts';
import { notificationIdOf } from '#bookings/model/ids.ts';
import { heldSignUps, type SignUp } from '#bookings/model/sign-ups.ts';
import type { EventView } from '#bookings/model/views/event.ts';
import type { SummaryView } from '#bookings/model/views/summary.ts';
import type { Intent } from '../adapters/notification-table.ts';
import { compareEntries, type Entry, type EntryOf } from './entries/entry.ts';
import { foldEntries } from './entries/fold.ts';
import type { Standing, StoredEvent, Told } from './event-store.ts';
import { isMaterial, peopleOf } from './standings.ts';

/** What is left of an event whose own item is lost. */
export interface Remains {
  /** Of the event, all that there ever were. */
  readonly intents: readonly Intent[];
  readonly entries: readonly Entry[];
  readonly nameOf: (member: string) => string;
  /** Instant. */
  readonly now: string;
}

/** What was released, as git's side knows it. */
export interface Known {
  readonly revision: number;
  readonly event: EventView;
  readonly summary: SummaryView;
}

export type Retold = Pick<StoredEvent, 'released' | 'signUps' | 'signUpChanges'> & { readonly told: Told };

/**
 * What people know of a charter, put together again from what they were told and what they answered, so that answers and
 * sign-ups hold on and nobody is told anything twice. Lost is who had a place and none any more. Pure.
 */
export function retold(known: Known, remains: Remains): Retold {
  const releases = remains.intents.filter(({ gate }) => gate === 'release');
  const answers = foldEntries(remains.entries).answers;
  const context = { releases, answers, at: latest(releases) ?? remains.now, revision: known.revision };
  const signUps = heldSignUps(known.event, signUpsIn(known.event, context, remains.nameOf));
  const event = withCandidates(known.event, invitedTo(known.event, remains.intents, signUps));
  const people = peopleOf(event, signUps).keys();
  return {
    signUps,
    // An upper bound will do: it must not fall, as revisions do not.
    signUpChanges: remains.entries.filter(({ kind }) => kind === 'answer').length,
    released: [...new Set([...releases.map(({ revision }) => revision), known.revision])].toSorted(
      (one, other) => one - other,
    ),
    told: {
      event,
      summary: known.summary,
      at: context.at,
      eventRevision: known.revision,
      places: Object.fromEntries([...people].map((member) => [member, standingOf(member, context)])),
      former: {},
      news: releases
        .filter(({ revision }) => revision === known.revision)
        .map(({ notification }) => notificationIdOf(notification)),
    },
  };
}

interface Context {
  readonly releases: readonly Intent[];
  readonly answers: Readonly<Record<string, EntryOf<'answer'>>>;
  readonly at: string;
  readonly revision: number;
}

const latest = (intents: readonly Intent[]): string | undefined =>
  intents
    .map(({ createdAt }) => createdAt)
    .toSorted()
    .at(-1);

/** A yes to an open position is stored only of who had it then; it holds while they are where they were when they said it. */
function signUpsIn(event: EventView, context: Context, nameOf: Remains['nameOf']): SignUp[] {
  return Object.values(context.answers)
    .filter(
      ({ answer, member, since }) => answer === 'confirmed' && since === standingOf(member, context).since,
    )
    .toSorted(compareEntries)
    .flatMap(({ id, member, position }) => {
      const role = event.crew.find(({ key }) => key === position)?.role ?? position.replace(/-\d+$/, '');
      const isInvited = event.crew.some(
        (open) => open.member === null && open.role === role && open.candidates.includes(member),
      );
      return isInvited ? [{ role, member, name: nameOf(member), entry: id }] : [];
    });
}

/** Whoever was told of a place is in it since the last time that they were told so. */
function standingOf(member: string, { releases, answers, at, revision }: Context): Standing {
  const own = releases.filter(({ notification }) => notification.recipient === member);
  const places = own.filter(({ notification: { kind } }) => kind === 'assigned' || kind === 'invited');
  const since = places.map((intent) => intent.revision);
  return {
    since: since.length > 0 ? Math.max(...since) : (answers[member]?.since ?? revision),
    askedAt: latest(own.filter(({ notification }) => isMaterial(notification))) ?? at,
  };
}

/** Only who was active then was invited. */
function invitedTo(event: EventView, intents: readonly Intent[], signUps: readonly SignUp[]) {
  const invited = new Set([
    ...intents
      .filter(({ notification }) => notification.kind === 'invited')
      .map(({ notification }) => notification.recipient),
    ...signUps.map(({ member }) => member),
  ]);
  return Object.fromEntries(
    Object.entries(candidatesOf(event)).map(([key, members]) => [
      key,
      members.filter((member) => invited.has(member)),
    ]),
  );
}
