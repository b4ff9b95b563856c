import { createAdder } from './adder.ts';
import { button, element, fill, on } from './element.ts';
import { createGallery } from './gallery.ts';
import { createLightbox } from './lightbox.ts';
import { createPhotoApi, type PhotoList } from './photo-api.ts';
import { createPhotoLists } from './photo-lists.ts';
import type { PhotoTexts } from './photo-texts.ts';
import { createQueue, roomLeft, type Queue } from './queue.ts';
import { createRows } from './rows.ts';
import { sendPhoto } from './send-photo.ts';
import { createWatch } from './watch.ts';

export interface PhotosPage {
  readonly section: HTMLElement;
  /** Where all of it goes. */
  readonly app: HTMLElement;
  readonly texts: PhotoTexts;
  readonly pageId: string;
  readonly key: string;
}

/** A button; nothing is asked of anybody before it is pressed. Then the photos, and the way to add some. */
export function openPhotos({ section, app, texts, pageId, key }: PhotosPage): void {
  const say = (text: string): void => void (status.textContent = text);
  const api = createPhotoApi(pageId, key);
  const lists = createPhotoLists(api, {
    list: (list) => show(list),
    refusal: (reason) => say(texts.reasons[reason]),
  });
  const queue = createQueue({
    send: (file, sender) => sendPhoto(file, sender, { api }),
    list: lists.last,
    changed: (item) => rows.show(item),
    watch: createWatch(
      () => lists.look().then(() => queue.settle()),
      () => queue.giveUp(),
    ),
  });
  const status = element('p', { role: 'status' });
  const hint = element('p', { class: 'quiet' });
  const rows = createRows(texts, queue, say);
  const lightbox = createLightbox(texts, lists);
  const gallery = createGallery(texts, lists, lightbox.open);
  const show = (list: PhotoList): void => {
    const left = roomLeft(list, 0);
    say(list.photos.length === 0 ? texts.empty : '');
    hint.textContent = left === 0 ? texts.reasons['too-many'] : fill(texts.hint, { left });
    gallery.show(list.photos);
    lightbox.refresh();
    queue.settle();
  };
  const opener = button(texts.open, async () => {
    say(texts.opening);
    if (!(await lists.look()) || !opener.isConnected) return;
    const [add, input] = createAdder(texts.add, section, queue.add);
    const refresh = button(texts.refresh, lists.look);
    opener.replaceWith(add, input, hint, rows.list, gallery.list, refresh, lightbox.dialog);
    add.focus({ preventScroll: true });
  });
  app.append(opener, status);
  keepGoing(queue);
}

function keepGoing({ resume, isBusy }: Queue): void {
  on(window, 'online', resume);
  setInterval(() => navigator.onLine && resume(), RETRY_PAUSE);
  on(window, 'beforeunload', (event) => isBusy() && event.preventDefault());
}

/** Milliseconds: a server in trouble gets time, and so does the battery. */
const RETRY_PAUSE = 30_000;
