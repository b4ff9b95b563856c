import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSource } from '#bookings/reconcile/load.ts';
import { tellStory } from '#bookings/reconcile/story.ts';
import { pickBooking } from '#scripts/booking/find.ts';
import { gatherFacts, type Sources, type StackSources } from '#scripts/booking/gather-facts.ts';
import { ROOT } from '#scripts/repository.ts';
import { createMemoryWorld } from '#test/bookings/reconcile/memory-world.ts';
import { xhqgmdh } from '#test/fixtures/bookings.ts';
import { createGitCheckout, pathOf } from './checkout.ts';

const other = { ...xhqgmdh(), platform: 'phone' as const, id: 'P1', pageId: 'otherpage' };
const renamed = { ...xhqgmdh(), platform: 'getmyboat' as const, id: 'NEW1', pageId: 'newerpage' };
const misnamed = { ...xhqgmdh(), id: 'MISNAMED', pageId: 'misnamedpage' };
const gone = { ...xhqgmdh(), id: 'GONE1', pageId: 'gonepage1' };

const away = () => Promise.reject(new Error('the local stack is not running (npm start)'));
const sources = (stack: Sources['stack'] = away): Sources => ({
  source: () => readSource(checkout.root),
  stack,
});
const storyOf = async (words: string, stack?: Sources['stack']) =>
  tellStory(await gatherFacts(checkout.root, words, sources(stack)));
const commitsOf = async (words: string) =>
  (await storyOf(words)).happened.map(({ title, details }) => [
    title.replace(/ [0-9a-f]{12}:/, ':'),
    ...details,
  ]);

let checkout: ReturnType<typeof createGitCheckout>;

beforeAll(() => {
  checkout = createGitCheckout();
  checkout.write(pathOf(xhqgmdh()), xhqgmdh());
  checkout.write(pathOf(gone), gone);
  checkout.write('bookings/data/wrong-name.json', misnamed);
  checkout.commit('First');
  checkout.write(pathOf(other), other);
  checkout.commit('A booking that resembles the first');
  checkout.remove(pathOf(gone));
  checkout.write(pathOf(renamed), renamed);
  checkout.commit('One goes and another comes, nearly the same');
  checkout.git('mv', 'bookings/data/wrong-name.json', pathOf(misnamed));
  checkout.write(pathOf(misnamed), { ...misnamed, hours: 4 });
  checkout.commit('By its right name');
  checkout.write(pathOf(xhqgmdh()), { ...xhqgmdh(), start: '2027-05-31T09:00', gross: '77.10' });
  checkout.commit('Storm');
  checkout.git('revert', '--no-edit', 'HEAD');
  checkout.write('bookings/reference/forgotten.json', {
    'boatsetter-gone1': 'entered twice',
    'phone-lost1': 'a test',
  });
  checkout.commit('Forget one');
  checkout.write(pathOf(other), { ...other, hours: 2 });
});
afterAll(() => checkout.close());

describe('booking explain, from git', () => {
  it('tells every commit of the file, and a revert as one', async () => {
    expect(await commitsOf('xhqgmdh')).toEqual([
      ['Jo committed: First', 'the file is new: confirmed, 2027-05-30T09:00, 3 h, jada'],
      ['Jo committed: Storm', 'card changes', 'start 2027-05-30T09:00 → 2027-05-31T09:00'],
      ['Jo committed: Revert "Storm"', 'card changes', 'start 2027-05-31T09:00 → 2027-05-30T09:00'],
    ]);
  });

  it('takes a booking that resembles another for no copy of it, and says what is not committed', async () => {
    expect((await commitsOf('P1')).map(([title]) => title)).toEqual([
      'Jo committed: A booking that resembles the first',
    ]);
    expect((await storyOf('P1')).now).toEqual(['not committed yet: hours 3 → 2']);
    expect((await storyOf('xhqgmdh')).now).toEqual([]);
  });

  it('takes a new booking for no renamed one that went in the same commit', async () => {
    expect(await commitsOf('new1')).toEqual([
      [
        'Jo committed: One goes and another comes, nearly the same',
        expect.stringContaining('the file is new'),
      ],
    ]);
  });

  it('follows a file to the wrong name that it had', async () => {
    expect(await commitsOf('misnamed')).toEqual([
      ['Jo committed: First', 'the file is new: confirmed, 2027-05-30T09:00, 3 h, jada'],
      ['Jo committed: By its right name', 'was bookings/data/wrong-name.json until then', 'hours 3 → 4'],
    ]);
  });

  it('finds a deleted booking by code and by page id, and says why it is forgotten', async () => {
    for (const words of ['GONE1', 'gonepage1', 'boatsetter-gone1']) {
      const story = await storyOf(words);
      expect(story.happened.map(({ details }) => details)).toEqual([
        [expect.stringContaining('the file is new')],
        ['the file is deleted'],
      ]);
      expect(story.now).toEqual(['its file is gone', 'forgotten on purpose: entered twice']);
    }
    // Of a booking that only the list names, there is not more to tell.
    expect(await storyOf('phone-lost1')).toMatchObject({
      happened: [],
      now: ['its file is gone', 'forgotten on purpose: a test'],
    });
  });

  it('says what it could not ask, and tells the rest', async () => {
    const { notAsked, pending } = await storyOf('xhqgmdh');
    expect(notAsked).toEqual(['the stack (ledger, mails, plan): the local stack is not running (npm start)']);
    expect(pending).toEqual([]);
  });

  it('says which bookings there are when none is called so', async () => {
    await expect(storyOf('nope')).rejects.toThrow(
      /nope: no booking has that code. Bookings: .*boatsetter-gone1/,
    );
  });
});

