import * as z from 'zod';
import { LANGUAGES } from '#bookings/model/language.ts';
import type { Problem } from '#bookings/model/problem.ts';
import { describe, toProblems } from '#bookings/model/read-input.ts';
import {
  SHARED_TOPICS,
  VESSEL_TOPICS,
  idsFor,
  pathOf,
  type ContentFile,
  type FrontMatter,
} from './content-files.ts';

const line = (example: string, longest: number) =>
  z.custom<string>(
    (value) => typeof value === 'string' && /\S/.test(value) && value.length <= longest,
    `text of at most ${longest} characters, such as ${example}`,
  );

const passageSchema = z.strictObject({ title: line('What to bring', 60) });
const pictureSchema = z.strictObject({
  file: line('jada-under-sail.svg', 80),
  alt: line('JADA under sail, with the skyline behind her', 160),
});
const aboutSchema = passageSchema.extend({
  pictures: z.array(pictureSchema).min(1, 'at least one picture'),
});

/** What any file may have at its top; that `about` alone has pictures is for {@link findContentProblems}. */
export const frontMatterSchema: z.ZodType<FrontMatter> = aboutSchema.partial({ pictures: true });

/** Everything that keeps files from being what guests read; `art` are the files that pictures may name. */
export const findContentProblems = (
  files: readonly ContentFile<unknown>[],
  art: readonly string[],
): Problem[] =>
  [...findMissing(files), ...files.flatMap((file) => findProblemsOf(file, art))].toSorted((one, other) =>
    one.where < other.where ? -1 : Number(one.where > other.where),
  );

/** Of vessels: the files that are not there. `isThere` gets a path below the checkout. */
export const findMissingTexts = (vessels: readonly string[], isThere: (path: string) => boolean): Problem[] =>
  missing(vessels.flatMap((vessel) => LANGUAGES.flatMap((language) => idsFor(vessel, language)))).filter(
    ({ where }) => !isThere(where),
  );

function findMissing(files: readonly ContentFile<unknown>[]): Problem[] {
  const present = new Set(files.map(({ id }) => id));
  const vessels = new Set(files.flatMap(({ id }) => VESSEL_FILE.exec(id)?.groups?.['vessel'] ?? []));
  const needed = LANGUAGES.flatMap((language) => [
    ...SHARED_TOPICS.map((topic) => `${language}/${topic}`),
    ...[...vessels].flatMap((vessel) => idsFor(vessel, language)),
  ]);
  return missing(needed.filter((id) => !present.has(id)));
}

const missing = (ids: readonly string[]): Problem[] =>
  [...new Set(ids)].map((id) => ({ where: pathOf(id), ...MISSING }));

const MISSING = {
  path: '',
  expected: 'this file, since guests read every text in every language',
  found: 'no such file',
  remedy: 'copy the same file of the other language, or of another vessel, and write it anew',
};

const language = `(?:${LANGUAGES.join('|')})`;
const SHARED_FILE = new RegExp(`^${language}/(?<topic>${SHARED_TOPICS.join('|')})$`);
const VESSEL_FILE = new RegExp(
  `^${language}/(?<vessel>[a-z][a-z0-9-]*)/(?<topic>${VESSEL_TOPICS.join('|')})$`,
);

function findProblemsOf(file: ContentFile<unknown>, art: readonly string[]): Problem[] {
  const { topic } = (SHARED_FILE.exec(file.id) ?? VESSEL_FILE.exec(file.id))?.groups ?? {};
  if (topic === undefined) return [{ where: pathOf(file.id), ...UNKNOWN }];
  return [...findFieldProblems(file, topic, art), ...findTextProblems(file)];
}

const folder = LANGUAGES.join(' or ');
const UNKNOWN = {
  path: '',
  expected: `${SHARED_TOPICS.join(', ')} in the folder ${folder}, or ${VESSEL_TOPICS.join(', ')} in a vessel’s folder there`,
  found: 'a file that no page shows',
  remedy: 'check its name and folder, or remove it',
};

function findFieldProblems(
  { id, data }: ContentFile<unknown>,
  topic: string,
  art: readonly string[],
): Problem[] {
  const result = (topic === 'about' ? aboutSchema : passageSchema).safeParse(data);
  if (result.success) return findMissingArt(id, frontMatterSchema.parse(data), art);
  const remedy = 'fields stand between the two lines --- at the top, as in the other files';
  return toProblems(pathOf(id), data, result.error.issues).map((problem) => ({ remedy, ...problem }));
}

