import type { Booking } from '../model/booking.ts';
import { canonicalJson } from '../model/canonical.ts';
import { compareInstants } from '../model/time.ts';
import { ARTEFACTS, type Artefact } from '../model/views.ts';
import type { BookingRecord } from './ledger.ts';
import type { Actual, Desired } from './states.ts';

export const isOver = (booking: Booking, { now }: Pick<Actual, 'now'>): boolean =>
  compareInstants(booking.endsAt, now) <= 0;

/** The artefacts of a booking that are not, or not surely, as they should be. */
export function dueArtefacts(desired: Desired, actual: Actual): Artefact[] {
  return ARTEFACTS.filter((artefact) => isWanted(artefact, desired, actual)).filter((artefact) =>
    needsWork(artefact, desired, actual),
  );
}

/** Event and summary are never made for a charter first seen pending, cancelled or over; once made, they are kept true. */
function isWanted(artefact: Artefact, { booking }: Desired, actual: Actual): boolean {
  if (artefact !== 'event' && artefact !== 'summary') return true;
  if (recordOf(booking, actual)?.artefacts[artefact] !== undefined) return true;
  return booking.status === 'confirmed' && !isOver(booking, actual);
}

/** What stays as it was when a charter is over, unless its own file is edited: other data moves on. */
const HISTORY: ReadonlySet<Artefact> = new Set(['calendar', 'event', 'summary']);

function needsWork(artefact: Artefact, { booking, hashes }: Desired, actual: Actual): boolean {
  const record = recordOf(booking, actual);
  const applied = record?.artefacts[artefact];
  if (applied === undefined || applied.attempt !== null) return true;
  if (isOver(booking, actual) && HISTORY.has(artefact) && record?.fileHash === booking.fileHash) return false;
  if (applied.hash !== hashes[artefact]) return true;
  if (artefact !== 'page') return false;
  const rendered = actual.manifests.get(booking.key);
  return rendered !== undefined && canonicalJson(rendered) !== canonicalJson(applied.manifest ?? {});
}

const recordOf = ({ key }: Booking, { records }: Actual): BookingRecord | undefined => records.get(key);
