import type { Language } from '#bookings/model/language.ts';

/** What guests read whatever the vessel: `content/<language>/<topic>.md`. */
export const SHARED_TOPICS = ['bring', 'safety', 'weather', 'rules', 'cancellation'] as const;

/** What is so on one vessel: `content/<language>/<vessel>/<topic>.md`. */
export const VESSEL_TOPICS = ['finding', 'about'] as const;

/** The fields between the lines `---` at the top of a file. */
export interface FrontMatter {
  readonly title: string;
  /** Of `about` alone; files of `site/guest/art`. */
  readonly pictures?: readonly { readonly file: string; readonly alt: string }[] | undefined;
}

/** A file of `site/guest/content`, as Astro's content layer reads it. */
export interface ContentFile<Data = FrontMatter> {
  /** `en/bring`, `en/jada/about`. */
  readonly id: string;
  readonly data: Data;
  readonly body?: string | undefined;
  /** Undefined when the Markdown could not be read. */
  readonly rendered?: { readonly html: string } | undefined;
}

/** Ids of all files that the content of a vessel's guests consists of in one language. */
export const idsFor = (vessel: string, language: Language): string[] => [
  ...SHARED_TOPICS.map((topic) => `${language}/${topic}`),
  ...VESSEL_TOPICS.map((topic) => `${language}/${vessel}/${topic}`),
];

/** `site/guest/content/en/bring.md`. */
export const pathOf = (id: string): string => `site/guest/content/${id}.md`;
