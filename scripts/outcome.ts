import type { Outcome } from '#bookings/reconcile/apply.ts';
import { count } from '#bookings/reconcile/render-plan.ts';
import { EXIT, type ExitCode } from './command.ts';

export function exitOf(outcome: Outcome): ExitCode {
  const codes = {
    'nothing-to-do': EXIT.done,
    applied: EXIT.done,
    failed: EXIT.failed,
    refused: EXIT.refused,
    'stale-checkout': EXIT.refused,
    moved: EXIT.refused,
  } as const;
  return codes[outcome.status];
}

/** In one line. */
export function describeOutcome(outcome: Outcome): string {
  if (outcome.status === 'nothing-to-do') return 'nothing to do';
  if (outcome.status === 'stale-checkout')
    return `refused: commit ${outcome.seen} was applied and is not in this history`;
  if (outcome.status === 'moved')
    return `refused: the plan is no longer the one that was approved (its checksum is ${outcome.plan.checksum})`;
  const told = outcome.results.reduce(
    (sum, result) => sum + result.told.length - result.withoutAddress.length,
    0,
  );
  const failed = outcome.results.filter(({ failures }) => Object.keys(failures).length > 0).length;
  const counts = `${count(outcome.results.length - failed, 'booking')} applied, ${count(told, 'mail')}`;
  const failures = failed === 0 ? '' : `, ${failed} failed`;
  return `${counts}${failures}${outcome.refusals.length > 0 ? `, ${outcome.refusals.length} refused` : ''}`;
}

/** What went wrong, line by line, and whom nobody could reach. */
export function notesOn(outcome: Outcome): string[] {
  if (outcome.status === 'nothing-to-do') return [];
  if (outcome.status === 'moved')
    return ['Files or world have changed since: npm run plan, read it again, and approve its checksum.'];
  if (outcome.status === 'stale-checkout')
    return [`This checkout is older than what was applied last: git pull, then apply again.`];
  const failures = outcome.results.flatMap(({ booking, failures: each }) =>
    Object.entries(each).map(([artefact, { error }]) => `✗ ${booking.label}: ${artefact}: ${error}`),
  );
  const untold = outcome.results.flatMap(({ booking, withoutAddress }) =>
    withoutAddress.map(
      (member) => `! ${booking.label}: ${member} has no active address and could not be told.`,
    ),
  );
  const site = outcome.siteFailure === null ? [] : [`✗ site files: ${outcome.siteFailure}`];
  return [...site, ...failures, ...untold];
}

/** What was refused, for those who did not see a plan before. */
export function refusalsOf(outcome: Outcome): string[] {
  if (!('refusals' in outcome)) return [];
  return outcome.refusals.map(({ message, override }) => {
    const how = override === null ? '' : ` If it is meant: --allow ${override}`;
    return `✗ refused: ${message}.${how}`;
  });
}
