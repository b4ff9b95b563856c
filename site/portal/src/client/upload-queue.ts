import type { Entry } from '#functions/scc/entries/entry.ts';
import type { PhotoType, Purpose } from '#functions/scc/photo-key.ts';

/** A picture of this device of which the log does not yet say that it arrived. */
export interface Upload {
  /** Photo id, chosen here. */
  readonly photo: string;
  readonly eventId: string;
  readonly member: string;
  readonly purpose: Purpose;
  readonly name: string;
  readonly type: PhotoType;
  readonly file: Blob;
  /** Instant at which all of it was up; null before. It may still turn out not to be a picture, or arrive very late. */
  readonly sentAt: string | null;
  /** Why it was given up; null while it goes on by itself. */
  readonly refusal: string | null;
}

/** As {@link UnsentStore}, for pictures. */
export interface UploadStore {
  all(): Promise<Upload[]>;
  put(upload: Upload): Promise<void>;
  remove(photo: string): Promise<void>;
}

const MOST_AT_ONCE = 2;

/** Which uploads to begin while others are under way; the least tried first, so that none holds up the rest. */
export const nextUploads = (
  uploads: readonly Upload[],
  {
    member,
    busy,
    tries,
  }: {
    readonly member: string;
    readonly busy: ReadonlySet<string>;
    /** By photo id. */
    readonly tries: ReadonlyMap<string, number>;
  },
): readonly Upload[] =>
  uploads
    .filter((each) => each.member === member && each.refusal === null && each.sentAt === null)
    .filter(({ photo }) => !busy.has(photo))
    .sort((one, other) => (tries.get(one.photo) ?? 0) - (tries.get(other.photo) ?? 0))
    .slice(0, Math.max(0, MOST_AT_ONCE - busy.size));

/** Of an event's uploads, those that the log has: nothing of them is needed any more. */
export function arrivedUploads(uploads: readonly Upload[], entries: readonly Entry[]): readonly Upload[] {
  const arrived = new Set(
    entries.flatMap((entry) => (entry.kind === 'photo' || entry.kind === 'receipt' ? [entry.photo] : [])),
  );
  return uploads.filter(({ photo }) => arrived.has(photo));
}

/** Sent, and so long ago that it would be in the log if it were a picture; until then the server may be looking at it. */
export const isOverdue = ({ sentAt, refusal }: Upload, now: Date): boolean =>
  sentAt !== null && refusal === null && now.getTime() - Date.parse(sentAt) > LONGEST_ARRIVAL;

const LONGEST_ARRIVAL = 10 * 60_000;
