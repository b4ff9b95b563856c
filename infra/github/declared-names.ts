import * as pulumi from '@pulumi/pulumi';

/** What is called by a name of ours, with Pulumi's type and the property that holds the name. */
const KINDS = {
  functions: { type: 'aws:lambda/function:Function', property: 'name' },
  roles: { type: 'aws:iam/role:Role', property: 'name' },
  tables: { type: 'aws:dynamodb/table:Table', property: 'name' },
  buckets: { type: 'aws:s3/bucket:Bucket', property: 'bucket' },
  secrets: { type: 'aws:secretsmanager/secret:Secret', property: 'name' },
  parameters: { type: 'aws:ssm/parameter:Parameter', property: 'name' },
  queues: { type: 'aws:sqs/queue:Queue', property: 'name' },
  topics: { type: 'aws:sns/topic:Topic', property: 'name' },
  logGroups: { type: 'aws:cloudwatch/logGroup:LogGroup', property: 'name' },
  dashboards: { type: 'aws:cloudwatch/dashboard:Dashboard', property: 'dashboardName' },
  budgets: { type: 'aws:budgets/budget:Budget', property: 'name' },
  schedules: { type: 'aws-native:scheduler:Schedule', property: 'name' },
  edgeFunctions: { type: 'aws-native:cloudfront:Function', property: 'name' },
  firewalls: { type: 'aws:wafv2/webAcl:WebAcl', property: 'name' },
  mailIdentities: { type: 'aws:sesv2/emailIdentity:EmailIdentity', property: 'emailIdentity' },
  configurationSets: {
    type: 'aws:sesv2/configurationSet:ConfigurationSet',
    property: 'configurationSetName',
  },
} as const;

type NameKind = keyof typeof KINDS;
export type Names = Readonly<Record<NameKind, readonly string[]>>;

/**
 * The names of everything that is declared afterwards, sorted, so that policies list exactly what there is. Known only when
 * the program has run to its end, and without a dependency on any resource: a role's boundary comes before the role.
 */
export function watchNames(): pulumi.Output<Names> {
  const seen = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, new Set<string>()]));
  pulumi.runtime.registerStackTransformation(({ type, name, props }) => {
    for (const [kind, { type: wanted, property }] of Object.entries(KINDS)) {
      if (type !== wanted || isOfGithub(type, name)) continue;
      const given: unknown = props[property];
      if (typeof given !== 'string')
        throw new Error(
          `${type} ${name}: its ${property} must be a text that is known before anything is made`,
        );
      seen[kind]!.add(given);
    }
    return undefined;
  });
  // The program is one synchronous call, which ends before this promise does.
  return pulumi.output(Promise.resolve().then(() => toNames(seen)));
}

const toNames = (seen: Readonly<Record<string, ReadonlySet<string>>>): Names =>
  Object.fromEntries(
    Object.entries(seen).map(([kind, names]) => [kind, [...names].toSorted()]),
  ) as unknown as Names;

/** Roles that GitHub's workflows take on, which no workflow may change. */
export const isOfGithub = (type: string, name: string): boolean =>
  type === KINDS.roles.type && name.startsWith('bosun-');
