import { MAX_SIZE } from '#functions/scc/photo-key.ts';
import { bringUp } from '#site/photos/bring-up.ts';
import { renditionsOf } from '#site/photos/picture.ts';
import { pictureType } from '#site/photos/picture-type.ts';
import { refuse, type PhotoApi } from './photo-api.ts';

/** What becomes known of a picture on its way. */
export type News =
  | { readonly photo: string }
  | {
      readonly state: 'sending';
      /** It goes up as the camera made it. */
      readonly isUntouched: boolean;
    }
  /** 0 to 1 of it is up. */
  | { readonly part: number };

export interface Sender {
  /** Whether the picture is in the gallery or on its way by another hand. */
  readonly isThere: (photo: string) => boolean;
  readonly hasRoom: () => boolean;
  readonly note: (news: News) => void;
}

export interface Means {
  readonly api: Pick<PhotoApi, 'permits'>;
  readonly bring?: typeof bringUp;
  readonly render?: typeof renditionsOf;
}

/** Makes a picture small, has it allowed and brings it up. Rejects with a `PhotoRefusal`. */
export async function sendPhoto(
  file: File,
  { isThere, hasRoom, note }: Sender,
  { api, bring = bringUp, render = renditionsOf }: Means,
): Promise<'sent' | 'there'> {
  const type = pictureType(file);
  if (type === undefined) refuse('wrong-type');
  const photo = await photoIdOf(file);
  if (isThere(photo)) return 'there';
  if (!hasRoom()) refuse('too-many');
  note({ photo });
  const renditions = await render(file, type);
  // Without a thumbnail the browser could not read it. Of HEIC we say so; of anything else the place would go up unsaid.
  const isUntouched = renditions.length === 1;
  if (isUntouched && !/hei[cf]/.test(type)) refuse('invalid');
  if (renditions.some(({ variant, blob }) => blob.size > MAX_SIZE[variant])) refuse('too-large');
  note({ state: 'sending', isUntouched });
  // Asked for each time, as the forms of an earlier attempt may have expired.
  const permits = await api.permits(
    renditions.map(({ variant, type, blob }) => ({ photo, variant, type, size: blob.size })),
  );
  if (permits.some(({ status }) => status === 'taken')) refuse('taken');
  if (permits.every(({ status }) => status === 'arrived')) return 'there';
  const carried = await bring(renditions, permits, (part) => note({ part }));
  return carried === 'sent' ? carried : refuse(carried);
}

/** Of the bytes, so that the same picture is never there twice, whoever sends it. */
export async function photoIdOf(file: Blob): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  const text = btoa(String.fromCharCode(...new Uint8Array(digest)));
  return text.replaceAll('+', '-').replaceAll('/', '_').slice(0, 32);
}
