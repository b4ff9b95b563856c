import type { AnswerFacts } from '#functions/scc/answer-news.ts';
import { effectiveView, sinceOf } from '#functions/scc/answers.ts';
import type { Entry, EntryOf } from '#functions/scc/entries/entry.ts';
import type { ToldEvent } from '#functions/scc/event-store.ts';
import { placeVersion } from '#functions/scc/place-version.ts';
import { placeOf } from '#functions/scc/place.ts';
import { john, samplePut, type SampleOptions } from './samples.ts';

export const mike = {
  ...john,
  key: 'mike',
  member: 'mike',
  name: 'Mike',
  role: 'captain',
  substitutes: ['rosa'],
};
export const openDeckhand = {
  ...john,
  key: 'deckhand-1',
  member: null,
  name: null,
  candidates: ['ana', 'jane', 'lee'],
};
export const RELEASED_AT = '2027-05-01T12:00:00Z';

/** A charter that was released: Mike as captain, John, and an open deckhand that Ana, Jane and Lee are invited to. */
export function toldSample(options: SampleOptions & Partial<Pick<ToldEvent, 'signUps'>> = {}): ToldEvent {
  const { view: own, revision = 1, signUps = [] } = options;
  const { event, summary } = samplePut({ ...options, view: { crew: [mike, john, openDeckhand], ...own } });
  const { view, createdTimestamp } = event;
  const people = view.crew.flatMap(({ member, candidates }) => (member === null ? candidates : [member]));
  const standing = { since: revision, askedAt: RELEASED_AT };
  return {
    eventId: view.eventId,
    createdTimestamp,
    bookingKey: view.bookingKey,
    revision,
    view,
    summary,
    told: {
      event: view,
      summary,
      at: RELEASED_AT,
      eventRevision: revision,
      places: Object.fromEntries(people.map((member) => [member, standing])),
      former: {},
    },
    toldRevision: revision,
    released: [revision],
    signUps,
    signUpChanges: signUps.length,
  };
}

export const signUpOf = (member: string, entry: string, role = 'deckhand') => ({
  role,
  member,
  name: member,
  entry,
});

/** An answer to what is shown now. Its id says its place in the order. */
export function answerOf(
  event: ToldEvent,
  member: string,
  options: Partial<EntryOf<'answer'>> = {},
): EntryOf<'answer'> {
  const view = effectiveView(event);
  const position = placeOf(view, member)?.position ?? view.crew[0]!;
  const lamport = options.lamport ?? 1;
  return {
    id: `${member}-${String(lamport).padStart(3, '0')}`,
    member,
    lamport,
    at: '2027-05-02T08:00:00Z',
    receivedAt: '2027-05-02T08:00:00Z',
    kind: 'answer',
    answer: 'confirmed',
    position: position.key,
    version: placeVersion(view, position, null),
    since: sinceOf(event, member),
    reason: null,
    ...options,
  };
}

export const factsOf = (
  event: ToldEvent,
  entries: readonly Entry[] = [],
  options: Partial<AnswerFacts> = {},
): AnswerFacts => ({
  event,
  entries,
  payOf: () => null,
  isActive: () => true,
  now: '2027-05-02T09:00:00Z',
  ...options,
});
