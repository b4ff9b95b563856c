import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { StackConfig } from '../config.ts';

/** A record that the world has to find. */
export interface DnsRecord {
  /** Its name in the program. */
  readonly key: string;
  readonly name: pulumi.Input<string>;
  readonly type: 'CNAME' | 'MX' | 'TXT';
  readonly value: pulumi.Input<string>;
  /** What does not work without it. */
  readonly purpose: string;
}

/** A record that somebody has to enter where DNS is kept. ALIAS (or ANAME, or flattening): a CNAME for names that can have none. */
export interface RecordToEnter {
  readonly name: string;
  readonly type: 'ALIAS' | DnsRecord['type'];
  readonly value: string;
  readonly purpose: string;
}

export type RecordsToEnter = readonly pulumi.Output<RecordToEnter>[];

export interface Published {
  /** What is in a zone of ours. */
  readonly records: readonly aws.route53.Record[];
  /** What is not, as DNS is kept elsewhere. */
  readonly toEnter: RecordsToEnter;
}

/** The hosted zone that a name belongs to; null when its DNS is kept elsewhere. */
export function zoneOf({ domains, zones }: StackConfig, name: string): string | null {
  const sites = ['guest', 'crew'] as const;
  const site = sites.find((one) => name === domains[one] || name.endsWith(`.${domains[one]}`));
  return site === undefined ? null : zones[site];
}

/** Enters records in a zone, or says what has to be entered elsewhere. A record that is there already is never replaced. */
export function publish(zone: string | null, records: readonly DnsRecord[]): Published {
  if (zone === null) return { records: [], toEnter: records.map(toEnter) };
  const entered = records.map(
    ({ key, name, type, value }) =>
      new aws.route53.Record(key, { zoneId: zone, name, type, ttl: 300, records: [value] }),
  );
  return { records: entered, toEnter: [] };
}

export const toEnter = ({
  name,
  type,
  value,
  purpose,
}: Omit<DnsRecord, 'key' | 'type'> & Pick<RecordToEnter, 'type'>): pulumi.Output<RecordToEnter> =>
  pulumi.output({ name, type, value, purpose });
