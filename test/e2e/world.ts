import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import { bookingKeyOf } from '#bookings/model/ids.ts';
import type { Outcome } from '#bookings/reconcile/apply.ts';
import { applyNow } from '#scripts/pipeline.ts';
import { createSession } from '#scripts/session.ts';
import type { AwsCall } from '#scripts/stack/aws/callers.ts';
import { isAllowed } from '#scripts/stack/aws/policy.ts';
import { shiftClock } from '#scripts/stack/clock.ts';
import { policiesOf } from '#scripts/stack/declared-compute.ts';
import type { Endpoints } from '#scripts/stack/endpoints.ts';
import { startStack, type Stack, type StackOptions } from '#scripts/stack/stack.ts';
import { createCheckout, OPERATOR } from '#test/fixtures/operator.ts';

/** Noon in San Diego half a year before the documented charter, whatever the machine's clock says. */
const NOW = '2026-12-01T12:00:00-08:00';

export interface World {
  readonly endpoints: Endpoints;
  readonly stack: Stack;
  /** Holds `state` and `logs`. */
  readonly directory: string;
  /** A checkout with the operator's reference data and the project's builds. */
  readonly checkout: string;
  /** Makes exactly these the booking files of the checkout. */
  commit(files: readonly BookingFileInput[]): Promise<void>;
  /**
   * Commits exactly these files and applies them as `npm run apply` does, then waits until all mail has arrived.
   * What people were shown meanwhile is in `notes`.
   */
  apply(files: readonly BookingFileInput[], options?: ApplyOptions): Promise<Outcome & { notes: string[] }>;
  close(): Promise<void>;
}

interface ApplyOptions {
  readonly allow?: string[];
  /** Compares everything with the outside world, and puts it back. */
  readonly refresh?: boolean;
}

export interface WorldOptions extends Pick<StackOptions, 'mutate' | 'onlooker'> {
  /** When the world's clock starts, with offset; half a year before the documented charter by default. */
  readonly now?: string;
  /** Of a world that was kept: goes on with what is there. */
  readonly directory?: string;
  /** Leaves the directory behind, so that another world can go on with it at another time. */
  readonly keep?: boolean;
}

/** One whole system in a directory of its own. `close` throws when a role had refused one of its calls. */
export async function startWorld({ now = NOW, keep = false, ...given }: WorldOptions = {}): Promise<World> {
  const directory = given.directory ?? (await mkdtemp(join(tmpdir(), 'bosun-e2e-')));
  const { mutate, onlooker } = given;
  const clockOffset = Date.parse(now) - Date.now();
  const remove = async () => {
    if (!keep) await rm(directory, { recursive: true, force: true });
  };
  // A mistake may be one that keeps a function from starting; otherwise those that a test never calls stay unstarted.
  const functions = mutate === undefined ? { lazyFunctions: true } : { mutate };
  const options = { ...functions, ...(onlooker !== undefined && { onlooker }) };
  const stack = await startStack({ directory, root: OPERATOR, clockOffset, commit: 'e2e', ...options }).catch(
    async (error: unknown) => {
      shiftClock(0);
      await remove();
      throw error;
    },
  );
  const checkout = join(directory, 'checkout');
  if (!existsSync(checkout)) await createCheckout(checkout);
  return {
    endpoints: stack.endpoints,
    stack,
    directory,
    checkout,
    commit: (files) => writeBookings(checkout, files),
    async apply(files, { allow = [], refresh = false } = {}) {
      await writeBookings(checkout, files);
      const session = await createSession({ stack: 'local', dir: directory, allow }, checkout);
      const outcome = await applyNow(session, { refresh });
      const left = await stack.settle(60_000);
      if (left.length > 0) throw new Error(`still on their way: ${left.join(', ')}`);
      return { ...outcome, notes: session.notes };
    },
    async close() {
      await stack.close();
      shiftClock(0);
      await remove();
      const refused = refusedCalls(stack);
      if (refused.length > 0) throw new Error(`roles refused:\n${refused.join('\n')}`);
    },
  };
}

async function writeBookings(root: string, files: readonly BookingFileInput[]): Promise<void> {
  const folder = join(root, 'bookings/data');
  for (const name of await readdir(folder)) await rm(join(folder, name));
  for (const file of files)
    await writeFile(
      join(folder, `${bookingKeyOf(file.platform, file.id)}.json`),
      JSON.stringify(file, null, 2),
    );
}

/** Calls that the caller's role does not allow, in words. */
function refusedCalls({ graph, aws }: Stack): string[] {
  const policies = policiesOf(graph);
  const refused = aws.calls.filter(
    ({ principal, action, resource }) => !isAllowed(policies(principal), action, resource),
  );
  return [...new Set(refused.map(inWords))];
}

const inWords = ({ principal, action, resource }: AwsCall) => `${principal}: ${action} on ${resource}`;
