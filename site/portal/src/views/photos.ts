import type { PhotoState } from '#functions/scc/entries/fold.ts';
import { GUEST } from '#functions/scc/guest-photos.ts';
import { entryForm } from './entry-form.ts';
import { html, type Markup } from './html.ts';
import type { Section } from './section.ts';
import { formatMoment, renderStamp } from './stamp.ts';

/** The content of `<div id="photos">`. What adds photos is the browser's alone, and stands below it. */
export function renderPhotos(section: Section): string {
  const { photos } = section.state;
  const named = { ...section, names: { ...section.names, [GUEST]: 'Guest' } };
  return html`<h2>Photos</h2>
    ${
      photos.length === 0
        ? html`<p class="quiet">None yet.</p>`
        : html`<ul class="gallery">
            ${photos.map((photo) => renderPhoto(named, photo))}
          </ul>`
    }`.markup;
}

function renderPhoto(section: Section, photo: PhotoState): Markup {
  const { eventId, me, names, zone, isCaptain } = section;
  const address = `/api/events/${eventId}/photos/${photo.photo}`;
  const by = `${names[photo.member] ?? photo.member}, ${formatMoment(photo.at, zone)}`;
  return html`<li>
    <a href="${address}/original">${renderPicture(photo, address, `Photo by ${by}`)}</a
    >${renderStamp(section, photo)}${(photo.member === me || isCaptain) && renderRemoval(section, photo, by)}
  </li>`;
}

/** Few browsers show HEIC, and where none could make a thumbnail there is none. */
const renderPicture = ({ type, hasThumbnail }: PhotoState, address: string, text: string): Markup =>
  hasThumbnail || !/hei[cf]/.test(type)
    ? html`<img
        src="${address}/${hasThumbnail ? 'thumbnail' : 'original'}"
        alt="${text}"
        loading="lazy"
        width="160"
        height="160"
      />`
    : html`<span class="tile">HEIC photo<span class="sr">: ${text}</span></span>`;

const renderRemoval = (section: Section, { photo }: PhotoState, by: string): Markup =>
  html`<details>
    <summary>Remove<span class="sr"> photo by ${by}</span></summary>
    ${entryForm(section, { kind: 'photo-removed', photo }, html`<button class="off">Remove for everybody</button>`)}
  </details>`;
