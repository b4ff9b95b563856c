import { describe, expect, it } from 'vitest';
import { shiftInstant } from '#bookings/model/time.ts';
import { assign } from '#scripts/booking/amend.ts';
import { captainView, isCaptainOf, timesAround } from '#functions/scc/captain-view.ts';
import type { Entry } from '#functions/scc/entries/entry.ts';
import { foldEntries } from '#functions/scc/entries/fold.ts';
import type { ToldEvent } from '#functions/scc/event-store.ts';
import { john } from './samples.ts';
import { answerOf, mike, openDeckhand, signUpOf, toldSample } from './told-sample.ts';

const contacts = ['mike', 'john', 'ana', 'jane', 'lee', 'rosa'].map((key) => ({
  key,
  name: `${key}!`,
  email: `${key}@example.test`,
  active: key !== 'lee',
  linkVersion: 1,
}));
const view = (event: ToldEvent, entries: readonly Entry[] = [], others: readonly ToldEvent[] = []) =>
  captainView({ event, state: foldEntries(entries), payOf: () => null, contacts, others }).positions;
const substitutesOf = (key: string, ...of: Parameters<typeof view>) =>
  view(...of)
    .find((position) => position.key === key)
    ?.substitutes.map(({ member }) => member);
const declined = { answer: 'declined' as const, reason: 'ill' };
const event = toldSample();
const AMEND = 'npm run booking -- amend XHQGMDH --assign';

describe('what a captain sees', () => {
  it('is who said what, when and why, invitations included', () => {
    const entries = [
      answerOf(event, 'john', declined),
      answerOf(event, 'ana', { ...declined, reason: null }),
    ];
    const [captain, hand, open] = view(event, entries);
    expect(captain).toMatchObject({ key: 'mike', name: 'Mike', answer: 'none', signedUp: false, fix: null });
    expect(hand).toMatchObject({ answer: 'declined', reason: 'ill', answeredAt: '2027-05-02T08:00:00Z' });
    expect(open).toMatchObject({ key: 'deckhand-1', member: null, answer: null });
    expect(open?.invited).toEqual([
      { member: 'ana', name: 'ana!', answer: 'declined', reason: null, answeredAt: '2027-05-02T08:00:00Z' },
      ...['jane', 'lee'].map((member) => ({
        ...{ member, name: `${member}!`, answer: 'none', reason: null, answeredAt: null },
      })),
    ]);
  });

  it('offers who is free for a position that nobody confirmed, with the command that git takes', () => {
    const hand = { ...john, substitutes: ['ana', 'jane', 'lee'] };
    const own = toldSample({ view: { crew: [mike, hand] } });
    expect(view(own, [answerOf(own, 'john', declined)])[1]?.substitutes).toEqual([
      { member: 'ana', name: 'ana!', command: `${AMEND} john=ana` },
      { member: 'jane', name: 'jane!', command: `${AMEND} john=jane` },
    ]);
    expect(substitutesOf('john', own)).toEqual(['ana', 'jane']);
    expect(substitutesOf('mike', own)).toEqual(['rosa']);
    expect(substitutesOf('john', own, [answerOf(own, 'john')])).toEqual([]);
  });

  it('offers nobody who declined this charter, is inactive, unknown, or aboard already', () => {
    const entries = [answerOf(event, 'ana', declined)];
    expect(substitutesOf('deckhand-1', event, entries)).toEqual(['jane']);
    const hand = { ...john, substitutes: ['jane', 'stranger'] };
    const taken = toldSample({ view: { crew: [hand, openDeckhand] }, signUps: [signUpOf('jane', 'a')] });
    expect(substitutesOf('john', taken)).toEqual([]);
  });

  it('gives the command that makes a sign-up git’s, and offers the others until it is confirmed', () => {
    const yes = answerOf(event, 'jane');
    const taken = toldSample({ signUps: [signUpOf('jane', yes.id)] });
    expect(view(taken, [yes])[2]).toMatchObject({
      member: 'jane',
      signedUp: true,
      answer: 'confirmed',
      fix: `${AMEND} deckhand-1=jane`,
      substitutes: [],
      invited: [],
    });
    expect(substitutesOf('deckhand-1', taken)).toEqual(['ana']);
  });

  it('gives commands whose entries the amend command knows', () => {
    const booking = {
      crew: [{ member: 'john', role: 'deckhand' }, { role: 'deckhand' }],
    } as unknown as Parameters<ReturnType<typeof assign>>[0];
    expect(assign('deckhand-1=jane')(booking).crew?.[1]).toMatchObject({ member: 'jane' });
    expect(assign('john=ana')(booking).crew?.[0]).toMatchObject({ member: 'ana' });
  });

  it.each(['cancelled', 'on-hold'] as const)('proposes nothing while the charter is %s', (status) => {
    const off = toldSample({ view: { status }, signUps: [signUpOf('jane', 'a')] });
    expect(view(off).map(({ fix, substitutes }) => [fix, substitutes])).toEqual([
      [null, []],
      [null, []],
      [null, []],
    ]);
  });
});

describe('a substitute', () => {
  const { startsAt, endsAt } = event.told.event;
  const other = (from: number, hours: number, options: Parameters<typeof toldSample>[0] = {}) => {
    const starts = shiftInstant(startsAt, from);
    const ana = { ...john, key: 'ana', member: 'ana', name: 'Ana' };
    const times = { startsAt: starts, endsAt: shiftInstant(starts, hours) };
    return toldSample({
      bookingKey: 'phone-other',
      ...options,
      view: { crew: [ana, { ...openDeckhand, candidates: ['jane'] }], ...times, ...options.view },
    });
  };

  it.each([
    ['at the same time', 0, 3, false],
    ['over all of it', -24, 48, false],
    ['within it', 1, 1, false],
    ['ending less than an hour before', -3.75, 3, false],
    ['ending an hour before', -4, 3, true],
    ['starting less than an hour after', 3.75, 3, false],
    ['starting an hour after', 4, 3, true],
  ])('is free or not with a place in a charter %s', (_, from, hours, isFree) => {
    const free = substitutesOf('deckhand-1', event, [], [event, other(from, hours)]);
    expect(free).toEqual(isFree ? ['ana', 'jane'] : ['jane']);
  });

  it('is free whose other place is an invitation, or in a charter that is not on', () => {
    expect(substitutesOf('deckhand-1', event, [], [other(0, 3)])).toContain('jane');
    const cancelled = other(0, 3, { view: { status: 'cancelled' } });
    expect(substitutesOf('deckhand-1', event, [], [cancelled])).toEqual(['ana', 'jane']);
    const signedUp = other(0, 3, { signUps: [signUpOf('jane', 'a')] });
    expect(substitutesOf('deckhand-1', event, [], [signedUp])).toEqual([]);
  });

  it('is looked for in charters from ten days before, the longest there are, to an hour after', () => {
    expect(timesAround(event)).toEqual({
      from: new Date(shiftInstant(startsAt, -241)),
      to: new Date(shiftInstant(endsAt, 1)),
    });
  });
});

describe('the captain', () => {
  it('is who has the role in the charter, and not who may apply for it', () => {
    const open = { ...openDeckhand, role: 'captain', candidates: ['mike'] };
    expect(isCaptainOf(event.told.event, 'mike')).toBe(true);
    expect(isCaptainOf(event.told.event, 'john')).toBe(false);
    expect(isCaptainOf({ ...event.told.event, crew: [open] }, 'mike')).toBe(false);
  });
});
