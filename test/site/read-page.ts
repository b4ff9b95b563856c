import type { PageView } from '#bookings/model/views/page.ts';
import type { GuestSite } from '#bookings/reconcile/ports.ts';

export const ORIGINS = { photosOrigin: 'https://photos.example', guestUrl: 'https://queenofsandiego.com' };

/** The page in the booking's language. */
export async function htmlOf(site: GuestSite, view: PageView): Promise<string> {
  const objects = await site.render(view, 1);
  return bodyOf(objects.find(({ key }) => key === `g/${view.pageId}.html`)!);
}

export const bodyOf = ({ body }: { readonly body: string | Uint8Array }): string =>
  Buffer.from(body).toString();

/** What a person reads of a page or a part of one, in every phase; spaces between elements. */
export const textOf = (html: string): string =>
  html
    .slice(Math.max(html.indexOf('<body'), 0))
    .replaceAll(/<svg.*?<\/svg>/gs, ' ')
    .replaceAll(/<\/?(?:bdi|strong|em)\b[^>]*>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');

/** What the top of a page says in one of its readings: `on-day`. */
export const heroOf = (html: string, showing: string): string =>
  textOf(new RegExp(`<div class="${showing}">(.*?)</div>`, 's').exec(html)?.[1] ?? '');

export const headingsOf = (html: string): string[] =>
  Array.from(html.matchAll(/<h2[^>]*>(.*?)<\/h2>/g), ([, text]) => text!);
