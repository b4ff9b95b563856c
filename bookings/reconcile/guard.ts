import { describeConflict } from '../model/conflicts.ts';
import { UserError } from '../model/problem.ts';
import type { Limits } from '../model/reference.ts';
import { isNews, type BookingPlan, type Plan } from './plan.ts';

export const RULES = ['cancel', 'recipients', 'over', 'missing', 'identity', 'conflict'] as const;
export type Rule = (typeof RULES)[number];

/** Why apply leaves bookings out. A plan always renders; only what a reason concerns is refused. */
export interface Refusal {
  readonly rule: Rule;
  readonly bookingKeys: readonly string[];
  readonly message: string;
  /** `cancel:4`: the scoped override that lets it through; null where there is none. */
  readonly override: string | null;
}

/** Explicit overrides: rule → how much of it is allowed. */
export type Allowances = Readonly<Partial<Record<Rule, number>>>;

/** `["cancel:3"]` → `{ cancel: 3 }`. Throws {@link UserError} naming the word that is wrong. */
export function parseAllowances(words: readonly string[]): Allowances {
  return Object.fromEntries(
    words.map((word) => {
      const [rule, amount] = word.split(':');
      if (!OVERRIDABLE.has(rule as Rule) || !/^\d{1,5}$/.test(amount ?? ''))
        throw new UserError(
          `--allow ${word}: expected <rule>:<count> with a rule of ${[...OVERRIDABLE].join(', ')}, such as cancel:3`,
        );
      return [rule, Number(amount)];
    }),
  );
}

const OVERRIDABLE: ReadonlySet<Rule> = new Set(['cancel', 'recipients', 'over']);

/** Reasons to refuse. Pure. */
export function guard(plan: Plan, limits: Limits, allow: Allowances): Refusal[] {
  return [
    ...tooManyCancellations(plan, allow.cancel ?? limits.cancellations),
    ...tooManyRecipients(plan, allow.recipients ?? limits.recipients),
    ...overCharters(plan, allow.over ?? 0),
    ...missingFiles(plan),
    ...changedIdentities(plan),
    ...conflicting(plan),
  ];
}

/** The part of a plan that no reason concerns. */
export function permitted(plan: Plan, refusals: readonly Refusal[]): readonly BookingPlan[] {
  const refused = new Set(refusals.flatMap(({ bookingKeys }) => bookingKeys));
  return plan.bookings.filter(({ bookingKey }) => !refused.has(bookingKey));
}

function tooManyCancellations(plan: Plan, limit: number): Refusal[] {
  const cancelled = plan.bookings.filter(({ cancels }) => cancels).map(({ bookingKey }) => bookingKey);
  if (cancelled.length <= limit) return [];
  const message = `${cancelled.length} charters would be cancelled at once; the limit is ${limit}`;
  return [{ rule: 'cancel', bookingKeys: cancelled, message, override: `cancel:${cancelled.length}` }];
}

function tooManyRecipients(plan: Plan, limit: number): Refusal[] {
  const telling = plan.bookings.filter(({ tells }) => tells.length > 0);
  const count = telling.reduce((sum, { tells }) => sum + tells.length, 0);
  if (count <= limit) return [];
  const message = `${count} mails would be sent; the limit is ${limit}`;
  const bookingKeys = telling.map(({ bookingKey }) => bookingKey);
  return [{ rule: 'recipients', bookingKeys, message, override: `recipients:${count}` }];
}

/** First creation, page and card are exempt. */
function overCharters(plan: Plan, limit: number): Refusal[] {
  const guarded = new Set(['event', 'summary', 'calendar']);
  const over = plan.bookings
    .filter((booking) => booking.over)
    .filter(({ changes }) =>
      changes.some(({ artefact, action }) => guarded.has(artefact) && action !== 'create'),
    )
    .map(({ bookingKey }) => bookingKey);
  if (over.length <= limit) return [];
  const message = `${over.join(', ')}: the charter is over, and its event, calendar entry or summary would change`;
  return [{ rule: 'over', bookingKeys: over, message, override: `over:${over.length}` }];
}

function missingFiles(plan: Plan): Refusal[] {
  return plan.missing.map((bookingKey) => ({
    rule: 'missing',
    bookingKeys: [bookingKey],
    message: `bookings/data/${bookingKey}.json is gone, but the booking was not cancelled. Restore the file, set "status": "cancelled" and apply before it is deleted; or, to leave what it made as it is, say why in bookings/reference/forgotten.json`,
    override: null,
  }));
}

function changedIdentities(plan: Plan): Refusal[] {
  return plan.identityChanges.map(({ bookingKey, field, of }) => ({
    rule: 'identity',
    bookingKeys: [bookingKey],
    message:
      of === undefined
        ? `${bookingKey}: ${field} is fixed once applied. Restore it; a new identity is a new file with "rebookedFrom"`
        : `${bookingKey}: ${field} is that of ${of}, whose file is gone. A new identity is a new file with a page id of its own and "rebookedFrom"`,
    override: null,
  }));
}

/** Only where something would be applied: a conflict of bookings that stay as they are is for `booking check`. */
function conflicting({ conflicts, bookings }: Plan): Refusal[] {
  const planned = new Set(
    bookings.filter(({ changes }) => changes.some(isNews)).map(({ bookingKey }) => bookingKey),
  );
  return conflicts
    .filter(({ bookingKeys }) => bookingKeys.some((key) => planned.has(key)))
    .map((conflict) => ({
      rule: 'conflict',
      bookingKeys: conflict.bookingKeys,
      message: describeConflict(conflict),
      override: null,
    }));
}
