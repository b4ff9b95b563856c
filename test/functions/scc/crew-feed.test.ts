import { describe, expect, it } from 'vitest';
import { feedEntryOf } from '#functions/scc/crew-feed.ts';
import { RELEASED_AT, signUpOf, toldSample } from './told-sample.ts';

const event = toldSample({ revision: 3 });
const former = { start: '2027-05-29T09:00', end: '2027-05-29T12:00', zone: 'America/Los_Angeles' };
const instants = { startsAt: '2027-05-29T16:00:00Z', endsAt: '2027-05-29T19:00:00Z' };

describe('a charter in a member’s calendar', () => {
  it('is what was released, with the revision of its last change', () => {
    expect(feedEntryOf(event, 'john')).toEqual({
      eventId: event.eventId,
      status: 'confirmed',
      invited: false,
      role: 'deckhand',
      start: '2027-05-30T09:00',
      end: '2027-05-30T12:00',
      zone: 'America/Los_Angeles',
      startsAt: '2027-05-30T16:00:00Z',
      endsAt: '2027-05-30T19:00:00Z',
      vessel: 'JADA',
      berth: event.told.event.berth,
      notes: 'Bring <ice> & towels',
      sequence: 3,
      at: RELEASED_AT,
    });
  });

  it('is an invitation until somebody has the place', () => {
    expect(feedEntryOf(event, 'jane')).toMatchObject({ invited: true, role: 'deckhand' });
    const taken = toldSample({ signUps: [signUpOf('jane', 'a')] });
    expect(feedEntryOf(taken, 'jane')).toMatchObject({ invited: false, status: 'confirmed' });
  });

  it('is taken out again where somebody else was faster, or has it after one gave it back', () => {
    const taken = toldSample({ revision: 3, signUps: [signUpOf('jane', 'a')] });
    const { start, end, zone, startsAt, endsAt } = event.told.event;
    const out = { status: 'former', invited: false, role: null, start, end, zone, startsAt, endsAt };
    expect(feedEntryOf(taken, 'ana')).toMatchObject({ ...out, sequence: 4 });
    expect(feedEntryOf(taken, 'ana')).not.toHaveProperty('notes');
    expect(feedEntryOf(taken, 'kim')).toBeUndefined();
    // Jane signed up, gave it back, and Lee took it.
    const passedOn = { ...taken, signUps: [signUpOf('lee', 'b')], signUpChanges: 3 };
    expect(feedEntryOf(passedOn, 'jane')).toMatchObject({ ...out, sequence: 6 });
    const openAgain = { ...taken, signUps: [], signUpChanges: 4 };
    expect(feedEntryOf(openAgain, 'ana')).toMatchObject({ status: 'confirmed', invited: true, sequence: 7 });
  });

  it('has a sequence that rises with each sign-up and each one taken back, too', () => {
    const sequences = [0, 1, 2].map(
      (signUpChanges) => feedEntryOf({ ...event, signUpChanges }, 'john')?.sequence,
    );
    expect(sequences).toEqual([3, 4, 5]);
  });

  it.each(['cancelled', 'on-hold'] as const)('says that it is %s', (status) =>
    expect(feedEntryOf(toldSample({ view: { status } }), 'john')).toMatchObject({ status }),
  );

  it('of who lost the place is as they knew it, and of a stranger none', () => {
    const lost = {
      ...event,
      told: { ...event.told, former: { kim: { revision: 2, ...former, ...instants } } },
    };
    expect(feedEntryOf(lost, 'kim')).toMatchObject({
      ...{ status: 'former', invited: false, role: null, sequence: 2 },
      ...former,
      ...instants,
    });
    expect(feedEntryOf(lost, 'kim')).not.toHaveProperty('notes');
    expect(feedEntryOf(lost, 'nobody')).toBeUndefined();
    const back = { ...lost, told: { ...lost.told, former: { john: lost.told.former.kim } } };
    expect(feedEntryOf(back, 'john')?.status).toBe('confirmed');
  });
});
