import { MAX_SIZE, type Variant } from '#functions/scc/photo-key.ts';
import type { Api, Reply } from './api.ts';
import { renditionsOf, type Rendition } from './picture.ts';
import { postForm, type Answer, type Form } from './post-form.ts';
import type { Upload } from './upload-queue.ts';

/** What the server says to one rendition: `arrived` by an earlier attempt; `taken` is the id of another picture. */
type Permit = { readonly variant: Variant } & (
  ({ readonly status: 'ready' } & Form) | { readonly status: 'arrived' | 'taken' }
);

/** `refused`: by the server's own word, so that it would be again. `unavailable`: the same may get through later. */
export type Sending = { readonly kind: 'sent' } | Exclude<Reply, { kind: 'ok' }>;

/** Has an upload allowed and brings it up; `progress` hears the part that is up, 0 to 1. */
export async function sendUpload(
  upload: Upload,
  api: Pick<Api, 'post'>,
  progress: (part: number) => void,
): Promise<Sending> {
  const renditions = await renditionsOf(upload.file, upload.type);
  if (renditions.some(({ variant, blob }) => blob.size > MAX_SIZE[variant])) return refuse(TOO_LARGE);
  // Asked for each time, as the forms of an earlier attempt may have expired.
  const reply = await api.post(`/api/events/${upload.eventId}/uploads`, {
    uploads: renditions.map((rendition) => toBody(upload, rendition)),
  });
  if (reply.kind !== 'ok') return reply;
  const permits = (reply.body as { uploads: readonly Permit[] }).uploads;
  if (permits.some(({ status }) => status === 'taken')) return refuse('Please choose it once more.');
  return bringUp(renditions, permits, progress);
}

const toBody = ({ photo, purpose }: Upload, { variant, type, blob }: Rendition): object => ({
  photo,
  purpose,
  variant,
  type,
  size: blob.size,
});

async function bringUp(
  renditions: readonly Rendition[],
  permits: readonly Permit[],
  progress: (part: number) => void,
): Promise<Sending> {
  const total = renditions.reduce((sum, { blob }) => sum + blob.size, 0);
  let before = 0;
  for (const { variant, blob } of renditions) {
    const permit = permits.find((one) => one.variant === variant);
    const heard = (bytes: number) => progress((before + Math.min(bytes, blob.size)) / total);
    if (permit?.status === 'ready') {
      const sending = toSending(await postForm(permit, blob, heard));
      if (sending.kind !== 'sent') return sending;
    }
    before += blob.size;
  }
  return { kind: 'sent' };
}

/** What an answer of the storage means. Of its statuses none is only for good: an expired form is a 403 as well. */
export function toSending({ status, text }: Answer): Sending {
  if (status >= 200 && status < 300) return { kind: 'sent' };
  const reason = Object.entries(REFUSALS).find(([sign]) => text.includes(sign))?.[1];
  return reason === undefined ? { kind: 'unavailable' } : refuse(reason);
}

const TOO_LARGE = 'It is larger than 25 MB.';

/** By what S3 writes to a form that does not fit its policy. */
const REFUSALS: Readonly<Record<string, string>> = {
  EntityTooLarge: TOO_LARGE,
  'Policy Condition failed': 'It is not of a kind that can be stored.',
};

const refuse = (reason: string): Sending => ({ kind: 'refused', status: 0, reason });
