import { functionRights, roleRights, stateRights, triggerRights } from './deploy-role/code.ts';
import type { DeployScope, Right } from './deploy-role/right.ts';
import { dataRights, edgeRights, watchRights } from './deploy-role/settings.ts';

/**
 * What the deploy workflow may do. Its job runs the packages of a whole dependency tree under these rights, so they are
 * what `pulumi up` of this program takes to change what is there, and no more:
 *
 * - It reads and writes no data: no item, no object, no value of a secret, no message. It sees what is there: settings of
 *   everything, and the names of objects, among which are the addresses of guests' pages.
 * - It makes and deletes nothing that runs, holds or carries data: a deploy that adds or removes a function, role, queue,
 *   topic, schedule, table, bucket or secret changes these very rights, and is made by the operator with credentials of
 *   their own (`npm run deploy` on a laptop, as the first one was). So is one that changes DNS, a certificate, a queue or
 *   topic, a bucket's policy, locks, versions or lifecycle, a table's recovery, or what GitHub's workflows may do:
 *   `operator-types.ts`. Of a table it may change all that `UpdateTable` does, with indexes, capacity, and deletion
 *   protection; deleting the table stays forbidden, and its backups are out of reach.
 * - It cannot give itself more: it writes the policies of functions' roles only, only while `bosun-boundary` is around
 *   them, and neither the boundary, nor a role's trust, nor any of GitHub's roles. It hands those roles to Lambda and
 *   the scheduler alone, and lets only AWS services invoke functions.
 *
 * What is left: it decides what code runs, and that code reads what the functions read. That is why a person approves it.
 *
 * By name of the policy that holds them: one holds no more than 6,144 characters, and a role no more than ten policies.
 */
export const deployRights = (scope: DeployScope) =>
  ({
    state: stateRights(scope),
    functions: functionRights(scope),
    triggers: triggerRights(scope),
    roles: roleRights(scope),
    data: dataRights(scope),
    edge: edgeRights(scope),
    watch: watchRights(scope),
  }) satisfies Record<DeployPart, Right[]>;

export const DEPLOY_PARTS = ['state', 'functions', 'triggers', 'roles', 'data', 'edge', 'watch'] as const;
export type DeployPart = (typeof DEPLOY_PARTS)[number];

export interface WildcardReason {
  readonly pattern: RegExp;
  /** Only for these; for all when absent. */
  readonly actions?: readonly string[];
  readonly reason: string;
}

/** Why a right has to be wide; a test refuses every other wildcard. */
export const deployWildcards: readonly WildcardReason[] = [
  {
    pattern: /^arn:aws:s3:::[a-z0-9-]*bosun-state-\d+\/\.pulumi\/\*$/,
    reason: 'the state of Pulumi, whose files it names itself',
  },
  {
    pattern: /^arn:aws:kms:[^*]+:key\/\*$/,
    reason: 'the key has an id of its own; the condition holds it to the one with our alias',
  },
  { pattern: /^arn:aws:lambda:[^*]+:function:[\w-]+:\*$/, reason: 'versions and aliases of one function' },
  {
    pattern: /^arn:aws:lambda:[^*]+:event-source-mapping:\*$/,
    reason: 'AWS chooses their ids; a condition holds all but reading tags to mappings of our functions',
  },
  { pattern: /^arn:aws:secretsmanager:[^*]+-\?{6}$/, reason: "AWS adds six characters to a secret's name" },
  {
    pattern: /^arn:aws:apigateway:[^*]+\/apis\/\w+\/\*$/,
    reason: 'routes, integrations and stages of one API',
  },
  {
    pattern: /^arn:aws:wafv2:[^*]+:global\/(webacl\/[\w-]+|managedruleset)\/\*(\/\*)?$/,
    reason: 'AWS adds an id; a firewall names the rule groups that AWS keeps',
  },
  {
    pattern: /^arn:aws:cloudwatch:[^*]+:alarm:[\w-]*\*$/,
    reason: 'alarms come and go with what they watch, and act on nothing but the topic of alerts',
  },
  { pattern: /^arn:aws:sns:[^*]+:[\w-]+:\*$/, reason: 'AWS chooses the ids of subscriptions of one topic' },
  {
    pattern: /^arn:aws:logs:[^*]+:log-group:[^*]+:\*$/,
    reason: 'one form of the ARN of a log group ends so',
  },
  {
    pattern: /^\*$/,
    actions: [
      'cloudformation:GetResource',
      'cloudformation:GetResourceRequestStatus',
      'cloudformation:UpdateResource',
      'logs:DescribeLogGroups',
      'ssm:DescribeParameters',
    ],
    reason:
      "AWS's service authorization reference knows no resource for these; Cloud Control acts with the caller's own rights",
  },
];
