import type { Doors } from './doors.ts';
import { isAlways } from './doors.ts';
import { holderOf, type KeptSecret, type Version } from './kept-secret.ts';
import { isLongKnown, rotation } from './rotation.ts';
import { act, done, operatorsTurn, type Next, type Run } from './steps.ts';

export interface DashboardTokenDeps {
  readonly secret: KeptSecret;
  readonly doors: Pick<Doors, 'dashboard'>;
  readonly now: () => Date;
  readonly delay: (milliseconds: number) => Promise<unknown>;
  readonly again: boolean;
}

/** Both tokens pass from before the first use of the new one until the rotation after this. */
export const rotateDashboardToken = (deps: DashboardTokenDeps): Next =>
  rotation({
    ...deps,
    what: 'dashboard token',
    toPromote: (pending, _current, run) => untilKnown(pending, run, deps),
    toSettle: async () => undefined,
  });

/** The authorizer takes a pending token, and reads the secret again for one that it does not know. */
async function untilKnown(pending: Version, run: Run, { secret, doors, now, delay }: DashboardTokenDeps) {
  if (!run.waited.has(pending.id) && !isLongKnown(pending, now()))
    return {
      kind: 'wait' as const,
      key: pending.id,
      milliseconds: LEARNS,
      text: 'Waits half a minute, until every authorizer takes the new token. A stop is safe: run it again.',
    };
  const token = await secret.text(pending);
  if (await isAlways(() => doors.dashboard(token), delay)) return undefined;
  return operatorsTurn(
    'The dashboard API does not take the new token, so the old one stays the current one. Is a deploy under way, ' +
      'or was the authorizer rolled back to a version that knows no pending tokens? Run this again afterwards.',
  );
}

/** Milliseconds; an authorizer that meets an unknown token looks at the secret again after ten seconds. */
const LEARNS = 30_000;

/** Ends what the previous token opens. */
export const dropPreviousToken =
  ({ secret }: Pick<DashboardTokenDeps, 'secret'>): Next =>
  async () => {
    const previous = holderOf(await secret.versions(), 'AWSPREVIOUS');
    if (previous === undefined)
      return done('There is no previous token. A running authorizer forgets one within five minutes.');
    return act('Takes the label AWSPREVIOUS off: the previous token stops passing within five minutes.', () =>
      secret.move('AWSPREVIOUS', { from: previous }),
    );
  };
