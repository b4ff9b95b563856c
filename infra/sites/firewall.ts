import * as aws from '@pulumi/aws';
import type { StackConfig } from '../config.ts';
import { PAGES_PER_FIVE_MINUTES } from './page-limit.ts';

/**
 * AWS WAF in front of both sites, which share it: 5 dollars a month, 1 more for each of its six rules, and 0.60 per
 * million requests (aws.amazon.com/waf/pricing). What the pipeline sends goes to the APIs directly and does not pass here;
 * what it looks at, does.
 */
export function declareFirewall({ namePrefix, firewall }: StackConfig): aws.wafv2.WebAcl | undefined {
  if (!firewall.enabled) return undefined;
  const rules = [
    limit('requests', firewall.requestsPerFiveMinutes, { notStatement: { statement: PAGES } }),
    limit('pages', PAGES_PER_FIVE_MINUTES, PAGES),
    limit('login-links', LOGIN_LINKS_PER_FIVE_MINUTES, LOGIN_LINKS),
    managed('AWSManagedRulesAmazonIpReputationList'),
    managed('AWSManagedRulesKnownBadInputsRuleSet'),
    managed('AWSManagedRulesCommonRuleSet', NOT_BLOCKED),
  ];
  return new aws.wafv2.WebAcl('sites', {
    name: `${namePrefix}sites`,
    description: 'Both sites',
    scope: 'CLOUDFRONT',
    defaultAction: { allow: {} },
    rules: rules.map((rule, priority) => ({ ...rule, priority })),
    visibilityConfig: watch('sites'),
  });
}

/** A whole crew behind one address of a marina asks for fewer; without it, one stranger could use up everybody's share. */
const LOGIN_LINKS_PER_FIVE_MINUTES = 20;

/** By the path as CloudFront reads it, which undoes escapes and dots before it chooses where a request goes. */
const startsWith = (searchString: string) => ({
  byteMatchStatement: {
    fieldToMatch: { uriPath: {} },
    positionalConstraint: 'STARTS_WITH',
    searchString,
    textTransformations: ['URL_DECODE', 'NORMALIZE_PATH'].map((type, priority) => ({ priority, type })),
  },
});

const LOGIN_LINKS = startsWith('/api/crew-links');

const PAGES = startsWith('/g/');

/** Rules of the common set that would refuse what our own pages send; they count, and do not block. */
const NOT_BLOCKED = [
  // Refuses bodies over 8 KB: what a phone wrote down while it was offline comes in one request.
  'SizeRestrictions_BODY',
];

/** What of an address goes beyond so many requests in five minutes is refused until it calms down. */
const limit = (
  name: string,
  requests: number,
  scopeDownStatement: aws.types.input.wafv2.WebAclRuleStatementRateBasedStatementScopeDownStatement,
) => ({
  name,
  action: { block: {} },
  statement: {
    rateBasedStatement: {
      aggregateKeyType: 'IP',
      evaluationWindowSec: 300,
      limit: requests,
      scopeDownStatement,
    },
  },
  visibilityConfig: watch(name),
});

/** A rule group that AWS keeps up to date. */
const managed = (name: string, counted: readonly string[] = []) => ({
  name,
  overrideAction: { none: {} },
  statement: {
    managedRuleGroupStatement: {
      vendorName: 'AWS',
      name,
      ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
    },
  },
  visibilityConfig: watch(name),
});

/** Counted, and not sampled: samples show headers and addresses, with the sessions and keys in them. */
const watch = (metricName: string) => ({
  metricName,
  cloudwatchMetricsEnabled: true,
  sampledRequestsEnabled: false,
});