describe('booking explain, from the stack', () => {
  const KEY = 'boatsetter-ledger1';
  const known = { ...xhqgmdh(), id: 'LEDGER1', pageId: 'ledgerpage' };

  async function stackWith(changes: Partial<StackSources> = {}): Promise<Sources['stack']> {
    const world = createMemoryWorld();
    await world.apply([known]);
    const { ledger } = world;
    return async () => ({
      knownKeys: async () => [...(await ledger.readIndex()).targets.keys()],
      records: (keys) => ledger.readBookings(keys),
      mails: async () => [],
      addressOf: (pageId) => `https://queenofsandiego.com/g/${pageId}`,
      lease: async () => null,
      pending: async () => ({ plan: null, refusals: [], conflicts: [] }),
      ...changes,
    });
  }

  it('finds a booking that only the ledger knows, by its page id too', async () => {
    const stack = await stackWith();
    for (const words of ['ledgerpage', 'LEDGER1', KEY]) {
      const story = await storyOf(words, stack);
      expect(story.bookingKey).toBe(KEY);
      expect(story.happened[0]!.details).toContain(
        'page of revision 1: https://queenofsandiego.com/g/ledgerpage',
      );
      expect(story.now).toEqual([
        'its file is gone',
        'revision 1 completed, by run run-1 of commit commit-1',
      ]);
      expect(story.pending).toEqual(['nothing: everything is as the files say']);
      expect(story.notAsked).toEqual([]);
    }
  });

  it('tells the rest when one side does not answer', async () => {
    const broken = () => Promise.reject(new Error('no answer\nat somewhere'));
    const story = await storyOf(KEY, await stackWith({ mails: broken, pending: broken, lease: broken }));
    expect(story.notAsked.toSorted()).toEqual([
      'the lease: no answer',
      'the mails: no answer',
      'the plan: no answer',
    ]);
    expect(story.happened).toHaveLength(1);
    expect((await storyOf('xhqgmdh', await stackWith({ knownKeys: broken }))).notAsked).toEqual([
      'the list of the ledger: no answer',
    ]);
  });
});

describe('npm run booking -- explain', () => {
  const run = (...words: string[]) =>
    new Promise<{ code: number; out: string; err: string }>((resolve) => {
      const args = [join(ROOT, 'scripts/booking.ts'), 'explain', ...words];
      execFile(process.execPath, [...args, '--dir', join(checkout.root, 'no-stack')], (error, out, err) =>
        resolve({ code: Number(error?.code ?? 0), out, err }),
      );
    });

  it('tells what git knows where no stack runs, and starts none', async () => {
    const { code, out, err } = await run('XHQGMDH', '--checkout', checkout.root);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('2026-12-01 04:01  ● Jo committed');
    expect(out).toContain('the local stack is not running');
    expect(out).not.toContain('77.10');
  });

  it('tells what it can where there is no git, for machines too', async () => {
    rmSync(join(checkout.root, '.git'), { recursive: true });
    const { code, out } = await run('XHQGMDH', '--json', '--checkout', checkout.root);
    expect(code).toBe(0);
    const story = JSON.parse(out) as { happened: unknown[]; notAsked: string[] };
    expect(story.happened).toEqual([]);
    expect(story.notAsked[1]).toMatch(/^git: /);
  });
});

describe('a booking that is asked for', () => {
  const choices = [
    { key: 'boatsetter-abc', pageId: 'firstpage' },
    { key: 'phone-abc', pageId: 'secondpage' },
    { key: 'phone-firstpage', pageId: 'phone-abc' },
  ];

  it.each([
    ['PHONE-ABC', 'phone-abc'],
    ['bookings/data/boatsetter-abc.json', 'boatsetter-abc'],
    ['secondpage', 'phone-abc'],
    // A code comes before a page id, and a key before a code.
    ['firstpage', 'phone-firstpage'],
  ])('%s is %s', (words, key) => expect(pickBooking(choices, words).key).toBe(key));

  it('is refused when several are called so, naming them', () => {
    expect(() => pickBooking(choices, 'abc')).toThrow(
      'abc: several bookings have that code: boatsetter-abc, phone-abc.',
    );
    expect(() => pickBooking([], 'abc')).toThrow('Bookings: none');
  });
});
