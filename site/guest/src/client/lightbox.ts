import { button, element, fill, label, on } from './element.ts';
import { downloadLink, renewOnError } from './gallery.ts';
import type { Photo } from './photo-api.ts';
import type { PhotoLists } from './photo-lists.ts';
import type { PhotoTexts } from './photo-texts.ts';
import { neighbour, swipe } from './steps.ts';

export interface Lightbox {
  readonly dialog: HTMLDialogElement;
  open(photo: string, opener: HTMLElement): void;
  /** There are new photos, or new addresses. */
  refresh(): void;
}

/** One photo as large as the screen, with the ways to the next, the one before and back. */
export function createLightbox(texts: PhotoTexts, lists: PhotoLists): Lightbox {
  let shown = '';
  const photos = (): readonly Photo[] => lists.last()?.photos ?? [];
  const step = (by: number): void => show(neighbour(photos(), shown, by));
  const image = element('img', { draggable: 'false' });
  const caption = element('p', { 'aria-live': 'polite' });
  const link = downloadLink(texts, lists);
  const back = button('‹', () => step(-1), texts.previous);
  const forth = button('›', () => step(1), texts.next);
  const close = button('×', () => dialog.close(), texts.close);
  const dialog = element('dialog', { class: 'ph-box' }, caption, close, image, back, link, forth);
  const show = (photo: string): void => {
    const at = photos().findIndex((one) => one.photo === photo);
    const found = photos()[at];
    if (found === undefined) return dialog.close();
    const text = fill(texts.photo, { at: at + 1, count: photos().length });
    // The last photo does not stand in for one that is on its way.
    if (shown !== photo) image.removeAttribute('src');
    if (image.naturalWidth === 0) image.src = showable(found);
    shown = photo;
    image.alt = caption.textContent = text;
    label(dialog, text);
    link.href = found.original;
    if (lists.isStale()) void lists.look();
  };
  renewOnError(image, lists);
  onGestures(dialog, step);
  return {
    dialog,
    open(photo, opener) {
      // Where a dialog gives the focus back to; not every browser focuses what is pressed.
      opener.focus();
      dialog.showModal();
      show(photo);
    },
    refresh: () => void (dialog.open && show(shown)),
  };
}

/** Of what few browsers show, the thumbnail. */
const showable = ({ type, original, thumbnail }: Photo): string =>
  /hei[cf]/.test(type) ? (thumbnail ?? original) : original;

/** Arrow keys, a swipe, and a press beside the photo. Escape closes by itself. */
function onGestures(dialog: HTMLDialogElement, step: (by: number) => void): void {
  let from = { x: 0, y: 0 };
  const moved = ({ clientX, clientY }: MouseEvent) => swipe(clientX - from.x, clientY - from.y);
  on(dialog, 'keydown', ({ key }) => {
    if (key === 'ArrowLeft') step(-1);
    if (key === 'ArrowRight') step(1);
  });
  on(dialog, 'pointerdown', ({ clientX: x, clientY: y }) => (from = { x, y }));
  on(dialog, 'pointerup', (event) => moved(event) !== 0 && step(moved(event)));
  on(dialog, 'click', (event) => {
    if (event.target === dialog && moved(event) === 0) dialog.close();
  });
}
