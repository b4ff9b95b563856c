import { reasonOf, type PhotoList } from './photo-api.ts';
import type { PhotoReason, PhotoState } from './photo-texts.ts';
import type { Sender } from './send-photo.ts';

/** One picture that was chosen. */
export interface Item {
  readonly id: number;
  readonly file: File;
  readonly state: PhotoState | 'refused';
  /** Why it did not get through; undefined while it may. */
  readonly reason?: PhotoReason | undefined;
  /** The part that is up, 0 to 1. */
  readonly part: number;
  /** It goes up as the camera made it. */
  readonly isUntouched?: boolean;
  /** Photo id, once it is known. */
  readonly photo?: string;
}

export interface QueueDeps {
  /** Rejects with the reason why a picture does not get through. */
  readonly send: (file: File, sender: Sender) => Promise<'sent' | 'there'>;
  readonly list: () => PhotoList | undefined;
  /** An item is new or has changed. */
  readonly changed: (item: Item) => void;
  /** Something is up that may not show yet. */
  readonly watch: () => void;
}

export interface Queue {
  add(files: readonly File[]): void;
  retry(id: number): void;
  /** Forgets what is not under way. */
  remove(id: number): void;
  /** There may be a connection again: what was lost goes on. */
  resume(): void;
  /** Takes note of what shows; true when nothing that is up is missing. */
  settle(): boolean;
  /** What is up and does not show has been looked for long enough. */
  giveUp(): void;
  isBusy(): boolean;
}

const MOST_AT_ONCE = 2;

/** Pictures on their way, two at a time; they live as long as the page. */
export function createQueue({ send, list, changed, watch }: QueueDeps): Queue {
  const items = new Map<number, Item>();
  let last = 0;
  const inState = (...states: Item['state'][]): Item[] =>
    [...items.values()].filter(({ state }) => states.includes(state));
  const change = (item: Item, patch?: Partial<Item>): void => {
    const next = { ...item, ...items.get(item.id), ...patch };
    items.set(item.id, next);
    changed(next);
  };
  const begin = (waiting: readonly Item[]): void => {
    for (const item of waiting) change(item, WAITING);
    for (const item of inState('waiting')) if (inState(...UNDER_WAY).length < MOST_AT_ONCE) void carry(item);
  };
  const carry = async (item: Item): Promise<void> => {
    change(item, { state: 'preparing' });
    try {
      change(item, { state: await send(item.file, senderOf(item)) });
      watch();
    } catch (error) {
      const reason = reasonOf(error);
      change(item, { state: reason === 'unavailable' ? 'lost' : 'refused', reason });
    }
    begin([]);
  };
  const senderOf = (item: Item): Sender => ({
    isThere: (photo) =>
      has(list(), photo) || [...items.values()].some((one) => one.id !== item.id && holds(one, photo)),
    hasRoom: () => roomLeft(list(), inState('sending', 'sent', 'late').length) > 0,
    note: (news) => change(item, news),
  });
  return {
    add: (files) => begin(files.map((file) => ({ ...WAITING, id: ++last, file }))),
    retry: (id) => begin([...items.values()].filter((item) => item.id === id)),
    remove: (id) => void items.delete(id),
    resume: () => begin(inState('lost')),
    settle() {
      for (const item of inState('sent', 'late'))
        if (has(list(), item.photo)) change(item, { state: 'done' });
      return inState('sent').length === 0;
    },
    giveUp: () => inState('sent').forEach((item) => change(item, { state: 'late' })),
    isBusy: () => inState('waiting', 'lost', ...UNDER_WAY).length > 0,
  };
}

/** What is in these states cannot be stopped. */
export const UNDER_WAY: readonly Item['state'][] = ['preparing', 'sending'];

const WAITING = { state: 'waiting', part: 0, reason: undefined } as const;

const has = (list: PhotoList | undefined, photo: string | undefined): boolean =>
  list?.photos.some((one) => one.photo === photo) ?? false;

/** Whether an item brings the picture up, or has. */
const holds = (item: Item, photo: string): boolean => item.photo === photo && item.state !== 'refused';

/** How many more photos the charter takes while others are `coming`; the server has the last word. */
export const roomLeft = (list: PhotoList | undefined, coming: number): number =>
  list === undefined ? 0 : Math.max(0, list.limit - list.count - coming);
