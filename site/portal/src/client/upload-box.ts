import { html, type Markup } from '../views/html.ts';
import type { Upload } from './upload-queue.ts';

export const PICTURES = 'image/*,.heic,.heif';

export interface UploadBox {
  show(uploads: readonly Upload[]): void;
  progress(photo: string, part: number): void;
}

/** Below the gallery: what adds photos, and every picture that is on its way, receipts too. */
export function createUploadBox(gallery: HTMLElement, choose: (files: readonly File[]) => void): UploadBox {
  const box = document.createElement('div');
  box.id = 'uploads';
  box.className = 'card fields';
  box.innerHTML = html`<label>Add photos<input type="file" accept="${PICTURES}" multiple /></label>
    <ul></ul>`.markup;
  const input = box.querySelector('input')!;
  const list = box.querySelector('ul')!;
  const parts = new Map<string, number>();
  let shown = '';
  input.addEventListener('change', () => {
    choose([...(input.files ?? [])]);
    input.value = '';
  });
  gallery.after(box);
  return {
    show(uploads) {
      const markup = uploads
        .map((upload) => renderUpload(upload, parts.get(upload.photo) ?? 0).markup)
        .join('');
      if (markup !== shown) list.innerHTML = markup;
      shown = markup;
    },
    progress(photo, part) {
      parts.set(photo, part);
      const bar = list.querySelector<HTMLProgressElement>(`[data-photo="${photo}"] progress`);
      if (bar) bar.value = part;
    },
  };
}

const renderUpload = ({ photo, name, sentAt, refusal }: Upload, part: number): Markup =>
  html`<li data-photo="${photo}">
    ${
      refusal === null
        ? html`<label
            >${name}${sentAt !== null && ': being checked'}<progress
              max="1"
              value="${sentAt === null ? part : 1}"
            ></progress
          ></label>`
        : html`<p>${name}: <span class="tag tag-failed">not uploaded: ${refusal}</span></p>
            <button type="button" data-retry-photo="${photo}">
              Try again<span class="sr"> ${name}</span>
            </button>
            <button type="button" class="off" data-remove-photo="${photo}">
              Remove<span class="sr"> ${name}</span>
            </button>`
    }
  </li>`;
