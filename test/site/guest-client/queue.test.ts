import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PhotoRefusal, type PhotoList } from '#site/guest/src/client/photo-api.ts';
import { createQueue, roomLeft, type Item } from '#site/guest/src/client/queue.ts';
import type { Sender } from '#site/guest/src/client/send-photo.ts';
import { createWatch } from '#site/guest/src/client/watch.ts';
import { file, listOf } from './files.ts';

/** A queue whose uploads end when the test says how. The photo id of a file is what it contains. */
function open(initial: PhotoList = listOf([])) {
  const shown = new Map<string, Item>();
  const underWay = new Map<
    string,
    { sender: Sender; end: (how: 'sent' | 'there' | Error) => Promise<void> }
  >();
  const sent: string[] = [];
  const world = { list: initial, watched: 0 };
  const queue = createQueue({
    list: () => world.list,
    changed: (item) => void shown.set(item.file.name, item),
    watch: () => void world.watched++,
    async send(picture, sender) {
      const { name } = picture;
      sent.push(name);
      const photo = await picture.text();
      if (sender.isThere(photo)) return 'there';
      if (!sender.hasRoom()) throw new PhotoRefusal('too-many');
      sender.note({ photo });
      sender.note({ state: 'sending', isUntouched: false });
      return new Promise((resolve, reject) => {
        const end = (how: 'sent' | 'there' | Error) => {
          underWay.delete(name);
          if (how instanceof Error) reject(how);
          else resolve(how);
          return settled();
        };
        underWay.set(name, { sender, end });
      });
    },
  });
  const add = (...names: string[]) => {
    queue.add(names.map((name) => file(name, 'image/jpeg', name.replace(/^copy of /, ''))));
    return settled();
  };
  const states = () => Object.fromEntries([...shown].map(([name, { state }]) => [name, state]));
  const end = (name: string, how: 'sent' | 'there' | Error = 'sent') => underWay.get(name)!.end(how);
  return { queue, world, shown, sent, underWay, add, states, end };
}
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const LOST = new PhotoRefusal('unavailable');

describe('photos on their way', () => {
  it('go two at a time, each as soon as there is a place', async () => {
    const { add, states, end } = open();
    await add('a', 'b', 'c', 'd');
    expect(states()).toEqual({ a: 'sending', b: 'sending', c: 'waiting', d: 'waiting' });
    await end('b');
    expect(states()).toEqual({ a: 'sending', b: 'sent', c: 'sending', d: 'waiting' });
    await end('a', new PhotoRefusal('too-large'));
    expect(states()).toEqual({ a: 'refused', b: 'sent', c: 'sending', d: 'sending' });
  });

  it('are done when the gallery shows them, and never before', async () => {
    const { queue, world, add, states, end } = open();
    await add('a', 'b');
    await end('a');
    await end('b');
    expect(world.watched).toBe(2);
    expect(queue.settle()).toBe(false);
    world.list = listOf(['a']);
    expect(queue.settle()).toBe(false);
    expect(states()).toEqual({ a: 'done', b: 'sent' });
    queue.giveUp();
    expect(states()).toEqual({ a: 'done', b: 'late' });
    world.list = listOf(['a', 'b']);
    expect(queue.settle()).toBe(true);
    expect(states()).toEqual({ a: 'done', b: 'done' });
  });

  it('go once when they are the same, be it in the list or in the gallery', async () => {
    const { add, states, underWay } = open(listOf(['c']));
    await add('a', 'copy of a', 'c');
    expect(states()).toEqual({ a: 'sending', 'copy of a': 'there', c: 'there' });
    expect([...underWay.keys()]).toEqual(['a']);
  });

  it('say how far they are', async () => {
    const { add, shown, underWay } = open();
    await add('a');
    underWay.get('a')!.sender.note({ part: 0.4 });
    expect(shown.get('a')).toMatchObject({ state: 'sending', part: 0.4 });
  });

  it('are refused when there is no room, those counted that are up and do not show yet', async () => {
    const { add, states, shown, end } = open(listOf(['x'], 2));
    await add('a', 'b');
    expect(states()).toEqual({ a: 'sending', b: 'refused' });
    expect(shown.get('b')!.reason).toBe('too-many');
    await end('a');
    await add('c');
    expect(states()).toMatchObject({ a: 'sent', c: 'refused' });
    expect(roomLeft(listOf(['a', 'b'], 2), 1)).toBe(0);
    expect(roomLeft(undefined, 0)).toBe(0);
  });

  it('that fail of themselves are refused, and hold no place', async () => {
    const { add, shown, states, end } = open();
    await add('a', 'b', 'c');
    await end('a', new Error('The file cannot be read'));
    expect(shown.get('a')).toMatchObject({ state: 'refused', reason: 'invalid' });
    expect(states()).toMatchObject({ c: 'sending' });
  });
});

