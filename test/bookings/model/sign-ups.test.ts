import { describe, expect, it } from 'vitest';
import {
  heldSignUps,
  summaryWithCrew,
  tellingWithSignUps,
  withSignUps,
  type SignUp,
} from '#bookings/model/sign-ups.ts';
import { toViews } from '#bookings/model/views.ts';
import type { EventView } from '#bookings/model/views/event.ts';
import { load } from '#bookings/reconcile/load.ts';
import { sourceOf, xhqgmdh } from '#test/fixtures/bookings.ts';

const { event, summary } = toViews(load(sourceOf(xhqgmdh())).bookings[0]!);

type Position = EventView['crew'][number];
const named = (member: string, role = 'deckhand', substitutes: string[] = []): Position => ({
  key: member,
  member,
  name: member.toUpperCase(),
  role,
  hours: 5,
  candidates: [],
  substitutes,
});
const open = (key: string, candidates: string[], role = 'deckhand'): Position => ({
  key,
  member: null,
  name: null,
  role,
  hours: 5,
  candidates,
  substitutes: [],
});
const viewOf = (...crew: Position[]): EventView => ({ ...event.view, crew });
const signUp = (member: string, role = 'deckhand'): SignUp => ({
  role,
  member,
  name: member.toUpperCase(),
  entry: `entry-of-${member}`,
});

/** `ana@deckhand-1`, or `ana?bo@deckhand-1` while it invites the two. */
const crewOf = (view: EventView): string[] =>
  view.crew.map(({ key, member, candidates }) => `${member ?? `${candidates.join('?')}?`}@${key}`);

describe('a charter with its sign-ups', () => {
  const all = ['ana', 'bo', 'cy'];
  it.each<[string, Position[], SignUp[], string[], string[]]>([
    ['nobody signed up', [open('deckhand-1', all)], [], ['ana?bo?cy?@deckhand-1'], []],
    ['one did', [open('deckhand-1', all)], [signUp('bo')], ['bo@deckhand-1'], ['bo']],
    [
      'the others stay invited to what is left',
      [open('deckhand-1', all), open('deckhand-2', all)],
      [signUp('bo')],
      ['bo@deckhand-1', 'ana?cy?@deckhand-2'],
      ['bo'],
    ],
    [
      'the first has the first position',
      [open('deckhand-1', all), open('deckhand-2', all)],
      [signUp('cy'), signUp('ana')],
      ['cy@deckhand-1', 'ana@deckhand-2'],
      ['cy', 'ana'],
    ],
    [
      'git named the first of them: the second moves up',
      [named('cy'), open('deckhand-1', ['ana', 'bo'])],
      [signUp('cy'), signUp('ana')],
      ['cy@cy', 'ana@deckhand-1'],
      ['ana'],
    ],
    [
      'git has fewer positions: who was later has none',
      [open('deckhand-1', all)],
      [signUp('cy'), signUp('ana')],
      ['cy@deckhand-1'],
      ['cy'],
    ],
    ['git named another', [named('ana')], [signUp('cy')], ['ana@ana'], []],
    [
      'git invites them no more',
      [open('deckhand-1', ['ana', 'bo'])],
      [signUp('cy')],
      ['ana?bo?@deckhand-1'],
      [],
    ],
    [
      'git named them in another role',
      [named('bo', 'captain'), open('deckhand-1', all)],
      [signUp('bo')],
      ['bo@bo', 'ana?cy?@deckhand-1'],
      [],
    ],
    [
      'a sign-up is for its role alone',
      [open('captain-1', all, 'captain'), open('deckhand-1', all)],
      [signUp('bo')],
      ['ana?cy?@captain-1', 'bo@deckhand-1'],
      ['bo'],
    ],
    [
      'nobody has two positions',
      [open('captain-1', all, 'captain'), open('deckhand-1', all)],
      [signUp('bo'), signUp('bo', 'captain')],
      ['ana?cy?@captain-1', 'bo@deckhand-1'],
      ['bo'],
    ],
  ])('%s', (_, crew, signUps, shown, held) => {
    expect(crewOf(withSignUps(viewOf(...crew), signUps))).toEqual(shown);
    expect(heldSignUps(viewOf(...crew), signUps).map(({ member }) => member)).toEqual(held);
  });

  it('shows who signed up with the name that SCC knows', () => {
    const [position] = withSignUps(viewOf(open('deckhand-1', all)), [signUp('bo')]).crew;
    expect(position).toEqual({ ...open('deckhand-1', []), member: 'bo', name: 'BO' });
  });

  it('offers nobody as a substitute who is on board', () => {
    const view = viewOf(named('john', 'deckhand', ['ana', 'bo']), open('deckhand-1', all));
    expect(withSignUps(view, [signUp('bo')]).crew[0]!.substitutes).toEqual(['ana']);
  });

  it('leaves git’s view as it is', () => {
    const view = viewOf(open('deckhand-1', all));
    const before = structuredClone(view);
    withSignUps(view, [signUp('bo')]);
    expect(view).toEqual(before);
  });

  it('keeps a sign-up whose charter is off: it may be on again', () => {
    const off: EventView = { ...viewOf(open('deckhand-1', all)), status: 'cancelled' };
    expect(heldSignUps(off, [signUp('bo')])).toEqual([signUp('bo')]);
  });
});

describe('what people know with the sign-ups', () => {
  it('names them in the summary as it names who is assigned', () => {
    const crew = [named('john'), open('deckhand-1', ['ana']), open('deckhand-2', ['bo'])];
    const telling = { event: viewOf(...crew), pay: event.pay, summary };
    const known = tellingWithSignUps(telling, [signUp('ana')]);
    expect(known.summary.crew).toEqual([
      { key: 'john', name: 'JOHN', role: 'deckhand', hours: 5 },
      { key: 'ana', name: 'ANA', role: 'deckhand', hours: 5 },
      { key: 'deckhand-2', name: null, role: 'deckhand', hours: 5 },
    ]);
    expect(known.pay).toBe(event.pay);
  });

  it('is what git says where nobody signed up', () => {
    const telling = { event: event.view, pay: event.pay, summary };
    expect(tellingWithSignUps(telling, [])).toEqual(telling);
    expect(summaryWithCrew(summary, event.view)).toEqual(summary);
  });
});
