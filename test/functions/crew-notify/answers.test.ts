import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EventView } from '#bookings/model/views/event.ts';
import { readLink } from '#functions/scc/links.ts';
import { LINK_KEYS } from '#test/functions/scc-api/local-api.ts';
import { startLocalScc, type LocalScc } from '#test/functions/scc/local-scc.ts';
import { john, openSkipper, type SampleOptions } from '#test/functions/scc/samples.ts';
import { createLocalSender } from './local-sender.ts';

let scc: LocalScc;
let count = 0;
let sender: ReturnType<typeof createLocalSender>;
beforeAll(async () => {
  scc = await startLocalScc();
  for (const key of ['john', 'mia', 'ana', 'kim', 'yan', 'zoe'])
    await scc.registry.put(key, { name: capital(key), email: `${key}@example.test`, active: true });
});
afterAll(() => scc.close());
beforeEach(() => void (sender = createLocalSender(scc, `phone-answers-${++count}`)));

const capital = (text: string) => text[0]!.toUpperCase() + text.slice(1);
const tell = async (revision: number, view: Partial<EventView> = {}, more: SampleOptions = {}) => {
  await sender.put({ ...more, revision, view });
  await sender.tell(revision);
};
const at = (instant: string) => void (sender.world.now = new Date(instant));
const last = () => sender.sent.at(-1)!;
const reasonOf = async (recipient: string, kind: string, occasion: string | number) =>
  (await scc.notifications.find(sender.idOf(recipient, kind, occasion)))?.reason;

const START = '2027-05-30T09:00';
const SLOT_48 = `${START}/48`;
const SLOT_24 = `${START}/24`;
const substituted = { ...john, substitutes: ['yan', 'zoe'] };
const moved = {
  start: '2027-06-05T10:00',
  end: '2027-06-05T13:00',
  startsAt: '2027-06-05T17:00:00Z',
  endsAt: '2027-06-05T20:00:00Z',
};

describe('a mail about a place', () => {
  it('asks for an answer, and asks no more of who gave it', async () => {
    await tell(1);
    await sender.run('john', 'assigned');
    expect(last().text).toContain('Please confirm that you come, or say that you cannot.');
    expect(last().text).toContain('Open and confirm:\nhttps://crew.example.test/crew/enter?t=');
    await sender.answer('john', 'confirmed');
    await tell(2, { notes: 'Bring hats' });
    await sender.run('john', 'changed', 2);
    expect(last().text).toContain('Open the charter:\nhttps://crew.example.test/crew/enter?t=');
    expect(last().text).not.toMatch(/confirm/i);
  });

  it('asks to confirm again what changed since it was confirmed', async () => {
    await tell(1);
    await sender.run('john', 'assigned');
    await sender.answer('john', 'confirmed');
    await tell(2, moved);
    await sender.run('john', 'changed', 2);
    expect(last().text).toContain('You had confirmed it as it was: please confirm again.');
    expect(last().text).toContain('Open and confirm again:\n');
  });

  it('is not sent to who declined before it left', async () => {
    await tell(1);
    await sender.answer('john', 'declined', 'ill');
    await sender.answer('mia', 'declined', 'ill');
    expect(await sender.run('john', 'assigned')).toBe('superseded');
    expect(await sender.run('mia', 'invited')).toBe('superseded');
    expect(sender.sent).toEqual([]);
  });
});

describe('who signed up', () => {
  beforeEach(async () => {
    await tell(1, {}, { pay: { 'skipper-1': 31_700 } });
    await sender.run('mia', 'invited');
    await sender.signUp('mia', 'skipper');
  });

  it('is on board in all mails: their own pay, and their name for colleagues', async () => {
    await tell(2, moved, { pay: { 'skipper-1': 31_700 } });
    expect(await sender.run('mia', 'changed', 2)).toBe('sent');
    expect(last().text).toContain('You: skipper, 5 hours\nYour pay: $317.00');
    expect(last().text).toContain('please confirm again');
    expect(last().text).not.toContain('first to say yes');
    await sender.run('john', 'assigned', 1);
    await sender.run('john', 'changed', 2);
    expect(last().text).toContain('- mia by sign-up — skipper');
    expect(last().text).not.toContain('317');
  });

  it('does not hear again of an invitation that was under way', async () => {
    expect(await sender.run('ana', 'invited')).toBe('superseded');
    expect(sender.sent).toHaveLength(1);
  });

  it('hears what changed instead of an invitation that never left', async () => {
    sender = createLocalSender(scc, `phone-answers-late-${count}`);
    await tell(1);
    await sender.signUp('mia', 'skipper');
    await tell(2, moved);
    expect(await sender.run('mia', 'invited', 1)).toBe('superseded');
    expect(await sender.run('mia', 'changed', 2)).toBe('sent');
    expect(last().subject).toContain('changed: start, end');
  });

  it('is told when git gives the place to somebody else', async () => {
    const kim = { ...openSkipper, key: 'kim', member: 'kim', name: 'Kim', candidates: [] };
    await tell(2, { crew: [john, kim] });
    expect(await sender.run('mia', 'unassigned', 2)).toBe('sent');
    expect(last().subject).toContain('you are no longer on');
  });
});

