import { createHash, createHmac } from 'node:crypto';

/** Base32hex of RFC 4648 in lower case without padding: the alphabet that Google event ids allow. */
export function base32hex(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(value >>> bits) & 31];
    }
    value &= (1 << bits) - 1;
  }
  return bits > 0 ? text + ALPHABET[(value << (5 - bits)) & 31] : text;
}

const ALPHABET = '0123456789abcdefghijklmnopqrstuv';

/** `("Boatsetter", "XHQGMDH")` → `boatsetter-xhqgmdh`: the identity of a booking and the name of its file. */
export const bookingKeyOf = (platform: string, id: string): string => `${platform}-${id}`.toLowerCase();

/** The crew event's id in SCC, known before any call: 20 characters. */
export const eventIdOf = (bookingKey: string): string => digest(bookingKey).slice(0, 20);

/** The Google Calendar id of a booking's entry; the incarnation grows when Google refuses to revive a deleted one. */
export const calendarEventIdOf = (bookingKey: string, incarnation: number): string =>
  `${digest(bookingKey)}${incarnation}`;

const digest = (text: string): string => base32hex(createHash('sha256').update(text).digest());

/** What lets a guest upload and see photos; travels only in the fragment of the guest's link. */
export const uploadKeyOf = (linkKey: string, pageId: string): string =>
  createHmac('sha256', linkKey).update(`upload:${pageId}`).digest('base64url').slice(0, 22);

/** Key of one notification: (event, recipient, kind, occasion). */
export const notificationIdOf = (notification: {
  eventId: string;
  recipient: string;
  kind: string;
  occasion: string;
}): string =>
  [notification.eventId, notification.recipient, notification.kind, notification.occasion].join('#');