describe('a photo that does not get through', () => {
  it('waits, lets the others go, and goes again when there is a connection', async () => {
    const { queue, add, states, shown, sent, end } = open();
    await add('a', 'b', 'c');
    await end('a', LOST);
    expect(states()).toEqual({ a: 'lost', b: 'sending', c: 'sending' });
    await end('b');
    await end('c');
    expect(queue.isBusy()).toBe(true);
    queue.resume();
    await settled();
    expect(shown.get('a')).toMatchObject({ state: 'sending', part: 0, reason: undefined });
    await end('a');
    expect(sent).toEqual(['a', 'b', 'c', 'a']);
    expect(queue.isBusy()).toBe(false);
  });

  it('goes again by hand, a refused one too, and nothing else does', async () => {
    const { queue, add, states, shown, sent, end } = open();
    await add('a', 'b');
    await end('a', new PhotoRefusal('too-late'));
    await end('b', LOST);
    queue.resume();
    await settled();
    expect(states()).toEqual({ a: 'refused', b: 'sending' });
    queue.retry(shown.get('a')!.id);
    await settled();
    expect(states()).toEqual({ a: 'sending', b: 'sending' });
    expect(sent).toEqual(['a', 'b', 'b', 'a']);
  });

  it('is forgotten when it is taken from the list', async () => {
    const { queue, add, shown, sent, end } = open();
    await add('a');
    await end('a', LOST);
    queue.remove(shown.get('a')!.id);
    expect(queue.isBusy()).toBe(false);
    queue.resume();
    await settled();
    expect(sent).toEqual(['a']);
    await add('copy of a');
    expect(shown.get('copy of a')!.state).toBe('sending');
  });
});

describe('what was sent', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const watch = (isThereAt: number) => {
    const looks: number[] = [];
    const begun = Date.now();
    let ended = 0;
    const begin = createWatch(
      () => Promise.resolve(looks.push((Date.now() - begun) / 1000) >= isThereAt),
      () => void ended++,
    );
    return { begin, looks, ended: () => ended };
  };

  it('is looked for until it shows', async () => {
    const { begin, looks, ended } = watch(3);
    begin();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(looks).toEqual([1, 3, 6]);
    expect(ended()).toBe(1);
  });

  it('is given up after half a minute, and looked for anew when more is sent', async () => {
    const { begin, looks, ended } = watch(Infinity);
    begin();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(looks).toEqual([1, 3, 6, 10, 15, 21, 28, 36]);
    expect(ended()).toBe(1);
    begin();
    await vi.advanceTimersByTimeAsync(1000);
    expect(looks).toHaveLength(9);
  });

  it('is not looked for ever more often while more and more is sent', async () => {
    const { begin, looks } = watch(Infinity);
    for (let second = 0; second < 60; second++) {
      begin();
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(looks.length).toBeLessThan(20);
    expect(looks.at(-1)).toBeGreaterThan(50);
  });
});
