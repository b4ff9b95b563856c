import type { GuestContent, Passage, Picture } from './content.ts';
import { escapeHtml } from './escape-html.ts';

/** What stands between the parts of a page that are one guest's own, as HTML. */
export interface Sections {
  readonly arriving: string;
  readonly aboard: string;
  readonly agreed: string;
}

const kept = new WeakMap<GuestContent, Sections>();

/** Made once for each language and vessel: a page has more of this than of anything else. */
export function sectionsOf(content: GuestContent): Sections {
  const sections = kept.get(content) ?? renderSections(content);
  kept.set(content, sections);
  return sections;
}

function renderSections({ about, pictures, passages }: GuestContent): Sections {
  const topics = (...names: (keyof typeof passages)[]): string =>
    names.map((name) => renderPassage(name, `${name} not-after`, passages[name])).join('');
  return {
    arriving: topics('finding', 'bring'),
    aboard: renderPassage('about', 'about', about, renderPictures(pictures)) + topics('safety'),
    agreed: topics('weather', 'rules', 'cancellation'),
  };
}

const renderPassage = (id: string, kind: string, { title, html }: Passage, pictures = ''): string =>
  `<section class="card passage ${kind}" aria-labelledby="${id}">` +
  `<h2 id="${id}">${escapeHtml(title)}</h2>${pictures}${html}</section>`;

const renderPictures = (pictures: readonly Picture[]): string =>
  `<div class="pictures">${pictures.map(renderPicture).join('')}</div>`;

const renderPicture = ({ src, alt, width, height }: Picture): string =>
  `<img src="${src}" alt="${escapeHtml(alt)}" width="${width}" height="${height}" loading="lazy" decoding="async">`;
