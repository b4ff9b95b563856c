import { describe, expect, it } from 'vitest';
import type { Notification } from '#bookings/model/notifications.ts';
import type { SignUp } from '#bookings/model/sign-ups.ts';
import type { EventView } from '#bookings/model/views/event.ts';
import type { Told } from '#functions/scc/event-store.ts';
import { toTold } from '#functions/scc/standings.ts';
import { before, john, openSkipper, samplePut } from './samples.ts';

interface Step {
  readonly view?: Partial<EventView>;
  /** The list as it was when the release began. */
  readonly signUps?: readonly SignUp[];
  /** Whom the release tells something, of what is at `path`. */
  readonly tells?: readonly string[];
  readonly path?: string;
}

const at = (revision: number) => `2027-05-0${revision}T12:00:00.000Z`;

/** Releases one after the other: revision 1 on the first of May, 2 on the second. */
const released = (...steps: Step[]): Told => {
  let told: Told | null = null;
  for (const [index, { view = {}, signUps = [], tells = [], path = 'berth' }] of steps.entries()) {
    const revision = index + 1;
    const { event, summary } = samplePut({ view });
    const news = tells.map((recipient): Notification => ({
      eventId: event.view.eventId,
      recipient,
      kind: 'changed',
      occasion: String(revision),
      changes: [{ path, from: 'one', to: 'another' }],
    }));
    told = toTold({ told, signUps, event: event.view, summary, news, revision, at: at(revision) });
  }
  return told!;
};

const mia: SignUp = { role: 'skipper', member: 'mia', name: 'Mia', entry: 'entry-of-mia' };
const aboard = (member: string) => ({ ...openSkipper, key: member, member, name: member, candidates: [] });
const base: Step = {};
const cancelled: Step = { view: { status: 'cancelled' } };
const without = (...crew: EventView['crew']): Step => ({ view: { crew } });
const placed = (since: number, told = since) => ({ since, askedAt: at(told) });
const knew = (revision: number) => {
  const { start, end, zone, startsAt, endsAt } = samplePut().event.view;
  return { revision, start, end, zone, startsAt, endsAt };
};

describe('standings', () => {
  it.each<[string, Step[], Told['places']]>([
    ['at first: all, assigned or invited', [base], { ana: placed(1), john: placed(1), mia: placed(1) }],
    [
      'who stays has been there since',
      [base, base, base],
      { ana: placed(1), john: placed(1), mia: placed(1) },
    ],
    [
      'what is told counts for whom it is told',
      [base, { tells: ['john'] }, base],
      { ana: placed(1), john: placed(1, 2), mia: placed(1) },
    ],
    [
      'a corrected note asks nobody anew',
      [base, { tells: ['john'], path: 'notes' }, { tells: ['mia'], path: 'guest.count' }],
      { ana: placed(1), john: placed(1), mia: placed(1) },
    ],
    ['nobody stands in a cancelled charter', [base, cancelled], {}],
    ['nor in one that is on hold', [base, { view: { status: 'on-hold' } }], {}],
    [
      'a charter that is on again begins anew',
      [base, cancelled, { tells: ['john'] }],
      { ana: placed(3), john: placed(3), mia: placed(3) },
    ],
    [
      'so does who was off',
      [base, without(openSkipper), base],
      { ana: placed(1), john: placed(3), mia: placed(1) },
    ],
    [
      'an invitation is no place: who is assigned begins anew',
      [base, without(john, aboard('mia'))],
      { john: placed(1), mia: placed(2) },
    ],
    [
      'and a place no invitation',
      [without(john, aboard('mia')), base],
      { ana: placed(2), john: placed(1), mia: placed(2) },
    ],
    ['who signed up stays', [base, { signUps: [mia] }], { ana: placed(1), john: placed(1), mia: placed(1) }],
    [
      'also when git names them',
      [base, { ...without(john, aboard('mia')), signUps: [mia] }],
      { john: placed(1), mia: placed(1) },
    ],
    [
      'and when they declined, as one who is invited, whose answer counts',
      [base, { signUps: [mia] }, base],
      { ana: placed(1), john: placed(1), mia: placed(1) },
    ],
    [
      'a sign-up without a position left ends',
      [base, { ...without(john), signUps: [mia] }],
      { john: placed(1) },
    ],
  ])('%s', (_, steps, places) => {
    expect(released(...steps).places).toEqual(places);
  });
});

describe('former places', () => {
  const gone = without(openSkipper);
  it.each<[string, Step[], Told['former']]>([
    ['none at first', [base], {}],
    ['who is not assigned any more, with the times that they knew', [base, gone], { john: knew(2) }],
    ['stays so', [base, gone, gone], { john: knew(2) }],
    ['until they are back', [base, gone, base], {}],
    ['a cancelled charter is lost for who was on it', [base, cancelled], { john: knew(2) }],
    ['and not for those when it is on again', [base, cancelled, base], {}],
    ['on again without them', [base, cancelled, gone], { john: knew(2) }],
    ['an invitation is no place to lose', [base, without(john)], {}],
    ['a sign-up is', [base, { ...without(john), signUps: [mia] }], { mia: knew(2) }],
    ['naming who signed up loses nobody', [base, { ...without(john, aboard('mia')), signUps: [mia] }], {}],
    [
      'who lost a place and is invited to one has still lost it',
      [without(john, aboard('mia')), base],
      { mia: knew(2) },
    ],
  ])('%s', (_, steps, former) => {
    expect(released(...steps).former).toEqual(former);
  });

  it('are of the times before a move, not of those after it', () => {
    const moved = { start: '2027-06-02T10:00', startsAt: '2027-06-02T17:00:00Z' };
    const told = released(base, { view: { ...moved, crew: [openSkipper] } });
    expect(told.former).toEqual({ john: knew(2) });
    expect(told.event.start).toBe('2027-06-02T10:00');
  });
});

describe('the revision of the released view', () => {
  it.each<[string, Step[], number]>([
    ['is the first', [base], 1],
    ['stays while the view does', [base, base, base], 1],
    ['rises with it', [base, { view: { hours: 4 } }, { view: { hours: 4 } }], 2],
    ['is not touched by who signs up', [base, { signUps: [mia], tells: ['mia'] }], 1],
    ['rises with a checklist that is taken anew', [base, { view: { checklists: [before] } }], 2],
  ])('%s', (_, steps, revision) => {
    expect(released(...steps).eventRevision).toBe(revision);
  });
});

it('a release knows when it was and whom it told', () => {
  const told = released(base, { tells: ['john'] });
  expect(told.at).toBe(at(2));
  expect(told.news).toEqual([`${told.event.eventId}#john#changed#2`]);
});
