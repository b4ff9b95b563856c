import { getCollection } from 'astro:content';
import { assembleContent, type Art } from './assemble-content.ts';

export { TOPICS, type GuestContent, type Passage, type Picture, type Topic } from './assemble-content.ts';

const imported = import.meta.glob<ImageMetadata>('../art/*.svg', { eager: true, import: 'default' });

const art: Art = Object.fromEntries(
  Object.entries(imported).map(([path, { src, width, height }]) => [
    path.slice(path.lastIndexOf('/') + 1),
    { src, width, height },
  ]),
);

/** What guests of a vessel read; throws a `UserError` that names the files to add for a vessel without content. */
export const contentFor = assembleContent(await getCollection('passages'), art);
