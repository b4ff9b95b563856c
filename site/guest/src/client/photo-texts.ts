import type { PageView } from '#bookings/model/views/page.ts';
import type { GuestRefusal } from '#functions/scc/guest-photos.ts';

/** Every word of the photos that the script adds to the page; `{…}` is filled in by it. */
export interface PhotoTexts {
  readonly open: string;
  readonly opening: string;
  readonly add: string;
  /** Of `{left}` photos that still fit. */
  readonly hint: string;
  readonly empty: string;
  readonly refresh: string;
  /** Alternative text, with `{at}` and `{count}`. */
  readonly photo: string;
  /** In place of a picture that the browser may not be able to show. */
  readonly tile: string;
  readonly download: string;
  readonly previous: string;
  readonly next: string;
  readonly close: string;
  readonly retry: string;
  readonly remove: string;
  readonly states: Readonly<Record<PhotoState, string>>;
  /** Of a picture that goes up with all that the camera noted. */
  readonly untouched: string;
  readonly reasons: Readonly<Record<PhotoReason, string>>;
}

/** Of one picture on its way; `late`: it is up and does not show yet. */
export type PhotoState = 'waiting' | 'preparing' | 'sending' | 'sent' | 'late' | 'done' | 'there' | 'lost';

/** Why something is refused. `wrong-link`: the key opens nothing; `taken`: of another picture with the same id. */
export type PhotoReason = GuestRefusal | 'wrong-link' | 'taken' | 'unavailable';

export const PHOTO_TEXTS: Readonly<Record<PageView['language'], PhotoTexts>> = {
  en: {
    open: 'Open the photos',
    opening: 'Opening the photos…',
    add: 'Add photos',
    hint: 'JPEG, PNG, WebP or HEIC, up to 25 MB each; you may drop them here. Room left: {left}.',
    empty: 'No photos yet. Yours may be the first.',
    refresh: 'Look for new photos',
    photo: 'Photo {at} of {count}',
    tile: 'No preview',
    download: 'Download',
    previous: 'Previous photo',
    next: 'Next photo',
    close: 'Close',
    retry: 'Try again',
    remove: 'Remove from the list',
    states: {
      waiting: 'waiting',
      preparing: 'being prepared',
      sending: 'being sent',
      sent: 'sent, being checked',
      late: 'sent; it shows here once it has been checked',
      done: 'done',
      there: 'already there',
      lost: 'no answer; tried again as soon as there is a connection',
    },
    untouched: 'This format is stored as it is, including where it was taken.',
    reasons: {
      'not-on': 'This charter takes no photos at the moment.',
      'too-late': 'The photos of this charter are closed.',
      'too-many': 'There is no room for more photos.',
      'wrong-type': 'Only JPEG, PNG, WebP and HEIC pictures can be added.',
      'too-large': 'It is larger than 25 MB.',
      invalid: 'This picture could not be read.',
      taken: 'This picture cannot be added.',
      'wrong-link': 'This link does not open the photos. Please use the one in our message.',
      unavailable: 'We got no answer. Please check your connection and try again.',
    },
  },
  es: {
    open: 'Abrir las fotos',
    opening: 'Abriendo las fotos…',
    add: 'Añadir fotos',
    hint: 'JPEG, PNG, WebP o HEIC, hasta 25 MB cada una; también puede soltarlas aquí. Espacio para {left} más.',
    empty: 'Aún no hay fotos. La suya puede ser la primera.',
    refresh: 'Buscar fotos nuevas',
    photo: 'Foto {at} de {count}',
    tile: 'Sin vista previa',
    download: 'Descargar',
    previous: 'Foto anterior',
    next: 'Foto siguiente',
    close: 'Cerrar',
    retry: 'Intentar de nuevo',
    remove: 'Quitar de la lista',
    states: {
      waiting: 'en espera',
      preparing: 'en preparación',
      sending: 'enviándose',
      sent: 'enviada, en revisión',
      late: 'enviada; aparecerá aquí cuando se haya revisado',
      done: 'lista',
      there: 'ya estaba',
      lost: 'sin respuesta; se intentará de nuevo en cuanto haya conexión',
    },
    untouched: 'Este formato se guarda tal cual, incluido el lugar donde se tomó.',
    reasons: {
      'not-on': 'Este paseo no admite fotos en este momento.',
      'too-late': 'Las fotos de este paseo ya están cerradas.',
      'too-many': 'Ya no caben más fotos.',
      'wrong-type': 'Solo se pueden añadir imágenes JPEG, PNG, WebP y HEIC.',
      'too-large': 'Pesa más de 25 MB.',
      invalid: 'No se pudo leer esta imagen.',
      taken: 'Esta imagen no se puede añadir.',
      'wrong-link': 'Este enlace no abre las fotos. Use el que aparece en nuestro mensaje.',
      unavailable: 'No hubo respuesta. Compruebe la conexión e inténtelo de nuevo.',
    },
  },
};
