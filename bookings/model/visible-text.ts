/**
 * What text for people must not hold: control characters, separators of lines, characters that turn the direction of what
 * follows them, halves of characters (no UTF-8 can say them), and code points that never will be characters.
 */
const HIDDEN = String.raw`\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Noncharacter_Code_Point}\u202A-\u202E\u2066-\u2069`;

/** Text for people, of any number of lines. */
export const VISIBLE = new RegExp(`^(?:\\n|[^${HIDDEN}])*$`, 'u');

const EACH_HIDDEN = new RegExp(`[${HIDDEN}]`, 'gu');

/** Any text, from wherever, on one line of a terminal or a comment: nothing in it acts on what shows it. */
export const onOneLine = (text: string): string =>
  text
    .replaceAll('\n', '↵')
    .replace(EACH_HIDDEN, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);

const RIGHT_TO_LEFT =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}\u061C\u200F]/u;

/** Text inside a line of ours: with letters that run right to left it would draw the numbers and marks after it to its other side. */
export const isolate = (text: string): string => (RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text);
