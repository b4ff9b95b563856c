import { canonicalJson } from '../model/canonical.ts';
import { findContactData } from '../model/contact-data.ts';
import type { Difference } from '../model/differences.ts';
import type { Change } from './states.ts';

/** What is said of money, wherever it changes. */
const MONEY = 'card changes';

/** A changed field of a booking file, with both values; nothing of what is told elsewhere. */
export function sayField({ path, from, to }: Difference): string[] {
  if (path === '$schema' || path === 'amendments' || path.startsWith('amendments.')) return [];
  if (isMoney(path)) return [MONEY];
  if (path === 'crew') return sayCrew(from, to);
  return [`${path} ${brief(from)} → ${brief(to)}`];
}

const isMoney = (path: string): boolean => /^gross\b|(^|[.\]])rate\b|^crew\[/.test(path);

/** Who left and who came; where only rates differ, that is money. */
function sayCrew(from: unknown, to: unknown): string[] {
  const [before, after] = [positionsIn(from), positionsIn(to)];
  const gone = without(before, after).map((position) => `−${position}`);
  const come = without(after, before).map((position) => `+${position}`);
  if (gone.length + come.length > 0) return [`crew ${[...gone, ...come].join(' ')}`];
  return [canonicalJson(before) === canonicalJson(after) ? MONEY : 'crew in another order'];
}

function positionsIn(crew: unknown): string[] {
  if (!Array.isArray(crew)) return [];
  return crew.map((entry: unknown) => {
    const { member, role, hours } = (entry ?? {}) as Record<string, unknown>;
    return `${member === undefined ? 'open' : brief(member)} (${brief(role)}, ${brief(hours)} h)`;
  });
}

/** What one list has more than the other, each as often as it does. */
function without(list: readonly string[], other: readonly string[]): string[] {
  const left = [...other];
  return list.filter((item) => {
    const at = left.indexOf(item);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

const MOST = 80;

/** A value in a line; text that holds contact data is not shown. */
export function brief(value: unknown): string {
  if (value === undefined || value === null) return 'none';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const contact = findContactData(text);
  if (contact !== undefined) return `(not shown: it holds ${contact})`;
  return text.length > MOST ? `${text.slice(0, MOST).replace(/[\uD800-\uDBFF]$/, '')}…` : text;
}

/** Text from elsewhere, as a mail service's reason or an error, without the addresses in it. */
export const withoutContacts = (text: string): string =>
  text
    .replace(/[^\s@<>()"',;:]+@[^\s@<>()"',;:]+/g, '(address)')
    .replace(/\+\d[\d\s().-]{7,}\d/g, '(number)');

/** The fields of views that change, by name: values stand where they come from, in what was committed. */
export const sayChange = ({ action, fields }: Change): string[] =>
  action === 'create' ? [] : fieldNames(fields);

/** Contacts and money are not even named. */
export const fieldNames = (fields: readonly Difference[]): string[] => [
  ...new Set(
    fields
      .map(({ path }) => path.replace(/^view\./, ''))
      .filter((path) => !UNNAMED.test(path))
      .map((path) => (SHORT.test(path) ? path : 'details')),
  ),
];

const UNNAMED =
  /^(pay|gross|net|portFee|captain|contact|emergency)\b|(^|\.)(startsAt|endsAt|createdTimestamp|checkIn|stamp)$|^guest\.firstName$/;
const SHORT = /^[A-Za-z][\w.]{0,60}$/;
