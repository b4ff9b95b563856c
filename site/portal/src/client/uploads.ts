import type { Entry } from '#functions/scc/entries/entry.ts';
import type { Purpose } from '#functions/scc/photo-key.ts';
import { pictureType } from '#site/photos/picture-type.ts';
import type { Api } from './api.ts';
import { createArrivals } from './arrivals.ts';
import { sendUpload, type Sending } from './send-upload.ts';
import { nextUploads, type Upload, type UploadStore } from './upload-queue.ts';

export interface UploadsDeps {
  readonly store: UploadStore;
  readonly api: Pick<Api, 'post'>;
  readonly member: string;
  readonly refreshLog: (eventId: string) => Promise<readonly Entry[] | undefined>;
  readonly changed: () => Promise<void>;
  /** `part` of an upload is up, 0 to 1. */
  readonly progressed: (photo: string, part: number) => void;
  readonly send?: typeof sendUpload;
}

export interface Uploads {
  /** Stores a picture, so that it goes up now or when there is signal. False when it is none that we take. */
  add(file: File, target: { eventId: string; purpose: Purpose; photo: string }): Promise<boolean>;
  /** Goes on with what waits. What does not get through waits for the next time; only the server refuses for good. */
  resume(): Promise<void>;
  retry(photo: string): Promise<void>;
  remove(photo: string): Promise<void>;
}

/** Brings pictures up, two at a time; one leaves the device only when the log says that it arrived. */
export function createUploads(deps: UploadsDeps): Uploads {
  const { store, member, changed } = deps;
  const { settle, awaitArrival } = createArrivals(deps);
  const busy = new Set<string>();
  const tries = new Map<string, number>();
  const begin = async (): Promise<void> => {
    if (!navigator.onLine) return;
    for (const upload of nextUploads(await store.all(), { member, busy, tries })) void carry(upload);
  };
  const carry = async (upload: Upload): Promise<void> => {
    const { photo } = upload;
    busy.add(photo);
    tries.set(photo, (tries.get(photo) ?? 0) + 1);
    const { kind } = await attempt(upload, deps).catch(() => UNAVAILABLE);
    busy.delete(photo);
    await changed();
    if (kind !== 'sent' && kind !== 'refused') return;
    void begin();
    if (kind === 'sent') await awaitArrival(upload);
  };
  const resume = async (): Promise<void> => {
    await begin();
    await settle();
  };
  return {
    resume,
    async add(file, target) {
      const type = pictureType(file);
      if (type === undefined) return false;
      const { name } = file;
      await store.put({ ...target, member, name, type, file, sentAt: null, refusal: null });
      return true;
    },
    async retry(photo) {
      const upload = (await store.all()).find((each) => each.photo === photo);
      if (upload !== undefined) await store.put({ ...upload, refusal: null, sentAt: null });
      await changed();
      await resume();
    },
    async remove(photo) {
      await store.remove(photo);
      await changed();
    },
  };
}

const UNAVAILABLE: Sending = { kind: 'unavailable' };

/** Sends a picture and notes what came of it. Another tab may be at it: then this one has nothing to do. */
const attempt = (
  upload: Upload,
  { store, api, progressed, send = sendUpload }: UploadsDeps,
): Promise<Sending> =>
  navigator.locks.request(`bosun-upload-${upload.photo}`, { ifAvailable: true }, async (lock) => {
    if (lock === null) return UNAVAILABLE;
    const sending = await send(upload, api, (part) => progressed(upload.photo, part));
    if (sending.kind === 'sent') await store.put({ ...upload, sentAt: new Date().toISOString() });
    if (sending.kind === 'refused') await store.put({ ...upload, refusal: sending.reason });
    return sending;
  });
