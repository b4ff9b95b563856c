import { sha256 } from '#bookings/model/canonical.ts';
import { UserError } from '#bookings/model/problem.ts';
import { count } from '#bookings/reconcile/render-plan.ts';
import type { StackConfig } from '#infra/config.ts';
import { OPERATOR_ALONE, OPERATOR_MAKES } from '#infra/github/operator-types.ts';
import type { Running } from './cloud.ts';
import type { OriginHashes } from './key-hashes.ts';
import { stepsIn } from './preview.ts';

/** Milliseconds: a first deploy takes half an hour, and one that is signed out on the way leaves its lock behind. */
const LONGEST_DEPLOY = 40 * 60_000;

/** Throws {@link UserError} when credentials end before a deploy may have ended. */
export function refuseShortStay(expires: Date | undefined, now: Date): void {
  if (expires === undefined || expires.getTime() - now.getTime() >= LONGEST_DEPLOY) return;
  throw new UserError(
    `These credentials of AWS end at ${expires.toISOString()}, and a deploy takes up to 40 minutes. Sign in anew, with a session of at ` +
      'least an hour (docs/going-live.md, step 1). Nothing was done.',
  );
}

/** Throws {@link UserError} when a vessel of this checkout has its entries in a calendar that the stack does not know. */
export function refuseMissingCalendars({ stack, calendars }: StackConfig, needed: readonly string[]): void {
  const missing = needed.filter((key) => !Object.hasOwn(calendars, key));
  if (missing.length === 0) return;
  throw new UserError(
    `bookings/reference/fleet.json names ${missing.map((key) => `calendar "${key}"`).join(', ')}, which stack ${stack} does not have. ` +
      'Add it to calendars in infra/stacks.ts, or correct the vessel.',
  );
}

/** Throws {@link UserError} when the stack runs something that the commit to be deployed does not have in it. */
export async function refuseOlder(
  { stack, deployment }: StackConfig,
  running: Running,
  includes: (commit: string) => Promise<boolean>,
): Promise<void> {
  if (await includes(running.commit)) return;
  throw new UserError(
    `Stack ${stack} runs commit ${running.commit} (${running.time}), which is no part of the history of ${deployment.commit}: ` +
      'deploying that would take back what somebody else deployed. Nothing was done. Take it in first (git pull); ' +
      'what was wrong in it goes by git revert. If it is meant: npm run deploy with --older, from your own machine.',
  );
}

/** Throws {@link UserError} when, with these secrets, CloudFront would be refused before or while a deploy is at work. */
export function refuseOtherSecret(
  { stack, originSecrets }: StackConfig,
  { sent, accepted }: OriginHashes,
): void {
  const given = originSecrets.map(sha256);
  const [first = ''] = given;
  if (accepted.includes(first) && given.includes(sent)) return;
  throw new UserError(
    `ORIGIN_SECRET is not the one that stack ${stack} has: ` +
      (given.includes(sent)
        ? 'the functions do not know the first one yet, which CloudFront would send. '
        : 'the one that CloudFront sends now is not in it. ') +
      'Both sites would be cut off, so nothing was done. To replace it, deploy three times: with <old>,<new>, with <new>,<old>, with <new> ' +
      '(docs/credentials.md, "The origin secret").',
  );
}

/** Operations that change nothing. */
const IDLE = new Set(['same', 'read', 'read-discard', 'read-replacement', 'refresh', 'discard']);

/** Properties that no workflow may change, of types that it may change otherwise. */
const LOCKED: Readonly<Record<string, RegExp>> = {
  'aws:dynamodb/table:Table': /^(ttl|pointInTimeRecovery)\b/,
  'aws:lambda/function:Function': /^reservedConcurrentExecutions\b/,
};

/** Of alarms alone a workflow may write tags: AWS takes them with every change of one. */
const isLocked = (type: string, properties: readonly string[]): boolean =>
  properties.some(
    (property) =>
      LOCKED[type]?.test(property) === true ||
      (/^tags(All)?\b/.test(property) && type !== 'aws:cloudwatch/metricAlarm:MetricAlarm'),
  );

/** Throws {@link UserError} when a preview has something in it that no workflow may do: `up` would end half-way. */
export function refuseBeyondRole({ stack }: StackConfig, digest: unknown): void {
  const steps = stepsIn(digest).filter(({ op }) => !IDLE.has(op));
  const found = steps.flatMap(({ op, urn, diffReasons }) => {
    const [, , types = '', name = ''] = urn.split('::');
    const type = types.split('$').at(-1)!;
    const isBeyond =
      OPERATOR_ALONE.has(type) ||
      (op !== 'update' && OPERATOR_MAKES.has(type)) ||
      isLocked(type, diffReasons ?? []) ||
      // Rights of functions' roles a workflow may write, those of GitHub's roles not.
      (type === 'aws:iam/rolePolicy:RolePolicy' && name.startsWith('bosun-'));
    return isBeyond ? [`  ${op.includes('replace') ? 'replace' : op} ${type} ${name}`] : [];
  });
  // A replacement has several steps.
  const beyond = [...new Set(found)];
  if (beyond.length === 0) return;
  throw new UserError(
    [
      `${count(beyond.length, 'change')} of this deploy no workflow may make (docs/decisions/0029-what-github-may-do.md):`,
      ...beyond,
      'Nothing was changed. Deploy this one from your own machine, with the commit checked out:',
      `  npm run deploy -- --stack ${stack}`,
    ].join('\n'),
  );
}
