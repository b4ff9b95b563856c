import { arrivedUploads, isOverdue, type Upload } from './upload-queue.ts';
import type { UploadsDeps } from './uploads.ts';

export interface Arrivals {
  /** Lets go of what has arrived, and says of what should have by now that it did not. */
  settle(): Promise<void>;
  /** Looks for one that was just sent, for half a minute. */
  awaitArrival(upload: Upload): Promise<void>;
}

type Deps = Pick<UploadsDeps, 'store' | 'member' | 'refreshLog' | 'changed'>;

const LOOKS = 8;

/** What the logs say of the pictures that are up. */
export function createArrivals({ store, member, refreshLog, changed }: Deps): Arrivals {
  const settleEvent = async (eventId: string, sent: readonly Upload[]): Promise<void> => {
    const entries = await refreshLog(eventId);
    if (entries === undefined) return;
    const arrived = arrivedUploads(sent, entries);
    for (const { photo } of arrived) await store.remove(photo);
    const lost = sent.filter((upload) => !arrived.includes(upload) && isOverdue(upload, new Date()));
    for (const upload of lost) await store.put({ ...upload, refusal: 'It did not arrive as a picture.' });
    await changed();
  };
  return {
    async settle() {
      const sent = (await store.all()).filter((each) => each.member === member && each.sentAt !== null);
      for (const eventId of new Set(sent.map((each) => each.eventId)))
        await settleEvent(
          eventId,
          sent.filter((each) => each.eventId === eventId),
        );
    },
    async awaitArrival(upload) {
      for (let look = 1; look <= LOOKS; look++) {
        const entries = await refreshLog(upload.eventId);
        if (entries !== undefined && arrivedUploads([upload], entries).length > 0) {
          await store.remove(upload.photo);
          return changed();
        }
        await pause(1000 * look);
      }
    },
  };
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
