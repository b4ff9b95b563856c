import type { Purpose, Variant } from '#functions/scc/photo-key.ts';
import type { Phone } from './crew-client.ts';

export interface Picture {
  readonly photo: string;
  readonly purpose: Purpose;
  readonly variant?: Variant;
}

/** What scc-api signed for one picture. */
export interface SignedForm {
  readonly status: string;
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** Starts as JPEG files do. */
const JPEG = Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, ...Array.from({ length: 200 }, (_, at) => at)]);

/** Asks for the form by which a phone may send a JPEG picture to the bucket. */
export async function formFor(
  { send }: Phone,
  eventId: string,
  { photo, purpose, variant = 'original' }: Picture,
): Promise<SignedForm> {
  const wanted = { photo, purpose, variant, type: 'image/jpeg', size: JPEG.length };
  const { body } = await send<{ uploads: SignedForm[] }>(`/api/events/${eventId}/uploads`, {
    uploads: [wanted],
  });
  return body.uploads[0]!;
}

/** Sends the picture by its form, as a browser does; the bucket's status. */
export async function sendForm({ url, fields }: Pick<SignedForm, 'url' | 'fields'>): Promise<number> {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  body.append('file', new Blob([JPEG], { type: 'image/jpeg' }), 'picture.jpg');
  return (await fetch(url, { method: 'POST', body })).status;
}

/** Uploads a picture; it is in the event's log once the world has settled. */
export async function uploadPicture(phone: Phone, eventId: string, picture: Picture): Promise<void> {
  const status = await sendForm(await formFor(phone, eventId, picture));
  if (status >= 300) throw new Error(`the bucket did not take the picture: ${status}`);
}
