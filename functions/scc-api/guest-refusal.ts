import type { z } from '@hono/zod-openapi';
import { toProblems } from '#bookings/model/read-input.ts';
import { HttpProblem } from '../http.ts';
import { GUEST_PHOTO_LIMIT, type GuestRefusal } from '../scc/guest-photos.ts';
import { MAX_SIZE } from '../scc/photo-key.ts';

interface Refusal {
  readonly status: 409 | 422;
  readonly title: string;
  /** For a guest who reads it. */
  readonly detail: string;
}

const REFUSALS: Readonly<Record<GuestRefusal, Refusal>> = {
  'not-on': {
    status: 409,
    title: 'No photos for now',
    detail: 'Photos can be sent and seen once the charter is confirmed.',
  },
  'too-late': {
    status: 409,
    title: 'Photos are closed',
    detail: 'Photos can be sent and seen until 7 days after the charter, and these are over.',
  },
  'too-many': {
    status: 409,
    title: 'Too many photos',
    detail: `There are ${GUEST_PHOTO_LIMIT} photos of this charter already, and no more fit.`,
  },
  'wrong-type': {
    status: 422,
    title: 'Not a photo',
    detail: 'Only photos can be sent: JPEG, PNG, WebP or HEIC.',
  },
  'too-large': {
    status: 422,
    title: 'Too large',
    detail: `A photo may have ${MAX_SIZE.original / 1024 ** 2} MB at most.`,
  },
  invalid: {
    status: 422,
    title: 'The request does not fit',
    detail: 'Something went wrong on this page. Load it again and try once more.',
  },
};

/** A refusal as guests get it: a code for the page, and words for whoever reads them. */
export function guestRefusal(
  code: GuestRefusal,
  { detail, ...members }: { readonly detail?: string; readonly problems?: unknown } = {},
): HttpProblem {
  const { status, title, detail: words } = REFUSALS[code];
  return new HttpProblem(status, title, detail ?? words, { members: { code, ...members } });
}

/** A route's hook: what does not fit its schema, by the code that a guest can do most about, and with all problems. */
export function refuseGuestInput(
  result:
    | { readonly success: true }
    | { readonly success: false; readonly data?: unknown; readonly error: z.ZodError },
): undefined {
  if (result.success) return undefined;
  const { issues } = result.error;
  const found = new Set(issues.map(codeOf));
  const code = (['wrong-type', 'too-large'] as const).find((one) => found.has(one)) ?? 'invalid';
  throw guestRefusal(code, { problems: toProblems('body', result.data, issues) });
}

/** A size is refused as too large, or for being none at all. */
function codeOf({ code, path }: z.core.$ZodIssue): GuestRefusal {
  const field = path.at(-1);
  if (field === 'type') return 'wrong-type';
  return field === 'size' && (code === 'too_big' || code === 'custom') ? 'too-large' : 'invalid';
}