describe('candidates of a position that somebody took', () => {
  const OCCASION = 'entry-of-sign-up';
  beforeEach(async () => {
    await tell(1);
    await sender.run('ana', 'invited');
    await sender.signUp('mia', 'skipper');
    await sender.intend('ana', 'filled', OCCASION);
  });

  it('are told kindly', async () => {
    expect(await sender.run('ana', 'filled', OCCASION)).toBe('sent');
    expect(last().subject).toContain('a colleague was faster');
    expect(last().text).toContain('Thank you for being there');
    expect(last().text).not.toMatch(/crew\/enter|\$|mia/i);
  });

  it('hear nothing when the place is open again before that', async () => {
    const entry = await sender.giveBack('mia', 'ill');
    await sender.intend('ana', 'invited', entry);
    expect(await sender.run('ana', 'filled', OCCASION)).toBe('superseded');
    expect(await sender.run('ana', 'invited', entry)).toBe('superseded');
    expect(await reasonOf('ana', 'invited', entry)).toBe('they know that they are invited');
    expect(sender.sent).toHaveLength(1);
  });

  it('are invited again when it is open again after that', async () => {
    at('2027-05-02T12:00:00Z');
    await sender.run('ana', 'filled', OCCASION);
    at('2027-05-03T12:00:00Z');
    const entry = await sender.giveBack('mia', 'ill');
    await sender.intend('ana', 'invited', entry);
    expect(await sender.run('ana', 'invited', entry)).toBe('sent');
    expect(last().subject).toBe('JADA · Sun May 30, 9:00 AM — skipper wanted again');
    expect(last().text).toContain('A place became free again: JADA needs a skipper.');
  });

  it('hear of no place going that they never heard of', async () => {
    await sender.intend('kim', 'filled', OCCASION);
    expect(await sender.run('kim', 'filled', OCCASION)).toBe('superseded');
  });

  it('hear of one invitation when two are on their way', async () => {
    const other = createLocalSender(scc, `phone-answers-twice-${count}`);
    sender = other;
    await tell(1);
    await other.signUp('mia', 'skipper');
    const entry = await other.giveBack('mia', 'ill');
    await other.intend('ana', 'invited', entry);
    expect(await other.run('ana', 'invited', entry)).toBe('sent');
    expect(await other.run('ana', 'invited', 1)).toBe('superseded');
  });
});

