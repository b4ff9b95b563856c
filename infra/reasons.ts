/** Why a role may do what no test sees it do. The suite fails on every other such right, and on reasons for none. */
export interface UnusedReason {
  /** Name of the role. */
  readonly role: RegExp;
  /** Only for these; for all when absent. */
  readonly actions?: readonly string[];
  /** Only on these; on all when absent. */
  readonly resource?: RegExp;
  readonly reason: string;
}

/** Beside `policies.ts`, which says what roles may do, and `wildcardReasons`, why some may do it to more than one thing. */
export const unusedReasons: readonly UnusedReason[] = [
  {
    role: /./,
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    reason: 'Lambda itself writes a function’s log, under its role; on this machine logs are files',
  },
  {
    role: /./,
    actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
    reason: 'Lambda itself sends a function’s traces, under its role; on this machine nobody takes them',
  },
  {
    role: /./,
    actions: ['sqs:SendMessage'],
    resource: /-dead-letters$/,
    reason:
      'Lambda and the scheduler give up what failed three times, which not every function does in a test',
  },
  {
    role: /^photo-arrivals$/,
    actions: ['s3:ListBucket'],
    reason: 'makes an upload that is gone again before it was looked at a 404, and not a 403',
  },
  {
    role: /^bosun-drift$/,
    actions: ['s3:ListBucket'],
    reason: 'makes a file of a site that is gone a 404, and not a 403',
  },
  {
    role: /^bosun-deploy$/,
    reason: 'Pulumi runs against AWS only; what it takes is written down in deploy-rights.ts',
  },
  {
    role: /^bosun-plan$/,
    resource: /bosun-state/,
    reason: 'a preview reads the state of Pulumi, which no local stack has',
  },
];

/** Why a role may do a family of actions; a test refuses every other wildcard in an action. */
export const wideActions: Readonly<Record<string, string>> = {
  'lambda:GetFunction*':
    'a function’s settings, and those of its events: what Pulumi compares before it deploys',
  'lambda:UpdateFunction*': 'a function’s code, its settings, and those of its events: what a deploy changes',
  's3:GetBucket*': 'a bucket’s settings, which AWS reads one by one, by an action each; no object is read so',
  's3:Get*Configuration':
    'the settings of a bucket that go by other names, as its encryption; no object is read so',
};
