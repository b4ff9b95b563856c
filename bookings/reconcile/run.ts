import type { Instant } from '../model/time.ts';
import type { Allowances } from './guard.ts';
import type { Lease } from './ledger.ts';
import type { Ports } from './ports.ts';
import type { Serial } from './serial.ts';

/** Who applies what, and when. */
export interface Run {
  readonly id: string;
  readonly commit: string;
  readonly digest: string;
  readonly now: Instant;
  /** Explicit overrides, given the commit that was last completely applied (null: none yet). */
  allow(done: string | null): Promise<Allowances>;
  /** Whether a commit that an earlier apply has seen is part of this checkout's history. */
  includes(commit: string): Promise<boolean>;
  /** Checksum of the plan that was approved; null when nobody had to approve one. */
  readonly approved: string | null;
  /** Whether everything is compared with the outside world, and put back where somebody changed it. */
  readonly refresh: boolean;
  /** Milliseconds of a clock that goes on while the run lasts. */
  clock(): number;
  /** Told about each step, for people who wait. */
  report(step: string): void;
}

/** What every step of an apply needs. */
export interface Context {
  readonly lease: Lease;
  readonly run: Run;
  readonly ports: Ports;
  /** One entry at a time per calendar, as Google limits bursts to one calendar. */
  readonly calendarTurn: Serial;
}
