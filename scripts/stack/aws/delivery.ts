import { randomUUID } from 'node:crypto';
import type { KeptMap } from '../persistent-map.ts';

/** One message on its way to one destination. */
export interface KeptMessage {
  readonly id: string;
  /** The channel it waits in. */
  readonly channel: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  /** Milliseconds since 1970 */
  readonly sentAt: number;
  readonly firstReceivedAt?: number;
  readonly receiveCount: number;
  /** Deliver once more after it was handled, as at-least-once delivery may. */
  readonly repeat?: boolean;
}

export interface MessageAttribute {
  /** `String`, `Number`, `String.Array` or `Binary` (then the value is base64) */
  readonly type: string;
  readonly value: string;
}

export interface Channel {
  readonly id: string;
  readonly batchSize: number;
  readonly retryDelayMilliseconds: number;
  /** After so many deliveries without success a message is given up. */
  readonly maxReceiveCount?: number;
  /** Hands over a batch; answers the ids of those that were *not* handled. Never throws. */
  readonly deliver: (batch: readonly KeptMessage[]) => Promise<ReadonlySet<string>>;
  /** What becomes of a message that is given up: the id of the channel to move it to, or nothing. */
  readonly giveUp: (message: KeptMessage) => string | undefined;
}

export interface Delivery {
  enqueue(channel: string, message: Pick<KeptMessage, 'body' | 'attributes'>): string;
  /** Messages that some channel still has to deliver. */
  pending(): number;
  /** What waits under a channel's id, oldest first; also where nothing consumes it. */
  waiting(channel: string): KeptMessage[];
  idle(): Promise<void>;
  close(): void;
}

interface DeliveryOptions {
  readonly channels: readonly Channel[];
  readonly state: KeptMap<KeptMessage>;
  readonly duplicateEvery?: number;
}

/** Lambda polls a queue with several batches at once. */
const MAX_BATCHES = 4;

/** At-least-once delivery: a message stays in `state` until its channel has handled it or given it up. */
export function createDelivery({ channels, state, duplicateEvery }: DeliveryOptions): Delivery {
  const byId = new Map(channels.map((channel) => [channel.id, channel]));
  const hidden = new Set<string>();
  const batches = new Map<string, number>();
  const timers = new Set<NodeJS.Timeout>();
  let waiters: (() => void)[] = [];
  let next = lastKey(state) + 1;
  let closed = false;

  function enqueue(channel: string, { body, attributes }: Pick<KeptMessage, 'body' | 'attributes'>): string {
    const number = next++;
    const id = randomUUID();
    const repeat = duplicateEvery !== undefined && number % duplicateEvery === 0;
    state.set(toKey(number), {
      id,
      channel,
      body,
      attributes,
      sentAt: Date.now(),
      receiveCount: 0,
      ...(repeat && { repeat }),
    });
    pump(channel);
    return id;
  }

  function pump(id: string): void {
    const channel = byId.get(id);
    if (channel === undefined || closed) return;
    while ((batches.get(id) ?? 0) < MAX_BATCHES) {
      const keys = receive(channel);
      if (keys.length === 0) return;
      batches.set(id, (batches.get(id) ?? 0) + 1);
      void deliver(channel, keys);
    }
  }

  /** Takes what is visible, counting the receipt first, so that a crash in the function's hands is counted too. */
  function receive(channel: Channel): string[] {
    const keys: string[] = [];
    for (const key of keysOf(channel.id)) {
      if (keys.length === channel.batchSize) break;
      if (hidden.has(key)) continue;
      const message = state.get(key)!;
      if (message.receiveCount >= (channel.maxReceiveCount ?? Infinity)) {
        moveAway(key, message, channel);
        continue;
      }
      const firstReceivedAt = message.firstReceivedAt ?? Date.now();
      state.set(key, { ...message, firstReceivedAt, receiveCount: message.receiveCount + 1 });
      hidden.add(key);
      keys.push(key);
    }
    return keys;
  }

  function moveAway(key: string, message: KeptMessage, channel: Channel): void {
    const target = channel.giveUp(message);
    if (target === undefined) state.delete(key);
    else state.set(key, { ...message, channel: target, receiveCount: 0 });
    announce();
    if (target !== undefined) pump(target);
  }

  async function deliver(channel: Channel, keys: readonly string[]): Promise<void> {
    const failed = await channel.deliver(keys.map((key) => state.get(key)!));
    batches.set(channel.id, batches.get(channel.id)! - 1);
    for (const key of keys) {
      const { repeat, ...message } = state.get(key)!;
      if (failed.has(message.id)) {
        showLater(channel, key);
        continue;
      }
      if (repeat) state.set(key, { ...message, receiveCount: 0 });
      else state.delete(key);
      hidden.delete(key);
    }
    announce();
    pump(channel.id);
  }

  function showLater(channel: Channel, key: string): void {
    if (closed) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      hidden.delete(key);
      pump(channel.id);
    }, channel.retryDelayMilliseconds);
    timers.add(timer);
  }

  function keysOf(channel: string): string[] {
    const found: string[] = [];
    for (const [key, message] of state.entries()) {
      if (message.channel === channel) found.push(key);
    }
    return found.toSorted();
  }

  const pending = (): number => [...state.values()].filter(({ channel }) => byId.has(channel)).length;

  function announce(): void {
    if (pending() > 0) return;
    const done = waiters;
    waiters = [];
    done.forEach((resolve) => resolve());
  }

  // Deferred, so that whoever builds this has finished before anything left over is delivered.
  setImmediate(() => channels.forEach(({ id }) => pump(id)));

  return {
    enqueue,
    pending,
    waiting: (channel) => keysOf(channel).map((key) => state.get(key)!),
    idle: () => (pending() === 0 ? Promise.resolve() : new Promise((resolve) => waiters.push(resolve))),
    close() {
      closed = true;
      timers.forEach(clearTimeout);
    },
  };
}

const toKey = (number: number): string => String(number).padStart(12, '0');

const lastKey = (state: KeptMap<KeptMessage>): number =>
  [...state.entries()].reduce((last, [key]) => Math.max(last, Number(key)), 0);
