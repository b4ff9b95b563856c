import type { Language } from '#bookings/model/language.ts';
import type { PageView } from '#bookings/model/views/page.ts';
import { en } from './texts/en.ts';
import { es } from './texts/es.ts';

export type Status = PageView['status'];

/** When something shows, of the phases that the reader's clock decides (`phase.js`); in every phase when left out. */
export type Showing = 'on-before' | 'on-day' | 'on-after' | 'not-after';

/** What the top of a page says. */
export interface HeroLines {
  readonly showing?: Showing;
  readonly state: string;
  /** Text before and after the guest's first name. */
  readonly greeting: readonly [before: string, after: string];
  /** `checkIn` and `start` are what `at` says of them. */
  readonly lead: (charter: { vessel: string; checkIn: string; start: string }) => string;
}

/** Every word of a guest's page that is neither content (`content/`) nor said by the photos' script. */
export interface Texts {
  /** Of the document and of link previews: the same for every guest. */
  readonly title: string;
  readonly description: string;
  /** `en_US`, as link previews have it. */
  readonly locale: string;
  /** `at 8:45 AM`; the date only where it goes without saying no more. */
  readonly at: (time: string, date?: string) => string;
  /** The way to the same page in the other language, in that language. */
  readonly other: { readonly language: Language; readonly name: string };
  readonly hero: Readonly<Record<Status, readonly HeroLines[]>>;
  readonly changes: {
    readonly heading: string;
    readonly lead: string;
    readonly from: string;
    readonly to: string;
    readonly agreed: (date: string) => string;
    readonly nothing: string;
  };
  /** By the path of an amended field. */
  readonly fields: Readonly<Record<string, string>>;
  readonly facts: {
    readonly heading: string;
    readonly when: string;
    readonly checkIn: string;
    /** With what `at` says of the check-in. */
    readonly come: (at: string) => string;
    readonly where: string;
    readonly map: string;
    readonly vessel: string;
    readonly party: string;
    readonly guests: (count: number) => string;
  };
  readonly calendar: {
    readonly heading: string;
    /** Of the entry, as in the calendar file. */
    readonly entry: (vessel: string) => string;
    readonly details: (checkIn: string, address: string) => string;
    readonly file: string;
  };
  readonly notes: string;
  readonly photos: {
    readonly heading: string;
    readonly lead: (until: string) => string;
    readonly noKey: string;
    readonly noScript: string;
    readonly closed: (until: string) => string;
  };
  readonly emergency: {
    readonly heading: string;
    readonly lead: string;
    readonly rescue: string;
    readonly coastGuard: string;
    readonly channel: string;
  };
  readonly contact: {
    readonly heading: string;
    readonly lead: Readonly<Record<Status, string>>;
    readonly call: string;
    readonly write: string;
  };
  readonly thanks: { readonly heading: string; readonly lead: string; readonly review: string };
}

export const TEXTS: Readonly<Record<Language, Texts>> = { en, es };
