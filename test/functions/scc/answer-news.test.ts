import { describe, expect, it } from 'vitest';
import { newsOfAnswers } from '#functions/scc/answer-news.ts';
import type { Entry } from '#functions/scc/entries/entry.ts';
import type { ToldEvent } from '#functions/scc/event-store.ts';
import { john } from './samples.ts';
import { answerOf, factsOf, mike, openDeckhand, signUpOf, toldSample } from './told-sample.ts';

const news = (event: ToldEvent, entries: readonly Entry[] = [], options = {}) =>
  newsOfAnswers(factsOf(event, entries, options)).map(
    ({ recipient, kind, position, occasion }) => `${recipient} ${kind} ${position ?? '-'} ${occasion}`,
  );
const declined = { answer: 'declined' as const, reason: 'ill' };
const open = toldSample();
const full = toldSample({ view: { crew: [mike, john] } });

describe('what follows from answers', () => {
  it('is nothing while nobody answered, or from a yes of one', () => {
    expect(news(open)).toEqual([]);
    expect(news(full, [answerOf(full, 'john')])).toEqual([]);
  });

  it('is a mail to captain and booking manager when somebody with a place declines', () => {
    const entries = [answerOf(full, 'john'), answerOf(full, 'john', { ...declined, lamport: 2 })];
    expect(news(full, entries)).toEqual(['manager declined john john-002']);
    expect(newsOfAnswers(factsOf(full, entries))[0]).toMatchObject({ eventId: full.eventId, changes: [] });
    expect(JSON.stringify(newsOfAnswers(factsOf(full, entries)))).not.toContain('ill');
  });

  it('is nothing of a decline that was taken back, or that was said to an earlier place', () => {
    const back = [answerOf(full, 'john', declined), answerOf(full, 'john', { lamport: 2 })];
    expect(news(full, back)).toEqual([]);
    expect(news(full, [answerOf(full, 'john', { ...declined, since: 0 })])).toEqual([]);
  });

  it('is nothing of an invited member’s decline, unless it was the last one’s', () => {
    const [ana, jane] = [
      answerOf(open, 'ana', declined),
      answerOf(open, 'jane', { ...declined, lamport: 2 }),
    ];
    expect(news(open, [ana, jane])).toEqual([]);
    const lee = answerOf(open, 'lee', { ...declined, lamport: 3 });
    expect(news(open, [lee, ana, jane])).toEqual(['manager declined deckhand-1 lee-003']);
    const isActive = (member: string) => member !== 'lee';
    expect(news(open, [ana, jane], { isActive })).toEqual(['manager declined deckhand-1 jane-002']);
  });

  it('is one mail to the captain when everyone confirmed, named after the last of the answers', () => {
    const entries = [answerOf(full, 'mike', { lamport: 2 }), answerOf(full, 'john')];
    expect(news(full, entries)).toEqual(['captain all-confirmed - mike-002']);
    expect(news(full, entries.toReversed())).toEqual(['captain all-confirmed - mike-002']);
    const moved = toldSample({ revision: 2, view: { crew: [mike, john], start: '2027-05-31T09:00' } });
    const standing = { ...moved, told: { ...moved.told, places: full.told.places } };
    expect(news(standing, entries)).toEqual([]);
    const again = [answerOf(standing, 'john', { lamport: 3 }), answerOf(standing, 'mike', { lamport: 4 })];
    expect(news(standing, [...entries, ...again])).toEqual(['captain all-confirmed - mike-004']);
  });

  it('is no second one when git takes somebody away after it', () => {
    const kim = { ...john, key: 'kim', member: 'kim', name: 'Kim' };
    const three = toldSample({ view: { crew: [mike, john, kim] } });
    const both = [answerOf(three, 'mike'), answerOf(three, 'john', { lamport: 2 })];
    const all = [...both, answerOf(three, 'kim', { lamport: 3 })];
    expect(news(three, all)).toEqual(['captain all-confirmed - kim-003']);
    expect(news(full, all)).toEqual([]);
    // Who is taken away before they answer leaves it to be told.
    expect(news(full, both)).toEqual(['captain all-confirmed - john-002']);
    expect(news(full, [...all, answerOf(full, 'mike', { lamport: 4 })])).toEqual([
      'captain all-confirmed - mike-004',
    ]);
  });

  it('is no such mail while a position is open', () => {
    expect(news(open, [answerOf(open, 'mike'), answerOf(open, 'john')])).toEqual([]);
  });

  it('is a kind word to the others when somebody has the last open position, but not to who declined', () => {
    const lee = answerOf(open, 'lee', declined);
    const jane = answerOf(open, 'jane', { lamport: 2 });
    const taken = toldSample({ signUps: [signUpOf('jane', jane.id)] });
    expect(news(taken, [lee, jane])).toEqual(['ana filled deckhand-1 jane-002']);
    expect(news(taken, [])).toEqual(['ana filled deckhand-1 jane-002', 'lee filled deckhand-1 jane-002']);
  });

  it('tells nobody that it is filled while another position of the role is open', () => {
    const second = { ...openDeckhand, key: 'deckhand-2' };
    const crew = [mike, openDeckhand, second];
    expect(news(toldSample({ view: { crew }, signUps: [signUpOf('jane', 'a')] }))).toEqual([]);
    const both = toldSample({ view: { crew }, signUps: [signUpOf('jane', 'a'), signUpOf('lee', 'b')] });
    expect(news(both)).toEqual(['ana filled deckhand-1 b']);
  });

  it('tells nobody that it is filled who was never asked: they were part of it only after', () => {
    const jane = answerOf(open, 'jane', { receivedAt: '2027-04-30T00:00:00Z' });
    expect(news(toldSample({ signUps: [signUpOf('jane', jane.id)] }), [jane])).toEqual([]);
  });

  it('asks the others again when who signed up declines, once', () => {
    const entries = [
      answerOf(open, 'lee', declined),
      answerOf(open, 'jane', { lamport: 2 }),
      answerOf(open, 'jane', { ...declined, lamport: 3 }),
    ];
    const expected = ['manager declined deckhand-1 jane-003', 'ana invited deckhand-1 jane-002'];
    expect(news(open, entries)).toEqual(expected);
    const again = answerOf(open, 'jane', { ...declined, reason: 'really', lamport: 4 });
    expect(news(open, [...entries, again])).toEqual([
      'manager declined deckhand-1 jane-004',
      'ana invited deckhand-1 jane-002',
    ]);
    // One acceptance, one invitation anew; another acceptance is another.
    const twice = [4, 5].map((lamport) =>
      answerOf(open, 'jane', { ...(lamport === 5 && declined), lamport }),
    );
    expect(news(open, [...entries, ...twice])).toEqual([
      'manager declined deckhand-1 jane-005',
      'ana invited deckhand-1 jane-004',
    ]);
  });

  it('asks them also when the sign-up is gone and the decline was lost, and the decline changes nothing of that', () => {
    const yes = answerOf(open, 'jane');
    const invited = ['ana invited deckhand-1 jane-001', 'lee invited deckhand-1 jane-001'];
    expect(news(open, [yes])).toEqual(invited);
    const no = answerOf(open, 'jane', { ...declined, lamport: 2 });
    expect(news(open, [yes, no])).toEqual(['manager declined deckhand-1 jane-002', ...invited]);
    const holds = toldSample({ signUps: [signUpOf('jane', yes.id)] });
    expect(news(holds, [yes]).filter((one) => one.includes(' invited '))).toEqual([]);
  });

  it('asks nobody to another position when who signed up was named by git, and then declines', () => {
    const jane = { ...john, key: 'jane', member: 'jane', name: 'Jane' };
    const named = toldSample({ view: { crew: [mike, jane, openDeckhand] } });
    const entries = [
      answerOf(named, 'jane', { position: 'deckhand-1' }),
      answerOf(named, 'jane', { ...declined, lamport: 2 }),
    ];
    expect(news(named, entries)).toEqual(['manager declined jane jane-002']);
  });

  it('asks nobody again who was told by a release since, or is not active', () => {
    const [yes, no] = [
      answerOf(open, 'jane', { receivedAt: '2027-04-29T00:00:00Z' }),
      answerOf(open, 'jane', { ...declined, lamport: 2, receivedAt: '2027-04-30T00:00:00Z' }),
    ];
    expect(news(open, [yes, no])).toEqual(['manager declined deckhand-1 jane-002']);
    const later = { ...no, receivedAt: '2027-05-02T00:00:00Z' };
    expect(news(open, [yes, later], { isActive: () => false })).toEqual([
      'manager declined deckhand-1 jane-002',
    ]);
  });

  it('does not take who lost an assignment for somebody who signed up', () => {
    const entries = [
      answerOf(open, 'jane', { position: 'jane' }),
      answerOf(open, 'jane', { ...declined, lamport: 2 }),
    ];
    expect(news(open, entries)).toEqual([]);
  });

  it.each([
    ['cancelled', { status: 'cancelled' as const }],
    ['on hold', { status: 'on-hold' as const }],
  ])('is nothing for a charter that is %s', (_, view) => {
    const event = toldSample({ view: { crew: [mike, john], ...view } });
    expect(news(event, [answerOf(event, 'john', declined)])).toEqual([]);
  });

  it('is nothing once the charter is over', () => {
    const entries = [answerOf(full, 'john', declined)];
    expect(news(full, entries, { now: '2027-05-30T18:59:59Z' })).toHaveLength(1);
    expect(news(full, entries, { now: '2027-05-30T19:00:00Z' })).toEqual([]);
  });

  it('is the same whatever the order in which the entries are read, and however often', () => {
    const entries = [
      answerOf(open, 'jane', { lamport: 2 }),
      answerOf(open, 'jane', { ...declined, lamport: 3 }),
      answerOf(open, 'john', { ...declined, lamport: 4 }),
      answerOf(open, 'mike', { lamport: 5 }),
    ];
    expect(news(open, entries)).toHaveLength(4);
    expect(news(open, [...entries.toReversed(), ...entries])).toEqual(news(open, entries));
  });
});
