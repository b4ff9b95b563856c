import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Watched, Watching } from './alerts.ts';

type Resolved = pulumi.UnwrappedObject<Watched>;
type Series = readonly [namespace: string, metric: string, ...rest: (string | object)[]];

interface Widget {
  readonly title: string;
  readonly series: readonly Series[];
  readonly stat?: string;
}

/** One page on which everything that is under watch can be seen; declared last, when all of it is known. */
export function declareOperationsDashboard({ config, alerts }: Watching): void {
  const body = pulumi
    .output(alerts.watched)
    .apply((watched) => JSON.stringify(renderDashboard(watched, config.region)));
  new aws.cloudwatch.Dashboard('operations', {
    dashboardName: `${config.namePrefix}bosun`,
    dashboardBody: body,
  });
}

/** CloudWatch user guide, "Dashboard body structure and syntax". Free are dashboards of at most 50 metrics. */
export function renderDashboard(watched: Resolved, region: string): { widgets: object[] } {
  const alarms = {
    type: 'alarm',
    ...place(0, FULL),
    height: 8,
    properties: { title: 'Alarms', alarms: watched.alarms },
  };
  const graphs = widgetsOf(watched).map(({ title, series, stat = 'Sum' }, at) => ({
    type: 'metric',
    ...place(at % 2, HALF),
    y: 8 + 6 * Math.floor(at / 2),
    height: 6,
    properties: { title, region, stat, period: 300, view: 'timeSeries', metrics: series },
  }));
  return { widgets: [alarms, ...graphs] };
}

/** A dashboard is 24 units wide. */
const FULL = 24;
const HALF = 12;
const place = (column: number, width: number) => ({ x: column * width, y: 0, width });

function widgetsOf({ functions, queues, apis, distributions }: Resolved): Widget[] {
  const lambda = (metric: string) =>
    functions.map((name): Series => ['AWS/Lambda', metric, 'FunctionName', name]);
  const api = (metric: string) =>
    apis.map(([label, id]): Series => ['AWS/ApiGateway', metric, 'ApiId', id, { label }]);
  const site = (metric: string) =>
    distributions.map(([label, id]): Series => [
      'AWS/CloudFront',
      metric,
      'DistributionId',
      id,
      'Region',
      'Global',
      { label },
    ]);
  return [
    // Of the whole account, in one metric each.
    { title: 'Functions: runs', series: [['AWS/Lambda', 'Invocations']] },
    { title: 'Functions: errors', series: lambda('Errors') },
    { title: 'Functions: duration, 95 of 100 are faster', series: lambda('Duration'), stat: 'p95' },
    { title: 'Functions: not started', series: [['AWS/Lambda', 'Throttles']] },
    { title: 'APIs: refused', series: api('4xx') },
    { title: 'APIs: failed', series: api('5xx') },
    { title: 'APIs: latency, 95 of 100 are faster', series: api('Latency'), stat: 'p95' },
    { title: 'Sites: requests', series: site('Requests') },
    { title: 'Sites: share of errors', series: site('5xxErrorRate'), stat: 'Average' },
    {
      title: 'Queues: waiting, and dead letters',
      series: queues.map((name) => ['AWS/SQS', 'ApproximateNumberOfMessagesVisible', 'QueueName', name]),
      stat: 'Maximum',
    },
    {
      title: 'Mails: sent, bounced, called spam',
      series: [
        ['AWS/SES', 'Send'],
        ['AWS/SES', 'Bounce'],
        ['AWS/SES', 'Complaint'],
      ],
    },
  ];
}
