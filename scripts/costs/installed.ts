import { prod } from '#infra/stacks.ts';
import { readGraph, type Graph } from '../stack/graph.ts';
import { localProgram, NOWHERE } from '../stack/local-program.ts';
import type { Installed } from './monthly.ts';

/** The program's graph, with what costs money as in prod. */
export function readProdGraph(): Promise<Graph> {
  const program = localProgram(NOWHERE);
  return readGraph({ ...program, config: { ...program.config, firewall: prod.firewall } });
}

/** What is paid for by the month, counted in the program's graph. */
export function installedIn(graph: Graph): Installed {
  const ofType = (type: string) => graph.resources.filter((resource) => resource.type === type);
  const count = (type: string) => ofType(type).length;
  const alarms = ofType('aws:cloudwatch/metricAlarm:MetricAlarm');
  const [firewall] = ofType('aws:wafv2/webAcl:WebAcl');
  return {
    secrets: count('aws:secretsmanager/secret:Secret'),
    alarms: alarms.length,
    dashboards: count('aws:cloudwatch/dashboard:Dashboard'),
    ownMetrics: alarms.filter(({ inputs }) => inputs.namespace === 'Bosun').length,
    scheduledRuns: ofType('aws-native:scheduler:Schedule')
      .map(({ inputs }) => runsOf(String(inputs.scheduleExpression)))
      .reduce((sum, runs) => sum + runs, 0),
    polledQueues: count('aws:lambda/eventSourceMapping:EventSourceMapping'),
    // One for each site's domain, in Route 53.
    zones: 2,
    firewallRules: firewall === undefined ? null : (firewall.inputs.rules as unknown[]).length,
  };
}

/** Runs in thirty days of `rate(5 minutes)`. */
function runsOf(expression: string): number {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const minutes = { minute: 1, hour: 60, day: 1440 }[unit ?? ''];
  if (minutes === undefined) throw new Error(`how often does ${expression} run? Say so in runsOf()`);
  return (30 * 1440) / (Number(count) * minutes);
}
