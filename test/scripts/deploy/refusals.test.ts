import { describe, expect, it } from 'vitest';
import { sha256 } from '#bookings/model/canonical.ts';
import { UserError } from '#bookings/model/problem.ts';
import { stackConfig } from '#infra/config.ts';
import {
  refuseBeyondRole,
  refuseMissingCalendars,
  refuseOlder,
  refuseOtherSecret,
  refuseShortStay,
} from '#scripts/deploy/refusals.ts';

const configWith = (...originSecrets: string[]) =>
  stackConfig('prod', { originSecrets, deployment: { commit: 'decade', time: '2027-05-01T10:00:00Z' } });

/** What is thrown; that of another kind is a bug. */
function refusalOf(refuse: () => void): string | null {
  try {
    refuse();
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as UserError).message;
  }
}

describe('a commit', () => {
  const running = { commit: 'c0ffee', time: '2027-05-01T12:00:00Z' };

  it('that does not have in it what is deployed is refused, and both are named', async () => {
    const refused = refuseOlder(configWith(), running, async () => false);
    await expect(refused).rejects.toThrow(UserError);
    await expect(refused).rejects.toThrow(
      /runs commit c0ffee \(2027-05-01T12:00:00Z\).*history of decade.*--older/,
    );
  });

  it('that goes on from what is deployed passes', async () => {
    const asked: string[] = [];
    await refuseOlder(configWith(), running, async (commit) => asked.push(commit) > 0);
    expect(asked).toEqual(['c0ffee']);
  });
});

describe('a vessel', () => {
  const config = { ...configWith(), calendars: { jada: 'jada@group.calendar.google.com' } };

  it('whose calendar the stack does not have is refused, and the calendar named', () => {
    expect(refusalOf(() => refuseMissingCalendars(config, ['jada']))).toBeNull();
    expect(refusalOf(() => refuseMissingCalendars(config, ['jada', 'wanderer']))).toMatch(
      /calendar "wanderer", which stack prod does not have/,
    );
  });
});

describe('a session', () => {
  const now = new Date('2027-05-01T12:00:00Z');
  const until = (time: string) => refusalOf(() => refuseShortStay(new Date(`2027-05-01T${time}Z`), now));

  it('that ends before a deploy may have is refused', () => {
    expect(until('12:39:59')).toMatch(/end at 2027-05-01T12:39:59/);
    expect(until('12:40:00')).toBeNull();
    expect(refusalOf(() => refuseShortStay(undefined, now))).toBeNull();
  });
});

describe('a preview in a workflow', () => {
  const update = (type: string, ...diffReasons: string[]) => ({
    steps: [{ op: 'update', urn: `urn:pulumi:prod::bosun::${type}::one`, diffReasons }],
  });
  const TABLE = 'aws:dynamodb/table:Table';

  it.each([
    [TABLE, 'ttl'],
    [TABLE, 'pointInTimeRecovery.enabled'],
    [TABLE, 'tagsAll'],
    ['aws:lambda/function:Function', 'reservedConcurrentExecutions'],
  ])('of %s whose %s changes is refused, as it would end half-way', (type, property) => {
    expect(refusalOf(() => refuseBeyondRole(configWith(), update(type, property)))).toContain(
      `update ${type} one`,
    );
  });

  it.each([
    [TABLE, 'billingMode'],
    ['aws:cloudwatch/metricAlarm:MetricAlarm', 'tagsAll'],
  ])('of %s whose %s changes passes', (type, property) => {
    expect(refusalOf(() => refuseBeyondRole(configWith(), update(type, property)))).toBeNull();
  });
});

describe('an origin secret', () => {
  const [old, next] = ['the-old-origin-secret-of-32-or-more', 'the-new-origin-secret-of-32-or-more'];
  const live = (sent: string, ...accepted: string[]) => ({
    sent: sha256(sent),
    accepted: accepted.map(sha256),
  });

  it.each([
    [[old], live(old, old)],
    [[old, next], live(old, old)],
    [[next, old], live(old, old, next)],
    [[next], live(next, next, old)],
    // And back again, from the middle of it.
    [[old, next], live(next, next, old)],
  ])('goes through each step of a rotation: %j', (secrets, hashes) => {
    expect(refusalOf(() => refuseOtherSecret(configWith(...secrets), hashes))).toBeNull();
  });

  it.each([
    ['CloudFront sends now', [next], live(old, old)],
    ['CloudFront sends now', [next], live(old, old, next)],
    ['do not know the first one yet', [next, old], live(old, old)],
    ['CloudFront sends now', [old], live(next, next, old)],
    // What is live was rolled back to before the rotation began.
    ['do not know the first one yet', [next], live(next, old)],
  ])('is held back from leaving one out: %s', (why, secrets, hashes) => {
    const refusal = refusalOf(() => refuseOtherSecret(configWith(...secrets), hashes));
    expect(refusal).toContain(why);
    expect(refusal).toContain('<old>,<new>, with <new>,<old>, with <new>');
    expect(refusal).not.toContain(next);
  });
});

describe('what a workflow deploys', () => {
  const step = (op: string, type: string, name: string) => ({
    op,
    urn: `urn:pulumi:prod::bosun::${type}::${name}`,
  });
  const refusal = (...steps: object[]) => refusalOf(() => refuseBeyondRole(configWith(), { steps }));

  it('is refused when it takes more than its role may do, with a list of that', () => {
    const said = refusal(
      step('update', 'aws:s3/bucketPolicy:BucketPolicy', 'guest-site'),
      step('create', 'some:own/component:Component$aws:lambda/function:Function', 'new'),
      step('create-replacement', 'aws:dynamodb/table:Table', 'scc-events'),
      step('replace', 'aws:dynamodb/table:Table', 'scc-events'),
      step('delete', 'aws:iam/role:Role', 'old {x}'),
      step('update', 'aws:lambda/function:Function', 'calm'),
    );
    expect(said).toContain(
      [
        '4 changes of this deploy no workflow may make (docs/decisions/0029-what-github-may-do.md):',
        '  update aws:s3/bucketPolicy:BucketPolicy guest-site',
        '  create aws:lambda/function:Function new',
        '  replace aws:dynamodb/table:Table scc-events',
        '  delete aws:iam/role:Role old {x}',
        'Nothing was changed. Deploy this one from your own machine, with the commit checked out:',
        '  npm run deploy -- --stack prod',
      ].join('\n'),
    );
  });

  it('may change what is there, and leave alone what it may not', () => {
    const within = [
      step('update', 'aws:lambda/function:Function', 'scc-api'),
      step('same', 'aws:iam/role:Role', 'scc-api'),
      step('refresh', 'aws:s3/bucket:Bucket', 'guest'),
      step('create', 'aws:cloudwatch/metricAlarm:MetricAlarm', 'one-more'),
    ];
    expect(refusal(...within)).toBeNull();
    expect(refusal()).toBeNull();
  });
});