describe('a reminder', () => {
  beforeEach(async () => {
    await tell(1);
    at('2027-05-28T16:10:00Z');
    for (const who of ['john', 'mia']) await sender.intend(who, 'reminder', SLOT_48);
  });

  it('says what is asked and how much time is left', async () => {
    expect(await sender.run('john', 'reminder', SLOT_48)).toBe('sent');
    expect(last().to).toEqual(['john@example.test']);
    expect(last().subject).toBe('JADA · Sun May 30, 9:00 AM — please confirm, it starts in 2 days');
    expect(last().text).toContain('You are on board JADA as deckhand, it starts in 2 days');
    expect(last().text).toContain('Your pay: $76,543.21');
    const token = /crew\/enter\?t=(\S+)/.exec(last().text)![1]!;
    expect(readLink(LINK_KEYS, token)).toMatchObject({ m: 'john', e: sender.eventId });
  });

  it('asks those who are invited whether they take the place', async () => {
    expect(await sender.run('mia', 'reminder', SLOT_48)).toBe('sent');
    expect(last().subject).toContain('skipper still wanted, it starts in 2 days');
    expect(last().text).toContain('If you cannot come, say so, and we ask no more.');
  });

  it('says that it changed since it was confirmed', async () => {
    at('2027-05-01T12:00:00Z');
    await sender.answer('john', 'confirmed');
    await tell(2, { berth: { name: 'Dock F', map: 'https://maps.example.test/?q=f' } });
    at('2027-05-28T16:10:00Z');
    expect(await sender.run('john', 'reminder', SLOT_48)).toBe('sent');
    expect(last().subject).toContain('please confirm again, it starts in 2 days');
    expect(last().text).toContain('it changed since you confirmed. Please confirm again');
  });

  it('is sent to those who were told of a change since that asks them for nothing', async () => {
    await tell(2, { notes: 'Bring hats' });
    expect(await sender.run('john', 'reminder', SLOT_48)).toBe('sent');
  });

  it.each([
    ['confirmed', async () => sender.answer('john', 'confirmed'), 'they have answered'],
    ['declined', async () => sender.answer('john', 'declined', 'ill'), 'they have answered'],
    [
      'were asked anew since',
      async () => tell(2, { vessel: { key: 'j2', name: 'JADA II' } }),
      'they were told since',
    ],
    ['sail at another time now', async () => tell(2, moved), 'the charter starts at another time'],
    ['are not on any more', async () => tell(2, { crew: [openSkipper] }), 'untrue since revision 2'],
    ['sail no more', async () => tell(2, { status: 'cancelled' }), 'untrue since revision 2'],
    ['have sailed', async () => at('2027-05-30T16:00:00Z'), 'the charter has started'],
    [
      'are reminded again already',
      async () => sender.intend('john', 'reminder', SLOT_24),
      'a later reminder says it',
    ],
  ])('is not sent to those who %s', async (_, happens, reason) => {
    await happens();
    expect(await sender.run('john', 'reminder', SLOT_48)).toBe('superseded');
    expect(await reasonOf('john', 'reminder', SLOT_48)).toBe(reason);
    expect(sender.sent).toEqual([]);
  });
});

describe('the reminder to the captain', () => {
  beforeEach(async () => {
    await tell(1, { crew: [john, { ...john, key: 'kim', member: 'kim', name: 'Kim Lee' }, openSkipper] });
    await sender.answer('kim', 'confirmed');
    at('2027-05-29T16:30:00Z');
    await sender.intend('captain', 'reminder', SLOT_24);
  });

  it('names who has not answered, and no money', async () => {
    expect(await sender.run('captain', 'reminder', SLOT_24)).toBe('sent');
    expect(last().to).toEqual(['captain@example.test']);
    expect(last().subject).toBe('JADA · Sun May 30, 9:00 AM — no answer yet from 3 people');
    expect(last().text).toContain(`No answer from
- John Reyes — deckhand — has not answered
- Ana — skipper — was asked to come
- Mia — skipper — was asked to come
`);
    expect(last().text).toContain('- Kim Lee — deckhand, 5 hours — confirmed');
    expect(last().text).toContain('It starts in 24 hours');
    expect(last().text + last().html).not.toMatch(/\$|crew\/enter/);
  });

  it('is not sent when everyone answered meanwhile', async () => {
    await sender.answer('john', 'confirmed');
    for (const member of ['ana', 'mia']) await sender.answer(member, 'declined');
    expect(await sender.run('captain', 'reminder', SLOT_24)).toBe('superseded');
    expect(await reasonOf('captain', 'reminder', SLOT_24)).toBe('everyone has answered');
  });
});

