import { canonicalJson } from '#bookings/model/canonical.ts';
import type { Notification } from '#bookings/model/notifications.ts';
import type { Intent } from '../adapters/notification-table.ts';

/** What a recipient has still to hear, in one mail. */
export interface News {
  readonly kind: Notification['kind'];
  readonly changes: Notification['changes'];
  /** The first revision that the recipient does not know. */
  readonly since: number;
  /** Position that the recipient knew before it. */
  readonly positionBefore: string | undefined;
  /** Whether it is the first of its kind: nothing is known that could have changed. */
  readonly isFirst: boolean;
}

/**
 * Of several intents for one recipient that are on their way, the latest speaks for all: mails come in any order, and
 * an older one would contradict what is said after it. So it takes in what those before it would have said; undefined
 * for an intent that is not the latest. `all` are the recipient's intents for this charter, in any order.
 */
export function newsOf(
  intent: Intent,
  all: readonly Intent[],
  released: readonly number[],
): News | undefined {
  const known = all.filter((one) => one.gate === 'release' && released.includes(one.revision));
  if (intent.gate === 'none') return toNews([intent], undefined);
  if (known.some(({ revision }) => revision > intent.revision)) return undefined;
  const earlier = known.filter(({ revision }) => revision < intent.revision).toSorted(byRevision);
  const heard = earlier.findLastIndex(({ state }) => state === 'sent');
  return toNews([...earlier.slice(heard + 1), intent], earlier[heard]);
}

/** Why there is no mail. */
export const LATER_SPEAKS = { superseded: 'a later notification says what holds now' };
export const NOTHING_LEFT = { superseded: 'what changed was taken back before anybody was told' };

/**
 * What a member heard last of a place of theirs, of releases and answers alike; undefined for nothing. A mail in doubt
 * counts as heard.
 */
export const heardLast = (intent: Intent, all: readonly Intent[]): Intent | undefined =>
  all
    .filter(({ id, state }) => id !== intent.id && (state === 'sent' || state === 'claimed'))
    .filter(({ notification }) => PLACE_KINDS.has(notification.kind))
    .toSorted((one, other) => (heardAt(one) < heardAt(other) ? -1 : 1))
    .at(-1);

const PLACE_KINDS: ReadonlySet<Notification['kind']> = new Set([
  'assigned',
  'invited',
  'changed',
  'cancelled',
  'unassigned',
  'filled',
]);
const heardAt = ({ sentAt, evidenceAt, claimedAt }: Intent): string =>
  sentAt ?? evidenceAt ?? claimedAt ?? '';

const byRevision = (one: Intent, other: Intent): number => one.revision - other.revision;

/** Who never heard of their place is told of the place, and not of what changed about it. */
function toNews(untold: readonly [...Intent[], Intent], heard: Intent | undefined): News {
  const notifications = untold.map(({ notification }) => notification);
  const changes = new Map<string, Notification['changes'][number]>();
  for (const change of notifications.flatMap((one) => one.changes))
    changes.set(change.path, { ...change, from: (changes.get(change.path) ?? change).from });
  return {
    kind: notifications.findLast(({ kind }) => kind !== 'changed')?.kind ?? 'changed',
    changes: [...changes.values()],
    since: Math.min(...untold.map(({ revision }) => revision)),
    positionBefore: (heard?.notification ?? notifications[0])?.position,
    isFirst: notifications.some((one) => one.changes.length === 0),
  };
}

/**
 * What changed as it is now: each line ends at what holds in `shown`, and goes when that is what it began with. The
 * path `pay` holds no values and stays.
 */
export const currentChanges = (
  changes: Notification['changes'],
  shown: Readonly<Record<string, unknown>>,
): Notification['changes'] =>
  changes
    .map((change) => (change.path === 'pay' ? change : { ...change, to: valueAt(shown, change.path) }))
    .filter(({ path, from, to }) => path === 'pay' || canonicalJson(from) !== canonicalJson(to));

const valueAt = (value: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], value);
