import type { Entry } from '#functions/scc/entries/entry.ts';
import type { Purpose } from '#functions/scc/photo-key.ts';
import type { Api } from './api.ts';
import { sendUpload, type Sending } from './send-upload.ts';
import {
  arrivedUploads,
  isOverdue,
  nextUploads,
  pictureType,
  type Upload,
  type UploadStore,
} from './upload-queue.ts';

export interface UploadsDeps {
  readonly store: UploadStore;
  readonly api: Pick<Api, 'post'>;
  readonly member: string;
  readonly refreshLog: (eventId: string) => Promise<readonly Entry[] | undefined>;
  readonly changed: () => Promise<void>;
  /** `part` of an upload is up, 0 to 1. */
  readonly progressed: (photo: string, part: number) => void;
}

export interface Uploads {
  /** Stores a picture, so that it goes up now or when there is signal. False when it is none that we take. */
  add(file: File, target: { eventId: string; purpose: Purpose; photo: string }): Promise<boolean>;
  /** Goes on with what waits. */
  resume(): Promise<void>;
  retry(photo: string): Promise<void>;
  remove(photo: string): Promise<void>;
}

const ATTEMPTS = 3;
const LOOKS = 8;

/** Brings pictures up, two at a time; one leaves the device only when the log says that it arrived. */
export function createUploads({ store, api, member, refreshLog, changed, progressed }: UploadsDeps): Uploads {
  const busy = new Set<string>();
  const resume = async (): Promise<void> => {
    const uploads = await store.all();
    await settleSent(uploads.filter((each) => each.member === member && each.sentAt !== null));
    if (!navigator.onLine) return;
    for (const upload of nextUploads(uploads, member, busy)) {
      busy.add(upload.photo);
      void carry(upload)
        .finally(() => busy.delete(upload.photo))
        .then((isSettled) => (isSettled ? resume() : undefined));
    }
  };
  /** Whether it was settled. Another tab may be at it: then this one has nothing to do. */
  const carry = (upload: Upload): Promise<boolean> =>
    navigator.locks.request(`bosun-upload-${upload.photo}`, { ifAvailable: true }, async (lock) => {
      const sending: Sending = lock === null ? { kind: 'unavailable' } : await attempt(upload);
      if (sending.kind === 'sent') await store.put({ ...upload, sentAt: new Date().toISOString() });
      if (sending.kind === 'refused') await store.put({ ...upload, refusal: sending.reason });
      await changed();
      if (sending.kind === 'sent') await awaitArrival(upload);
      return sending.kind === 'sent' || sending.kind === 'refused';
    });
  /** Each attempt asks for fresh forms, as those of the one before may have expired. */
  const attempt = async (upload: Upload): Promise<Sending> => {
    for (let number = 1; ; number++) {
      const sending = await sendUpload(upload, api, (part) => progressed(upload.photo, part));
      if (sending.kind !== 'unavailable' || !navigator.onLine) return sending;
      if (number === ATTEMPTS)
        return { kind: 'refused', status: 0, reason: 'The upload did not get through.' };
      await pause(1000 * 2 ** number * (1 + Math.random()));
    }
  };
  const awaitArrival = async (upload: Upload): Promise<void> => {
    for (let look = 1; look <= LOOKS; look++) {
      const entries = await refreshLog(upload.eventId);
      if (entries !== undefined && arrivedUploads([upload], entries).length > 0) return remove(upload.photo);
      await pause(1000 * look);
    }
  };
  const settleSent = async (sent: readonly Upload[]): Promise<void> => {
    for (const eventId of new Set(sent.map((upload) => upload.eventId))) {
      const entries = await refreshLog(eventId);
      if (entries === undefined) continue;
      const ofEvent = sent.filter((upload) => upload.eventId === eventId);
      const arrived = arrivedUploads(ofEvent, entries);
      for (const { photo } of arrived) await store.remove(photo);
      const lost = ofEvent.filter((upload) => !arrived.includes(upload) && isOverdue(upload, new Date()));
      for (const upload of lost)
        await store.put({ ...upload, sentAt: null, refusal: 'It did not arrive as a picture.' });
    }
  };
  const remove = async (photo: string): Promise<void> => {
    await store.remove(photo);
    await changed();
  };
  return {
    resume,
    remove,
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
  };
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