describe('a decline', () => {
  const declines = async (view: Partial<EventView> = { crew: [substituted, openSkipper] }) => {
    await tell(1, view);
    const entry = await sender.answer('john', 'declined', 'My child is ill.\nSorry!');
    await sender.intend('manager', 'declined', entry);
    return entry;
  };

  it('is told to captain and manager together, with the reason and who is free', async () => {
    const entry = await declines();
    expect(await sender.run('manager', 'declined', entry)).toBe('sent');
    expect(last().to).toEqual(['captain@example.test', 'manager@example.test']);
    expect(last().subject).toBe('JADA · Sun May 30, 9:00 AM — John Reyes declined (deckhand)');
    expect(last().text).toContain('John Reyes’s reason\n“My child is ill.\nSorry!”\n');
    expect(last().text).toContain(`Who is free
- Yan — deckhand
  npm run booking -- amend XHQGMDH --assign john=yan
- Zoe — deckhand
  npm run booking -- amend XHQGMDH --assign john=zoe
`);
    expect(last().text).toContain('- John Reyes — deckhand, 5 hours — declined\n');
    expect(last().text.match(/My child is ill/g)).toHaveLength(1);
    expect(last().text + last().html).not.toMatch(/\$|crew\/enter/);
  });

  it('says so when nobody is free', async () => {
    const entry = await declines({ crew: [john, openSkipper] });
    await sender.run('manager', 'declined', entry);
    expect(last().text).toContain('No other deckhand is free at that time.');
    expect(last().text).not.toContain('Who is free');
  });

  it('of somebody who signed up says who is asked now', async () => {
    await tell(1, { crew: [john, { ...openSkipper, candidates: ['mia', 'zoe'] }] });
    await sender.signUp('mia', 'skipper');
    const entry = await sender.giveBack('mia', 'ill');
    await sender.intend('manager', 'declined', entry);
    expect(await sender.run('manager', 'declined', entry)).toBe('sent');
    expect(last().subject).toContain('Mia declined (skipper)');
    expect(last().text).toContain('The place is open, and Zoe is asked: the first to say yes has it.');
    expect(last().text).toContain('--assign skipper-1=zoe');
  });

  it('says when somebody else has the place already', async () => {
    await tell(1);
    await sender.signUp('mia', 'skipper');
    const entry = await sender.giveBack('mia', 'ill');
    await sender.intend('manager', 'declined', entry);
    await sender.signUp('ana', 'skipper');
    expect(await sender.run('manager', 'declined', entry)).toBe('sent');
    expect(last().text).toContain('ana by sign-up has the place instead: nothing is left to do.');
  });

  it.each([
    ['was taken back', async () => sender.answer('john', 'confirmed')],
    ['is of a place that was given away', async () => tell(2, { crew: [openSkipper] })],
    ['is of a charter that was cancelled', async () => tell(2, { status: 'cancelled' })],
  ])('is not told when it %s', async (_, happens) => {
    const entry = await declines();
    await happens();
    expect(await sender.run('manager', 'declined', entry)).toBe('superseded');
    expect(sender.sent).toEqual([]);
  });
});

describe('everyone’s yes', () => {
  const confirmAll = async () => {
    await tell(1);
    await sender.answer('john', 'confirmed');
    const entry = await sender.signUp('mia', 'skipper');
    await sender.intend('captain', 'all-confirmed', entry);
    return entry;
  };

  it('is one mail to the captain, with the crew', async () => {
    const entry = await confirmAll();
    expect(await sender.run('captain', 'all-confirmed', entry)).toBe('sent');
    expect(last().to).toEqual(['captain@example.test']);
    expect(last().subject).toBe('JADA · Sun May 30, 9:00 AM — everyone has confirmed');
    expect(last().text).toContain(`The crew
- John Reyes — deckhand, 5 hours — confirmed
- mia by sign-up — skipper, 5 hours — signed up, confirmed
`);
    expect(last().text + last().html).not.toContain('$');
  });

  it.each([
    ['somebody declined', async () => sender.answer('john', 'declined', 'ill')],
    ['a place is open again', async () => sender.giveBack('mia', 'ill')],
    ['it changed', async () => tell(2, moved)],
    ['somebody confirmed again later', async () => sender.answer('john', 'confirmed')],
  ])('is not told when %s since', async (_, happens) => {
    const entry = await confirmAll();
    await happens();
    expect(await sender.run('captain', 'all-confirmed', entry)).toBe('superseded');
    expect(sender.sent).toEqual([]);
  });
});

describe('a summary', () => {
  it('lists the crew’s answers as they are when it is made', async () => {
    await tell(1, { crew: [john, { ...john, key: 'kim', member: 'kim', name: 'Kim Lee' }, openSkipper] });
    await sender.answer('john', 'declined', 'I am ill');
    await sender.run('manager', 'summary');
    expect(last().text).toContain(`Crew
- John Reyes — deckhand, 5 hours — declined: “I am ill”
- Kim Lee — deckhand, 5 hours — has not answered
- open — skipper, 5 hours — nobody has accepted yet
`);
  });
});

