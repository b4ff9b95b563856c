import { html, type Markup } from './html.ts';
import type { Section } from './section.ts';

/**
 * A form that makes one entry: the browser takes it over by `data-entry`, and without script it is posted. Its id is
 * new with each rendering, so that pressing twice counts once.
 */
export const entryForm = (
  { eventId, csrf }: Section,
  fields: Readonly<Record<string, string>>,
  content: Markup,
): Markup =>
  html`<form data-entry action="/api/events/${eventId}/entries" method="post">
    ${Object.entries({ csrf, id: crypto.randomUUID(), ...fields }).map(hidden)}${content}
  </form>`;

const hidden = ([name, value]: readonly [string, string]): Markup =>
  html`<input type="hidden" name="${name}" value="${value}" />`;
