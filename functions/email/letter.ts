import { shorten } from '../shorten.ts';
import { htmlTemplate, textTemplate } from './engine.ts';
import { LETTER_HTML, LETTER_TEXT } from './letter-templates.ts';

/** A mail's content, before it is HTML and text. Everything is plain text but the addresses of links. */
export interface Letter {
  readonly subject: string;
  /** What a phone shows beside the subject. */
  readonly preview: string;
  readonly title: string;
  readonly intro: string;
  readonly facts: readonly { readonly label: string; readonly value: string; readonly url: string | null }[];
  readonly changes: readonly { readonly label: string; readonly from: string; readonly to: string }[];
  readonly notes: readonly { readonly label: string; readonly text: string }[];
  readonly lists: readonly { readonly label: string; readonly lines: readonly ListLine[] }[];
  readonly actions: readonly { readonly label: string; readonly url: string; readonly hint: string }[];
  readonly footer: string;
}

/** `John — deckhand, 5 hours — confirmed` */
export interface ListLine {
  readonly name: string;
  readonly detail: string;
  readonly state: string | null;
  /** What to type to make it so. */
  readonly command: string | null;
}

export interface RenderedLetter {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

const toHtml = htmlTemplate(LETTER_HTML);
const toText = textTemplate(LETTER_TEXT);

export const renderLetter = (letter: Letter): RenderedLetter => {
  const subject = shorten(oneLine(letter.subject), SUBJECT_LIMIT);
  return {
    subject,
    html: toHtml({ ...letter, subject }),
    text: `${toText(letter)
      .replace(/\n{3,}/g, '\n\n')
      .trim()}\n`,
  };
};

/** Encoded for a header, in whatever script, that is less than the 998 octets that a line of a mail may have (RFC 5322, 2.1.1). */
const SUBJECT_LIMIT = 180;

/** A subject is a header: a line break in a name must not begin another one. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
