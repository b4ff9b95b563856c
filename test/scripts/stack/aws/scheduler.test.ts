import { afterEach, describe, expect, it } from 'vitest';
import { parseScheduleExpression } from '#scripts/stack/aws/schedule-expression.ts';
import { createScheduler, type Schedule, type Scheduler } from '#scripts/stack/aws/scheduler.ts';
import type { InvokeResult } from '#scripts/stack/aws/lambda.ts';
import { shiftClock } from '#scripts/stack/clock.ts';
import { AwsError } from '#scripts/stack/stand-in.ts';

const MINUTE = 60_000;
const sweeper: Schedule = {
  name: 'notification-sweeper',
  expression: 'rate(5 minutes)',
  functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:notification-sweeper',
  input: '{"sweep":true}',
};

let scheduler: Scheduler;
afterEach(() => {
  scheduler.close();
  shiftClock(0);
});

function start(schedules: readonly Schedule[], answer: Partial<InvokeResult> = {}) {
  const calls: [string, unknown][] = [];
  const lines: string[] = [];
  scheduler = createScheduler({
    schedules,
    log: (line) => lines.push(line),
    invoke: async (name, payload) => {
      calls.push([name, payload]);
      return { requestId: 'r', payload: null, ...answer };
    },
  });
  return { ...scheduler, calls, lines };
}

describe('a schedule', () => {
  it('runs when it is due, once for all the times that were missed', async () => {
    const { tick, calls } = start([sweeper]);
    expect(await tick()).toEqual([]);
    shiftClock(4.9 * MINUTE);
    expect(await tick()).toEqual([]);
    shiftClock(17 * MINUTE);
    expect(await tick()).toEqual([{ name: 'notification-sweeper' }]);
    expect(await tick()).toEqual([]);
    expect(calls).toEqual([[sweeper.functionArn, { sweep: true }]]);
    shiftClock(23 * MINUTE);
    expect(await tick()).toHaveLength(1);
  });

  it('runs by name or with all others whether it is due or not', async () => {
    const other = { ...sweeper, name: 'reminders', expression: 'cron(0 6 * * ? *)', input: undefined };
    const { tick, runAll, calls } = start([sweeper, other]);
    expect(await tick('reminders')).toEqual([{ name: 'reminders' }]);
    expect(calls).toEqual([[sweeper.functionArn, {}]]);
    expect(await runAll()).toEqual([{ name: 'notification-sweeper' }, { name: 'reminders' }]);
    await expect(tick('nobody')).rejects.toThrow('nobody');
  });

  it('reports a function that keeps failing after two retries', async () => {
    const { tick, calls, lines } = start([sweeper], {
      functionError: 'Unhandled',
      payload: { errorMessage: 'oops' },
    });
    expect(await tick(sweeper.name)).toEqual([{ name: sweeper.name, error: '{"errorMessage":"oops"}' }]);
    expect(calls).toHaveLength(3);
    expect(lines).toEqual(['Schedule notification-sweeper failed: {"errorMessage":"oops"}']);
  });

  it('runs with the rights of its own role', async () => {
    const asked: string[] = [];
    const caller = {
      principal: 'schedule',
      authorize(action: string, resource: string) {
        asked.push(`${action} ${resource}`);
        throw new AwsError('AccessDeniedException', 'not allowed', 403);
      },
    };
    const { tick, calls } = start([{ ...sweeper, caller }]);
    expect(await tick(sweeper.name)).toEqual([
      { name: sweeper.name, error: expect.stringContaining('not allowed') as string },
    ]);
    expect(asked).toEqual([`lambda:InvokeFunction ${sweeper.functionArn}`]);
    expect(calls).toEqual([]);
  });

  it.each([
    'at(2026-01-01T00:00:00)',
    'rate(1 minutes)',
    'rate(5 minute)',
    'rate(0 minutes)',
    'cron(0 6 * * *)',
    'cron(0 6 L * ? *)',
  ])('with the expression %s is refused by name', (expression) => {
    start([]);
    expect(() => start([{ ...sweeper, expression }])).toThrow(/^Schedule notification-sweeper: /);
  });

  it('with context attributes or broken JSON in its input is refused by name', () => {
    start([]);
    expect(() => start([{ ...sweeper, input: '{"at":"<aws.scheduler.scheduled-time>"}' }])).toThrow(
      'notification-sweeper',
    );
    expect(() => start([{ ...sweeper, input: '{' }])).toThrow('notification-sweeper');
  });
});

describe('a schedule expression', () => {
  it.each([
    ['rate(5 minutes)', undefined, '2026-05-01T00:00:00Z', '2026-05-01T00:05:00.000Z'],
    ['rate(1 day)', undefined, '2026-05-01T00:00:00Z', '2026-05-02T00:00:00.000Z'],
    ['cron(0/15 * * * ? *)', undefined, '2026-05-01T10:15:00Z', '2026-05-01T10:30:00.000Z'],
    ['cron(30 6 * * ? *)', undefined, '2026-05-01T06:30:00Z', '2026-05-02T06:30:00.000Z'],
    ['cron(0 9 ? * MON-FRI *)', undefined, '2026-05-01T10:00:00Z', '2026-05-04T09:00:00.000Z'],
    ['cron(0 9 ? * 1 *)', undefined, '2026-05-01T10:00:00Z', '2026-05-03T09:00:00.000Z'],
    ['cron(0 8 1 JAN,JUL ? *)', undefined, '2026-05-01T00:00:00Z', '2026-07-01T08:00:00.000Z'],
    ['cron(0 0 29 2 ? *)', undefined, '2026-05-01T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['cron(0 6 * * ? *)', 'America/Los_Angeles', '2026-03-07T15:00:00Z', '2026-03-08T13:00:00.000Z'],
    // 02:30 does not exist on the day of the spring change, 01:30 comes twice on that of the autumn change.
    ['cron(30 2 * * ? *)', 'America/Los_Angeles', '2026-03-08T00:00:00Z', '2026-03-09T09:30:00.000Z'],
    ['cron(30 1 * * ? *)', 'America/Los_Angeles', '2026-11-01T08:30:00Z', '2026-11-02T09:30:00.000Z'],
  ])('%s in %s after %s is due at %s', (expression, timezone, after, next) => {
    start([]);
    const due = parseScheduleExpression(expression, timezone)(Date.parse(after));
    expect(new Date(due).toISOString()).toBe(next);
  });

  it('that is never due is refused', () => {
    start([]);
    const never = { ...sweeper, expression: 'cron(0 0 1 1 ? 2020)' };
    expect(() => start([never])).toThrow('Schedule notification-sweeper: cron(0 0 1 1 ? 2020) is never due');
  });
});
