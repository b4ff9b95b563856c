import { describe, expect, it } from 'vitest';
import { renderDashboard } from '#infra/operations/dashboard.ts';
import { patience } from '#infra/operations/watch-functions.ts';
import { ofKind, resource } from '#test/fixtures/graph-parts.ts';
import { anyLocalGraph } from './any-local-graph.ts';

const graph = await anyLocalGraph();

describe('a job that the clock starts', () => {
  it.each([
    ['rate(5 minutes)', 15],
    ['rate(15 minutes)', 45],
    ['rate(1 hour)', 180],
    ['rate(1 day)', 26 * 60],
  ])('at %s may be silent for %i minutes', (expression, minutes) => {
    const { period, periods } = patience(expression);
    expect((period * periods) / 60).toBe(minutes);
    // CloudWatch looks back a day, or a week where a period has an hour (PutMetricAlarm, `Period`).
    expect(period * periods).toBeLessThanOrEqual(period < 3600 ? 86_400 : 604_800);
  });

  it.each(['cron(0 6 * * ? *)', 'rate(2 days)', 'hourly'])('has to be thought about at %s', (expression) => {
    expect(() => patience(expression)).toThrow(expression);
  });
});

describe('the alarms', () => {
  it('have periods that CloudWatch takes, and say when they are over', () => {
    const alarms = ofKind(graph, 'MetricAlarm');
    for (const { inputs } of alarms) {
      const [query] = (inputs.metricQueries ?? []) as { period: number }[];
      const period = Number(inputs.period ?? query?.period);
      expect(period % 60).toBe(0);
      const reach = period * Number(inputs.evaluationPeriods);
      expect(reach).toBeLessThanOrEqual(period < 3600 ? 86_400 : 604_800);
      expect(inputs.okActions).toEqual(inputs.alarmActions);
    }
  });

  it('give a function less time than it has', () => {
    for (const { name, inputs } of ofKind(graph, 'Function').filter(({ inputs: one }) => 'timeout' in one)) {
      const { threshold, metricName } = resource(graph, 'MetricAlarm', `${name}-slow`).inputs;
      expect([metricName, threshold]).toEqual(['Duration', Number(inputs.timeout) * 800]);
    }
  });

  it('look at all tables at once', () => {
    const { metricQueries } = resource(graph, 'MetricAlarm', 'tables-throttled').inputs;
    expect(metricQueries).toEqual([
      expect.objectContaining({
        expression: 'SELECT SUM(ThrottledRequests) FROM SCHEMA("AWS/DynamoDB", TableName, Operation)',
      }),
    ]);
  });
});

describe('the dashboard', () => {
  interface Widget {
    x: number;
    width: number;
    properties: { alarms?: string[]; metrics?: unknown[] };
  }
  const body = resource(graph, 'Dashboard', 'operations').inputs.dashboardBody as string;
  const { widgets } = JSON.parse(body) as { widgets: Widget[] };

  it('shows every alarm, function, queue, API and distribution', () => {
    const alarms = ofKind(graph, 'MetricAlarm').map(({ outputs }) => outputs.arn);
    expect(widgets[0]!.properties.alarms!.toSorted()).toEqual(alarms.toSorted());
    const metrics = widgets.flatMap(({ properties }) => properties.metrics ?? []);
    const shown = JSON.stringify(metrics);
    const things = ['Function', 'Queue', 'Api', 'Distribution'].flatMap((kind) =>
      ofKind(graph, kind).filter(({ type }) => !type.startsWith('aws-native:')),
    );
    for (const { name, id, inputs } of things)
      expect(shown.includes(`"${String(inputs.name)}"`) || shown.includes(`"${id}"`), name).toBe(true);
  });

  it('is none that AWS refuses or wants money for', () => {
    // An alarm widget takes 100 alarms; three dashboards of 50 metrics are free (aws.amazon.com/cloudwatch/pricing).
    expect(widgets[0]!.properties.alarms!.length).toBeLessThanOrEqual(100);
    expect(widgets.flatMap(({ properties }) => properties.metrics ?? []).length).toBeLessThanOrEqual(50);
  });

  it('fits on a page of 24 columns, whatever there is to show', () => {
    const nothing = { alarms: [], functions: [], queues: [], apis: [], distributions: [] };
    for (const all of [widgets, renderDashboard(nothing, 'us-east-1').widgets as Widget[]])
      for (const { x, width } of all) expect(x + width).toBeLessThanOrEqual(24);
  });
});

describe('what is kept', () => {
  it('of a bucket is what was replaced, for a month', () => {
    const buckets = ofKind(graph, 'Bucket').map(({ name }) => name);
    expect(buckets).toEqual(['crew-site', 'guest-site', 'photos']);
    for (const name of buckets) {
      const { rules } = resource(graph, 'BucketLifecycleConfiguration', name).inputs;
      expect(rules).toEqual([
        expect.objectContaining({
          status: 'Enabled',
          noncurrentVersionExpiration: { noncurrentDays: 30 },
          expiration: { expiredObjectDeleteMarker: true },
        }),
      ]);
    }
  });

  it('is not deleted by a slip', () => {
    for (const kind of ['Table', 'Bucket', 'Secret'])
      for (const { name, protect } of ofKind(graph, kind)) expect([name, protect]).toEqual([name, true]);
  });
});

describe('money', () => {
  it('is spoken of before the month is over its budget, to whom alarms are', () => {
    const { inputs } = resource(graph, 'Budget', 'month');
    const { id: topic } = resource(graph, 'Topic', 'alerts');
    expect(inputs).toMatchObject({ budgetType: 'COST', timeUnit: 'MONTHLY', limitUnit: 'USD' });
    expect(Number(inputs.limitAmount)).toBeGreaterThan(0);
    for (const notification of inputs.notifications as object[])
      expect(notification).toMatchObject({ subscriberSnsTopicArns: [topic] });
    const { policy } = resource(graph, 'TopicPolicy', 'alerts').inputs;
    const { Statement } = JSON.parse(policy as string) as { Statement: { Principal: { Service: string } }[] };
    expect(Statement.map(({ Principal }) => Principal.Service)).toEqual([
      'cloudwatch.amazonaws.com',
      'budgets.amazonaws.com',
    ]);
  });
});
