import { button, element, fill, label, on } from './element.ts';
import type { Photo } from './photo-api.ts';
import type { PhotoLists } from './photo-lists.ts';
import type { PhotoTexts } from './photo-texts.ts';

export interface Gallery {
  readonly list: HTMLElement;
  show(photos: readonly Photo[]): void;
}

/** The reader wants to see a photo large. */
type Open = (photo: string, opener: HTMLElement) => void;

/** A grid of thumbnails, each with its place before it is loaded. */
export function createGallery(texts: PhotoTexts, lists: PhotoLists, open: Open): Gallery {
  const list = element('ul', { class: 'ph-grid' });
  const tiles = new Map<string, Tile>();
  return {
    list,
    show(photos) {
      for (const [id, { item }] of tiles) if (!photos.some(({ photo }) => photo === id)) item.remove();
      photos.forEach((photo, at) => {
        const tile = tiles.get(photo.photo) ?? createTile(photo, texts, lists, open);
        tiles.set(photo.photo, tile);
        tile.show(photo, fill(texts.photo, { at: at + 1, count: photos.length }));
        if (!tile.item.isConnected) list.append(tile.item);
      });
    },
  };
}

interface Tile {
  readonly item: HTMLElement;
  show(photo: Photo, text: string): void;
}

/** A thumbnail that opens the photo; words and a link of what comes without one, as few browsers show HEIC. */
function createTile({ photo }: Photo, texts: PhotoTexts, lists: PhotoLists, open: Open): Tile {
  const image = element('img', { loading: 'lazy' });
  const opener = button('', () => open(photo, opener));
  const link = downloadLink(texts, lists);
  const words = element('p', {}, texts.tile, link);
  opener.append(image);
  renewOnError(image, lists);
  return {
    item: element('li', {}, opener, words),
    show({ thumbnail, original }, text) {
      opener.hidden = thumbnail === null;
      words.hidden = thumbnail !== null;
      link.href = original;
      label(link, `${texts.download}: ${text}`);
      image.alt = text;
      // What is loaded stays, as the same picture at its next address would be loaded again.
      if (thumbnail !== null && image.naturalWidth === 0) image.src = thumbnail;
    },
  };
}

/** Addresses get old before a picture is looked at: then new ones are asked for. What fails at once fails for good. */
export const renewOnError = (image: HTMLImageElement, { look, isStale }: PhotoLists): void =>
  on(image, 'error', () => isStale(MOMENT) && look());

/** Milliseconds. */
const MOMENT = 10_000;

/** A link whose address is renewed first when it is old. */
export function downloadLink({ download }: PhotoTexts, { look, isStale }: PhotoLists): HTMLAnchorElement {
  const link = element('a', { target: '_blank', rel: 'noopener' }, download);
  on(link, 'click', (event) => {
    if (!isStale()) return;
    event.preventDefault();
    void look().then((isNew) => isNew && link.click());
  });
  return link;
}