describe('money', () => {
  const OWN: Record<string, string[]> = {
    john: ['$111.11', '$111.12'],
    mia: ['$333.33'],
    ana: ['$333.33'],
    kim: ['$222.22'],
  };

  it('is in a mail only as what its one reader earns, whatever the mail is about', async () => {
    const kim = { ...substituted, key: 'kim', member: 'kim', name: 'Kim Lee' };
    const pay = { john: 11_111, kim: 22_222, 'skipper-1': 33_333 };
    await tell(1, { crew: [john, kim, openSkipper] }, { pay });
    for (const who of ['john', 'kim']) await sender.run(who, 'assigned');
    for (const who of ['mia', 'ana']) await sender.run(who, 'invited');
    const last = await sender.signUp('mia', 'skipper');
    for (const who of ['john', 'kim']) await sender.answer(who, 'confirmed');
    const decline = await sender.answer('kim', 'declined', 'ill');
    await sender.run('manager', 'summary');
    at('2027-05-02T12:00:00Z');
    const better = { ...pay, john: 11_112 };
    await tell(2, { crew: [john, kim, openSkipper], notes: 'Bring hats' }, { pay: better });
    for (const who of ['john', 'kim', 'mia']) await sender.run(who, 'changed', 2);
    at('2027-05-28T16:10:00Z');
    for (const [recipient, kind, occasion] of [
      ['ana', 'filled', last],
      ['manager', 'declined', decline],
      ['john', 'reminder', SLOT_48],
      ['captain', 'reminder', SLOT_48],
      ['john', 'new-link', 'slot'],
    ] as const) {
      await sender.intend(recipient, kind, occasion);
      expect(await sender.run(recipient, kind, occasion), kind).toBe('sent');
    }
    expect(sender.sent).toHaveLength(13);
    for (const { to, text, html } of sender.sent) {
      const own = OWN[to[0]!.split('@')[0]!] ?? [];
      for (const part of [text, html]) {
        expect(part).not.toMatch(/1111[12]|22222|33333/);
        expect(own).toEqual(expect.arrayContaining(part.match(/[$€]\s?[\d.,]*\d/g) ?? []));
      }
    }
  });
});

describe('a new link', () => {
  const SLOT = '2027-06-03T10:10';
  const ask = async (instant: string) => {
    await tell(1);
    at(instant);
    await sender.intend('john', 'new-link', SLOT);
  };

  it('says how long it works, and is sent for a week after the charter', async () => {
    await ask('2027-06-06T18:59:00Z');
    expect(await sender.run('john', 'new-link', SLOT)).toBe('sent');
    expect(last().text).toContain('It works until Sunday, June 6, 2027, 12:00 PM PDT, a week after');
    const token = /crew\/enter\?t=(\S+)/.exec(last().text)![1]!;
    expect(readLink(LINK_KEYS, token)).toMatchObject({ m: 'john', e: sender.eventId });
    expect(last().text + last().html).not.toMatch(/\$|Alex|Bring/);
  });

  it('is sent no more when it would not work', async () => {
    await ask('2027-06-06T19:00:00Z');
    expect(await sender.run('john', 'new-link', SLOT)).toBe('expired');
  });

  it('is the only thing that is sent about a charter that is over', async () => {
    await ask('2027-05-30T19:00:00Z');
    await sender.intend('captain', 'all-confirmed', 'entry-0');
    await sender.intend('john', 'reminder', SLOT_24);
    expect(await sender.run('captain', 'all-confirmed', 'entry-0')).toBe('expired');
    expect(await sender.run('john', 'reminder', SLOT_24)).toBe('expired');
    expect(await sender.run('john', 'assigned')).toBe('expired');
    expect(await sender.run('john', 'new-link', SLOT)).toBe('sent');
  });

  it('is not sent to who was deactivated, nor when they asked again', async () => {
    await ask('2027-05-28T10:00:00Z');
    await sender.intend('kim', 'new-link', SLOT);
    await scc.registry.put('kim', { name: 'Kim', email: 'kim@example.test', active: false });
    expect(await sender.run('kim', 'new-link', SLOT)).toBe('superseded');
    await scc.registry.put('kim', { name: 'Kim', email: 'kim@example.test', active: true });
    at('2027-05-28T10:10:00Z');
    await sender.intend('john', 'new-link', 'later');
    expect(await sender.run('john', 'new-link', SLOT)).toBe('superseded');
    expect(await sender.run('john', 'new-link', 'later')).toBe('sent');
  });
});
