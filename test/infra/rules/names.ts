import { ofKind } from '#test/fixtures/graph-parts.ts';
import type { Graph } from '#scripts/stack/graph.ts';

/** Kind of resource → the input that names it in its account. Without it Pulumi makes a name up, another one each time. */
const NAMES: Readonly<Record<string, string>> = {
  Api: 'name',
  Bucket: 'bucket',
  Budget: 'name',
  CachePolicy: 'name',
  CompositeAlarm: 'alarmName',
  ConfigurationSet: 'configurationSetName',
  Dashboard: 'dashboardName',
  EmailIdentity: 'emailIdentity',
  Function: 'name',
  LogGroup: 'name',
  MetricAlarm: 'name',
  OpenIdConnectProvider: 'url',
  OriginAccessControl: 'name',
  Parameter: 'name',
  Policy: 'name',
  Queue: 'name',
  ResponseHeadersPolicy: 'name',
  Role: 'name',
  Schedule: 'name',
  Secret: 'name',
  Table: 'name',
  Topic: 'name',
  WebAcl: 'name',
};

/** Resources to which somebody else would give a name. */
export const unnamed = (graph: Graph): string[] =>
  Object.entries(NAMES).flatMap(([kind, property]) =>
    ofKind(graph, kind)
      .filter(({ inputs }) => typeof inputs[property] !== 'string')
      .map(({ name }) => `${kind} ${name} has no ${property}`),
  );

/** Names that two stacks both want for the same kind of thing. */
export const contested = (one: Graph, other: Graph): string[] => {
  const taken = new Set(namesOf(other));
  return namesOf(one).filter((name) => taken.has(name));
};

const namesOf = (graph: Graph): string[] =>
  Object.entries(NAMES).flatMap(([kind, property]) =>
    ofKind(graph, kind).map(({ inputs }) => `${kind} ${String(inputs[property])}`),
  );
