import { describe, expect, it } from 'vitest';
import { standingAnswers } from '#functions/scc/answer-news.ts';
import type { Entry } from '#functions/scc/entries/entry.ts';
import type { ToldEvent } from '#functions/scc/event-store.ts';
import { placeVersion } from '#functions/scc/place-version.ts';
import { john } from './samples.ts';
import { answerOf, factsOf, mike, openDeckhand, signUpOf, toldSample } from './told-sample.ts';

const states = (event: ToldEvent, entries: readonly Entry[] = []) =>
  Object.fromEntries(standingAnswers(factsOf(event, entries)).map(({ member, state }) => [member, state]));
const event = toldSample();
const keeping = (places: ToldEvent, of: ToldEvent) => ({
  ...of,
  told: { ...of.told, places: places.told.places },
});

describe('the answers of a crew', () => {
  it('are none of everyone at first, invitations included, and of nobody when it is not on', () => {
    expect(states(event)).toEqual({ mike: 'none', john: 'none', ana: 'none', jane: 'none', lee: 'none' });
    for (const status of ['cancelled', 'on-hold'] as const)
      expect(states(toldSample({ view: { status } }))).toEqual({});
  });

  it('hold for the version that was seen', () => {
    const entries = [answerOf(event, 'john'), answerOf(event, 'mike', { answer: 'declined', reason: 'ill' })];
    expect(states(event, entries)).toMatchObject({ john: 'confirmed', mike: 'declined' });
    expect(standingAnswers(factsOf(event, entries))).toContainEqual({
      member: 'mike',
      position: 'mike',
      role: 'captain',
      invited: false,
      state: 'declined',
      reason: 'ill',
      entry: 'mike-001',
      at: '2027-05-02T08:00:00Z',
    });
  });

  it.each([
    ['start', { start: '2027-05-30T10:00' }],
    ['end', { end: '2027-05-30T13:00' }],
    ['zone', { zone: 'America/Denver' }],
    ['vessel', { vessel: { key: 'other', name: 'OTHER' } }],
    ['berth', { berth: { name: 'Elsewhere', map: 'https://maps.example.test' } }],
    ['role', { crew: [mike, { ...john, role: 'cook' }, openDeckhand] }],
    ['hours', { crew: [mike, { ...john, hours: 6 }, openDeckhand] }],
  ])('want to be said again after a change of %s, and hold again when it is taken back', (_, view) => {
    const yes = [answerOf(event, 'john')];
    const changed = keeping(event, toldSample({ revision: 2, view }));
    expect(states(changed, yes)['john']).toBe('re-confirm');
    expect(states(keeping(event, toldSample({ revision: 3 })), yes)['john']).toBe('confirmed');
    const no = [answerOf(event, 'john', { answer: 'declined' })];
    expect(states(changed, no)['john']).toBe('declined');
  });

  it('want to be said again after a change of pay', () => {
    const paid = factsOf(event, [answerOf(event, 'john')], { payOf: () => ({ cents: 1, currency: 'USD' }) });
    expect(standingAnswers(paid).find(({ member }) => member === 'john')?.state).toBe('re-confirm');
  });

  it.each([
    ['guests', { guest: { firstName: 'Bo', count: 9 } }],
    ['notes', { notes: 'other' }],
    ['a colleague', { crew: [john, openDeckhand] }],
    ['the berth’s map', { berth: { ...event.told.event.berth, map: 'https://other.example.test' } }],
  ])('hold after a change of %s', (_, view) => {
    const changed = keeping(event, toldSample({ revision: 2, view }));
    expect(states(changed, [answerOf(event, 'john')])['john']).toBe('confirmed');
  });

  it('of before somebody came in anew do not count', () => {
    const anew = toldSample({ revision: 5 });
    expect(states(anew, [answerOf(event, 'john')])['john']).toBe('none');
  });

  it('of an invited member are a no or nothing: the yes is having the place', () => {
    const yes = answerOf(event, 'jane');
    expect(states(event, [yes])['jane']).toBe('none');
    expect(states(event, [answerOf(event, 'jane', { answer: 'declined' })])['jane']).toBe('declined');
    expect(states(toldSample({ signUps: [signUpOf('jane', yes.id)] }), [yes])).toEqual({
      mike: 'none',
      john: 'none',
      jane: 'confirmed',
    });
  });

  it('of who signed up again after a decline are not that decline', () => {
    const no = answerOf(event, 'jane', { answer: 'declined' });
    expect(states(toldSample({ signUps: [signUpOf('jane', 'unknown')] }), [no])['jane']).toBe('none');
  });

  it('count a member once who is invited to several positions', () => {
    const crew = [mike, openDeckhand, { ...openDeckhand, key: 'deckhand-2', candidates: ['jane', 'kim'] }];
    const answers = standingAnswers(factsOf(toldSample({ view: { crew } })));
    expect(answers.map(({ member, position }) => `${member} ${position}`)).toEqual([
      'mike mike',
      ...['ana deckhand-1', 'jane deckhand-1', 'lee deckhand-1', 'kim deckhand-2'],
    ]);
  });
});

describe('the version of a place', () => {
  it('is 16 hex digits that do not tell the pay', () => {
    const version = placeVersion(event.told.event, john, { cents: 12_345, currency: 'USD' });
    expect(version).toMatch(/^[0-9a-f]{16}$/);
    expect(version).not.toBe(placeVersion(event.told.event, john, { cents: 12_346, currency: 'USD' }));
  });
});
