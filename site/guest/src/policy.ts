import { createHash } from 'node:crypto';
import { remembered } from '#bookings/model/remembered.ts';

/** What a page is made of that a Content-Security-Policy has to name. */
export interface PageParts {
  readonly styles: string;
  readonly script?: string | undefined;
  /** Origin of the photos' bucket, on pages that have photos. */
  readonly photosOrigin?: string | undefined;
}

/** Of the page itself, since stored pages have no response of ours. */
export const policyFor = ({ styles, script, photosOrigin }: PageParts): string =>
  [
    "default-src 'none'",
    `style-src ${hashOf(styles)}`,
    ...(script === undefined
      ? []
      : [`script-src ${photosOrigin === undefined ? '' : "'self' "}${hashOf(script)}`]),
    ...(photosOrigin === undefined
      ? ["img-src 'self'"]
      : [`img-src 'self' ${photosOrigin}`, `connect-src 'self' ${photosOrigin}`]),
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');

/** Styles and scripts are the same on all pages of a kind, so each is hashed once. */
const hashOf = remembered(
  (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`,
);
