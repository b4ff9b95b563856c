import type { Language } from '#bookings/model/language.ts';
import { UserError } from '#bookings/model/problem.ts';
import { remembered } from '#bookings/model/remembered.ts';
import { idsFor, pathOf, type ContentFile } from './content-files.ts';

/** What a guest reads about the day, in the order of the page. */
export const TOPICS = ['finding', 'bring', 'safety', 'weather', 'rules', 'cancellation'] as const;
export type Topic = (typeof TOPICS)[number];

export interface Passage {
  readonly title: string;
  /** Paragraphs, lists, emphasis and links; safe to put into a page. */
  readonly html: string;
}

export interface Picture {
  /** `/_astro/jada-under-sail.<hash>.svg`. */
  readonly src: string;
  readonly alt: string;
  readonly width: number;
  readonly height: number;
}

export interface GuestContent {
  readonly about: Passage;
  readonly pictures: readonly Picture[];
  readonly passages: Readonly<Record<Topic, Passage>>;
}

/** Pictures by file name. */
export type Art = Readonly<Record<string, Omit<Picture, 'alt'>>>;

/** From files without problems, the content of any vessel: the same object for the same arguments. */
export function assembleContent(files: readonly ContentFile[], art: Art) {
  const byId = new Map(files.map((file) => [file.id, file]));
  return remembered((vesselKey: string, language: Language) => contentOf(byId, art, vesselKey, language));
}

function contentOf(
  files: ReadonlyMap<string, ContentFile>,
  art: Art,
  vessel: string,
  language: Language,
): GuestContent {
  const ids = idsFor(vessel, language);
  const missing = ids.filter((id) => !files.has(id));
  if (missing.length > 0) throw new UserError(missingText(vessel, missing));
  const byTopic = new Map(ids.map((id) => [id.slice(id.lastIndexOf('/') + 1), files.get(id)!]));
  const about = byTopic.get('about')!;
  return {
    about: toPassage(about),
    pictures: (about.data.pictures ?? []).map(({ file, alt }) => ({ ...art[file]!, alt })),
    passages: Object.fromEntries(TOPICS.map((topic) => [topic, toPassage(byTopic.get(topic)!)])) as Record<
      Topic,
      Passage
    >,
  };
}

const missingText = (vessel: string, ids: readonly string[]): string =>
  `The vessel "${vessel}" has no texts for its guests: add ${ids.map(pathOf).join(' and ')}, as other vessels have them`;

const toPassage = ({ data, rendered }: ContentFile): Passage => ({
  title: data.title,
  html: (rendered?.html ?? '').trim().replaceAll(/>\n+</g, '><'),
});
