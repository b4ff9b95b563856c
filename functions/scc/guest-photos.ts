/**
 * What guests may do with photos, and in which words a refusal is told apart: for the API and for the page in the
 * browser, so nothing of Node is imported here.
 */

/** Whose the photos are that guests send: in keys and entries it stands where a crew member's key does. */
export const GUEST = 'guest';

/** Photos that the guests of one charter may send; a photo's thumbnail is not another one. */
export const GUEST_PHOTO_LIMIT = 100;

/** Uploads that one request may ask for. */
export const UPLOADS_AT_ONCE = 20;

/** Hours after the charter's current end until which photos can be sent and seen. */
export const PHOTO_HOURS = 7 * 24;

/** Why a guest is refused: the `code` of the problem, whose `detail` says it in words for a guest. */
export const GUEST_REFUSALS = [
  'not-on',
  'too-late',
  'too-many',
  'wrong-type',
  'too-large',
  'invalid',
] as const;
export type GuestRefusal = (typeof GUEST_REFUSALS)[number];
