import { hash } from 'node:crypto';

/** JSON with sorted keys and without undefined members: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  const found = { isUnordered: false };
  const sorted = sortKeys(value, found);
  return found.isUnordered ? joinPieces(value) : JSON.stringify(sorted ?? null);
}

/** A copy whose members stand in order, so that writing it, of all views of all bookings, is left to the engine. */
function sortKeys(value: unknown, found: { isUnordered: boolean }): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item) => sortKeys(item, found));
  const members = value as Readonly<Record<string, unknown>>;
  const sorted: Record<string, unknown> = {};
  for (const key of Object.keys(members).sort()) {
    if (UNORDERED.test(key)) found.isUnordered = true;
    sorted[key] = sortKeys(members[key], found);
  }
  return sorted;
}

/** Keys that objects keep in front of all others, and the one that is no member when it is set. */
const UNORDERED = /^(\d+|__proto__)$/;

function joinPieces(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => joinPieces(item ?? null)).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${joinPieces(member)}`);
  return `{${members.join(',')}}`;
}

/** Hex sha-256 of text or bytes. */
export const sha256 = (content: string | Uint8Array): string => hash('sha256', content);

/** The spec hash of a view: hex sha-256 of its canonical JSON. */
export const specHash = (value: unknown): string => sha256(canonicalJson(value));
