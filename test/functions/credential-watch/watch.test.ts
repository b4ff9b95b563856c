import { describe, expect, it } from 'vitest';
import { envSchema } from '#functions/credential-watch/env.ts';
import { daysLeft, inUseSince, SIGNING, type ListedVersion } from '#functions/credential-watch/validity.ts';
import { watchCredentials } from '#functions/credential-watch/watch.ts';
import { parseEnv } from '#functions/env.ts';
import { createLog } from '#functions/log.ts';

const version = (createdAt: string, ...stages: string[]): ListedVersion => ({
  stages,
  createdAt: new Date(createdAt),
});
const NOW = new Date('2027-05-01T12:00:00Z');

describe('the age of a credential', () => {
  it.each([
    [
      'counts from its current version',
      [version('2027-01-01', 'AWSPREVIOUS'), version('2027-03-01', 'AWSCURRENT')],
      '2027-03-01',
    ],
    [
      'does not end with a rotation that is not finished',
      [version('2027-03-01', 'AWSCURRENT'), version('2027-04-30', 'AWSPENDING')],
      '2027-03-01',
    ],
    [
      'of a link key counts from when it began to sign',
      [version('2027-02-01', SIGNING), version('2027-04-30', 'AWSCURRENT')],
      '2027-02-01',
    ],
  ])('%s', (_, versions, since) => {
    expect(inUseSince(versions)).toEqual(new Date(since));
  });

  it.each([
    ['2027-05-01T12:00:00Z', 90],
    ['2027-04-30T12:00:01Z', 89],
    ['2027-01-31T12:00:00Z', 0],
    ['2027-01-31T12:00:01Z', 0],
    ['2027-01-30T12:00:00Z', -1],
  ])('of %s leaves %i days of 90', (since, left) => {
    expect(daysLeft(new Date(since), 90, NOW)).toBe(left);
  });
});

function start(secrets: Record<string, readonly ListedVersion[] | Error>) {
  const lines: string[] = [];
  const logged: string[] = [];
  const credentials = Object.fromEntries(
    Object.keys(secrets).map((secret) => [`dev-${secret}`, { secret, days: 90 }]),
  );
  const run = () =>
    watchCredentials({
      credentials,
      async versionsOf(secret) {
        const versions = secrets[secret]!;
        if (versions instanceof Error) throw versions;
        return versions;
      },
      now: () => NOW,
      emit: (line) => void lines.push(line),
      log: createLog('credential-watch', (line) => void logged.push(line)),
    });
  return { run, lines, logged };
}

describe('credential-watch', () => {
  it('writes the days that are left as a metric of CloudWatch', async () => {
    const { run, lines, logged } = start({ token: [version('2027-04-01T12:00:00Z', 'AWSCURRENT')] });
    await run();
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        _aws: {
          Timestamp: NOW.getTime(),
          CloudWatchMetrics: [
            {
              Namespace: 'Bosun',
              Dimensions: [['Credential']],
              Metrics: [{ Name: 'DaysLeft', Unit: 'None' }],
            },
          ],
        },
        Credential: 'dev-token',
        DaysLeft: 60,
      },
    ]);
    expect(logged).toEqual([]);
  });

  it('takes one without a value for due', async () => {
    const { run, lines, logged } = start({ token: [] });
    await run();
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0]!)).toMatchObject({ Credential: 'dev-token', DaysLeft: 0 });
    expect(logged).toEqual([expect.stringContaining('a credential is due')]);
  });

  it('looks at all when one cannot be looked at, and fails', async () => {
    const { run, lines } = start({
      one: new Error('no answer'),
      other: [version('2027-04-01T12:00:00Z', 'AWSCURRENT')],
    });
    await expect(run()).rejects.toThrow('1 credentials not looked at');
    expect(lines.map((line) => (JSON.parse(line) as { Credential: string }).Credential)).toEqual([
      'dev-other',
    ]);
  });

  it.each(['', '{', '{"token":{"secret":"x"}}', '{"token":{"secret":"","days":90}}', '[]'])(
    'does not start with CREDENTIALS=%s',
    (CREDENTIALS) => {
      expect(() => parseEnv('credential-watch', envSchema, { CREDENTIALS })).toThrow(
        /^credential-watch cannot start: CREDENTIALS is wrong/,
      );
    },
  );
});
