import type { Variant } from '#functions/scc/photo-key.ts';
import type { Rendition } from './picture.ts';
import { postForm, type Answer, type Form } from './post-form.ts';

/** What the server says to one rendition: `arrived` by an earlier attempt; `taken` is the id of another picture. */
export type Permit = { readonly variant: Variant } & (
  ({ readonly status: 'ready' } & Form) | { readonly status: 'arrived' | 'taken' }
);

/** `unavailable`: the same may get through later. Of a refused one the same would be refused again. */
export type Carried = 'sent' | 'unavailable' | StorageRefusal;

export type StorageRefusal = 'too-large' | 'wrong-type';

/** Brings up what is permitted and not there yet, in order; `progress` hears the part that is up, 0 to 1. */
export async function bringUp(
  renditions: readonly Rendition[],
  permits: readonly Permit[],
  progress: (part: number) => void,
): Promise<Carried> {
  const total = renditions.reduce((sum, { blob }) => sum + blob.size, 0);
  let before = 0;
  for (const { variant, blob } of renditions) {
    const permit = permits.find((one) => one.variant === variant);
    const heard = (bytes: number) => progress((before + Math.min(bytes, blob.size)) / total);
    if (permit?.status === 'ready') {
      const carried = toCarried(await postForm(permit, blob, heard));
      if (carried !== 'sent') return carried;
    }
    before += blob.size;
  }
  return 'sent';
}

/** What an answer of the storage means. Of its statuses none is only for good: an expired form is a 403 as well. */
export function toCarried({ status, text }: Answer): Carried {
  if (status >= 200 && status < 300) return 'sent';
  return Object.entries(REFUSALS).find(([sign]) => text.includes(sign))?.[1] ?? 'unavailable';
}

/** By what S3 writes to a form that does not fit its policy. */
const REFUSALS: Readonly<Record<string, StorageRefusal>> = {
  EntityTooLarge: 'too-large',
  'Policy Condition failed': 'wrong-type',
};
