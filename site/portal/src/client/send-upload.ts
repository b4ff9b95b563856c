import { MAX_SIZE, type Variant } from '#functions/scc/photo-key.ts';
import type { Api, Reply } from './api.ts';
import { renditionsOf } from './picture.ts';
import type { Upload } from './upload-queue.ts';

/** What the server says to one rendition: `arrived` by an earlier attempt; `taken` is the id of another picture. */
type Permit = { readonly variant: Variant } & (
  ({ readonly status: 'ready' } & Form) | { readonly status: 'arrived' | 'taken' }
);

/** Of the storage, for one object; `fields` come before the file. */
interface Form {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

export type Sending = { readonly kind: 'sent' } | Exclude<Reply, { kind: 'ok' }>;

/** Has an upload allowed and brings it up; `progress` hears the part that is up, 0 to 1. */
export async function sendUpload(
  { photo, eventId, purpose, file, type }: Upload,
  api: Pick<Api, 'post'>,
  progress: (part: number) => void,
): Promise<Sending> {
  const renditions = await renditionsOf(file, type);
  if (renditions.some(({ variant, blob }) => blob.size > MAX_SIZE[variant]))
    return refuse('It is larger than 25 MB.');
  const uploads = renditions.map(({ variant, type, blob }) => ({
    photo,
    purpose,
    variant,
    type,
    size: blob.size,
  }));
  const reply = await api.post(`/api/events/${eventId}/uploads`, { uploads });
  if (reply.kind !== 'ok') return reply;
  const permits = (reply.body as { uploads: readonly Permit[] }).uploads;
  if (permits.some(({ status }) => status === 'taken')) return refuse('Please choose it once more.');
  const total = renditions.reduce((sum, { blob }) => sum + blob.size, 0);
  let before = 0;
  for (const { variant, blob } of renditions) {
    const permit = permits.find((one) => one.variant === variant);
    const heard = (bytes: number) => progress((before + Math.min(bytes, blob.size)) / total);
    if (permit?.status === 'ready' && !(await post(permit, blob, heard))) return { kind: 'unavailable' };
    before += blob.size;
  }
  return { kind: 'sent' };
}

const refuse = (reason: string): Sending => ({ kind: 'refused', status: 0, reason });

/** By XMLHttpRequest, as only that tells how far an upload is. */
function post({ url, fields }: Form, blob: Blob, progress: (bytes: number) => void): Promise<boolean> {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  body.append('file', blob);
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.upload.addEventListener('progress', ({ loaded }) => progress(loaded));
    request.addEventListener('loadend', () => resolve(request.status >= 200 && request.status < 300));
    request.open('POST', url);
    request.send(body);
  });
}
