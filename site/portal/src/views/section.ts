import type { Checklist } from '#bookings/model/views/event.ts';
import type { EventState } from '#functions/scc/entries/fold.ts';

/**
 * All that checklists, expenses and photos are rendered from, by the server and, once entries of the device join, by the
 * browser.
 */
export interface Section {
  readonly eventId: string;
  /** Member key of the reader. */
  readonly me: string;
  readonly csrf: string;
  readonly isCaptain: boolean;
  readonly checklists: readonly Checklist[];
  /** Of expenses: `USD`. */
  readonly currency: string;
  /** Of the vessel; all times are its clock's. */
  readonly zone: string;
  /** Member key → name, for "who". */
  readonly names: Readonly<Record<string, string>>;
  readonly state: EventState;
  /** Entries of this device, by id, that are not (yet) at the server. Empty when the server renders. */
  readonly unsent: ReadonlyMap<string, Unsent>;
}

export interface Unsent {
  readonly status: 'pending' | 'failed';
  readonly reason?: string | undefined;
}