const findMissingArt = (id: string, { pictures = [] }: FrontMatter, art: readonly string[]): Problem[] =>
  pictures.flatMap(({ file }, index) => {
    if (art.includes(file)) return [];
    const expected = `a file of site/guest/art: ${art.join(', ')}`;
    const remedy = 'check the spelling, or put the picture there';
    return [{ where: pathOf(id), path: `pictures[${index}].file`, expected, found: describe(file), remedy }];
  });

/** More would not print on one sheet together with the rest of the page. */
const MOST_WORDS = 110;

type Finding = Required<Omit<Problem, 'where' | 'path'>>;

function findTextProblems({ id, body = '', rendered }: ContentFile<unknown>): Problem[] {
  const findings = [...findWrongLength(body), ...findForeign(body, rendered?.html)];
  return findings.map((finding) => ({ where: pathOf(id), path: 'text', ...finding }));
}

function findWrongLength(body: string): Finding[] {
  const words = body.split(/\s+/).filter((word) => /\p{L}/u.test(word)).length;
  if (words > 0 && words <= MOST_WORDS) return [];
  const remedy = 'the whole page has to print on one sheet';
  return [{ expected: `1 to ${MOST_WORDS} words`, found: `${words} words`, remedy }];
}

/** What is wrong as written comes first: what Markdown makes of it would only confuse. */
function findForeign(body: string, html: string | undefined): Finding[] {
  const written = FOREIGN.flatMap(({ pattern, ...rest }) => {
    const found = pattern.exec(body)?.[0];
    return found === undefined ? [] : [{ ...rest, found: describe(found) }];
  });
  if (written.length > 0) return written;
  if (html === undefined) return [UNREADABLE];
  const tags = new Set(Array.from(html.matchAll(/<([a-z][a-z0-9]*)/g), ([, tag]) => tag!));
  const links = Array.from(html.matchAll(/href="([^"]*)"/g), ([, href]) => href!);
  return [
    ...[...tags].filter((tag) => !PLAIN_TAGS.has(tag)).map(foreignTag),
    ...links.filter((href) => !href.startsWith('https://')).map(foreignLink),
  ];
}

const CONTACTS = 'remove it: contacts are in bookings/reference/fleet.json, and the page shows them';
const FOREIGN: readonly { pattern: RegExp; expected: string; remedy: string }[] = [
  {
    pattern: /<[a-z!/?][^>\n]{0,40}>?/i,
    expected: 'Markdown without HTML',
    remedy: 'write **bold**, *italic*, lists that start with "- ", and [links](https://…)',
  },
  { pattern: /[\w.+-]+@[\w-]+\.\w+/, expected: 'no e-mail address', remedy: CONTACTS },
  { pattern: /\+?\(?\d[\d ().-]{7,}\d/, expected: 'no phone number', remedy: CONTACTS },
];

const UNREADABLE: Finding = {
  expected: 'Markdown',
  found: 'something else',
  remedy: 'compare it with the other files',
};

const PLAIN_TAGS: ReadonlySet<string> = new Set(['p', 'ul', 'ol', 'li', 'strong', 'em', 'a', 'br']);

const foreignTag = (tag: string): Finding => ({
  expected: 'paragraphs, lists, **bold**, *italic* and links',
  found: /^h\d$/.test(tag) ? 'a heading, a line that starts with #' : (TAG_NAMES[tag] ?? `<${tag}>`),
  remedy: tag === 'img' ? 'name pictures at the top of about.md' : 'write it as a paragraph or as a list',
});

const TAG_NAMES: Readonly<Record<string, string>> = {
  img: 'a picture',
  pre: 'a line that starts with four spaces or with ```',
  code: 'words between backticks',
  hr: 'a line of dashes',
  table: 'a table',
  blockquote: 'a line that starts with >',
  del: 'words between ~~',
};

const foreignLink = (href: string): Finding => ({
  expected: 'links that start with https://',
  found: describe(href),
  remedy: 'write the whole address',
});

/** Front matter that is no YAML, from what the content layer throws; nothing for any other error. */
export function toUnreadable(error: unknown): Problem[] {
  if (!(error instanceof Error && 'loc' in error)) return [];
  const { file = '', line: at = 0 } = error.loc as { file?: string; line?: number };
  const id = /[\\/]content[\\/](.+)\.md$/.exec(file)?.[1]?.replaceAll('\\', '/');
  if (id === undefined) return [];
  const found = `something that cannot be read (${error.message})`;
  // The content layer counts from the line below the first ---.
  return [{ where: pathOf(id), path: `line ${at + 1}`, found, ...READABLE }];
}

const READABLE = {
  expected: 'fields such as title: What to bring',
  remedy: 'put text in quotes that has a colon in it, as in title: "Safety: the short version"',
};
