import { onOneLine } from '../model/visible-text.ts';

/**
 * A value in a table cell, as code: anywhere else GitHub makes mentions, references and links of what looks like one,
 * escaped or not. Entities, unlike backslashes, mean the same in every place.
 */
export const code = (text: string): string =>
  `<code>${onOneLine(text).replace(/[!-+./:-@[-`{-~]/g, (mark) => `&#${mark.charCodeAt(0)};`)}</code>`;

/** A booking key, member or role, as they are in git. */
export const isKey = (value: unknown): value is string =>
  typeof value === 'string' && /^[a-z0-9][a-z0-9-]{0,79}$/.test(value);

/** As code, when it is one. */
export const keyOr = (value: string, otherwise: string): string => (isKey(value) ? code(value) : otherwise);
