import type { Outcome } from '#bookings/reconcile/apply.ts';
import { onOneLine } from '#bookings/model/visible-text.ts';
import type { Attempt } from '#bookings/reconcile/apply-booking.ts';
import type { Plan } from '#bookings/reconcile/plan.ts';
import { count, fieldsOf, unansweredIn } from '#bookings/reconcile/render-plan.ts';
import { EXIT, type ExitCode } from './command.ts';

export function exitOf(outcome: Outcome): ExitCode {
  if (outcome.status === 'applied' || outcome.status === 'nothing-to-do') return exitOfDone(outcome);
  const codes = {
    failed: EXIT.failed,
    refused: EXIT.refused,
    'stale-checkout': EXIT.refused,
    moved: EXIT.refused,
  } as const;
  return codes[outcome.status];
}

/** What could not be compared is not known to be as it should be. */
const exitOfDone = (outcome: Outcome): ExitCode =>
  unansweredOf(outcome).length === 0 ? EXIT.done : EXIT.failed;

function unansweredOf(outcome: Outcome): Plan['unanswered'] {
  if (outcome.status === 'nothing-to-do') return outcome.unanswered ?? [];
  return 'plan' in outcome ? outcome.plan.unanswered : [];
}

/** Of a plan that was compared with the outside world. */
export function exitOfRefresh({ bookings, restoredSite, unanswered }: Plan): ExitCode {
  const isDrift = bookings.some(({ changes }) => changes.some(({ action }) => action === 'restore'));
  if (isDrift || restoredSite.length > 0) return EXIT.refused;
  return unanswered.length === 0 ? EXIT.done : EXIT.failed;
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
  const unanswered = unansweredIn({ unanswered: unansweredOf(outcome) }).map(
    (text) => `! ${onOneLine(text)}.`,
  );
  if (outcome.status === 'nothing-to-do') return unanswered;
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
  const { restoredSite } = outcome.plan;
  const files =
    outcome.siteFailure === null && restoredSite.length > 0
      ? [`↺ site: restored ${restoredSite.join(', ')}`]
      : [];
  return [...site, ...failures, ...untold, ...files, ...restorationsIn(outcome.results), ...unanswered];
}

/** Each thing that is as it was applied again, and how it was not. */
const restorationsIn = (results: readonly Attempt[]): string[] =>
  results.flatMap(({ booking, failures }) =>
    booking.changes
      .filter(({ action, artefact }) => action === 'restore' && failures[artefact] === undefined)
      .map((change) => `↺ ${onOneLine(booking.label)}: restored ${change.artefact}${fieldsOf(change)}`),
  );

/** What was refused, for those who did not see a plan before. */
export function refusalsOf(outcome: Outcome): string[] {
  if (!('refusals' in outcome)) return [];
  return outcome.refusals.map(({ message, override }) => {
    const how = override === null ? '' : ` If it is meant: --allow ${override}`;
    return `✗ refused: ${message}.${how}`;
  });
}
