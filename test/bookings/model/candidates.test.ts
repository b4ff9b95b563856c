import { describe, expect, it } from 'vitest';
import {
  allCandidates,
  candidatesOf,
  withActiveCandidates,
  withCandidates,
} from '#bookings/model/candidates.ts';
import { toViews } from '#bookings/model/views.ts';
import type { EventView } from '#bookings/model/views/event.ts';
import { load } from '#bookings/reconcile/load.ts';
import { sourceOf, xhqgmdh } from '#test/fixtures/bookings.ts';

const { event } = toViews(load(sourceOf(xhqgmdh())).bookings[0]!);
const [position] = event.view.crew;
const open = (key: string, candidates: string[]): EventView['crew'][number] => ({
  ...position!,
  key,
  member: null,
  name: null,
  candidates,
});
const viewOf = (...crew: EventView['crew']): EventView => ({ ...event.view, crew });
const view = viewOf(open('deckhand-1', ['ana', 'bo']), position!, open('skipper-1', ['bo', 'cy']));

describe('the candidates of a charter', () => {
  it('are those of its open positions', () => {
    expect(candidatesOf(view)).toEqual({ 'deckhand-1': ['ana', 'bo'], 'skipper-1': ['bo', 'cy'] });
    expect(candidatesOf(event.view)).toEqual({});
    expect(allCandidates([view, viewOf(open('deckhand-1', ['al']))])).toEqual(['al', 'ana', 'bo', 'cy']);
  });

  it('are replaced where a position is open, and nobody is invited to one that is not named', () => {
    const candidates = { 'deckhand-1': ['zoe'], [position!.key]: ['zoe'] };
    expect(withCandidates(view, candidates)).toEqual(
      viewOf(open('deckhand-1', ['zoe']), position!, open('skipper-1', [])),
    );
    expect(withCandidates(view, candidatesOf(view))).toEqual(view);
  });

  it('are invited when they are active, or signed up', () => {
    const signUps = [{ role: 'skipper', member: 'cy', name: 'Cy', entry: 'entry-of-cy' }];
    expect(candidatesOf(withActiveCandidates(view, { active: new Set(['ana']), signUps }))).toEqual({
      'deckhand-1': ['ana'],
      'skipper-1': ['cy'],
    });
  });
});
