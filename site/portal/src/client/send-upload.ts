import { MAX_SIZE } from '#functions/scc/photo-key.ts';
import { bringUp, type Permit, type StorageRefusal } from '#site/photos/bring-up.ts';
import { renditionsOf, type Rendition } from '#site/photos/picture.ts';
import type { Api, Reply } from './api.ts';
import type { Upload } from './upload-queue.ts';

/** `refused`: by the server's own word, so that it would be again. `unavailable`: the same may get through later. */
export type Sending = { readonly kind: 'sent' } | Exclude<Reply, { kind: 'ok' }>;

/** Has an upload allowed and brings it up; `progress` hears the part that is up, 0 to 1. */
export async function sendUpload(
  upload: Upload,
  api: Pick<Api, 'post'>,
  progress: (part: number) => void,
): Promise<Sending> {
  const renditions = await renditionsOf(upload.file, upload.type);
  if (renditions.some(({ variant, blob }) => blob.size > MAX_SIZE[variant]))
    return refuse(REASONS['too-large']);
  // Asked for each time, as the forms of an earlier attempt may have expired.
  const reply = await api.post(`/api/events/${upload.eventId}/uploads`, {
    uploads: renditions.map((rendition) => toBody(upload, rendition)),
  });
  if (reply.kind !== 'ok') return reply;
  const permits = (reply.body as { uploads: readonly Permit[] }).uploads;
  if (permits.some(({ status }) => status === 'taken')) return refuse('Please choose it once more.');
  const carried = await bringUp(renditions, permits, progress);
  return carried === 'sent' || carried === 'unavailable' ? { kind: carried } : refuse(REASONS[carried]);
}

const toBody = ({ photo, purpose }: Upload, { variant, type, blob }: Rendition): object => ({
  photo,
  purpose,
  variant,
  type,
  size: blob.size,
});

const REASONS: Readonly<Record<StorageRefusal, string>> = {
  'too-large': 'It is larger than 25 MB.',
  'wrong-type': 'It is not of a kind that can be stored.',
};

const refuse = (reason: string): Sending => ({ kind: 'refused', status: 0, reason });
