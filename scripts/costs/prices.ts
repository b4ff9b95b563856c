/** What one unit costs in us-east-1, in dollars, and how much of it is free each month for ever, not only in the first year. */
export interface Price {
  readonly unit: string;
  readonly dollars: number;
  /** Of how many units; 1 unless it says otherwise. */
  readonly per: number;
  readonly free: number;
  readonly source: string;
}

const price = (unit: string, dollars: number, per: number, free: number, source: string): Price => ({
  ...{ unit, dollars, per, free, source: `https://aws.amazon.com/${source}/pricing/` },
});

const MILLION = 1e6;

/** List prices as of autumn 2026. */
export const PRICES = {
  secret: price('secrets', 0.4, 1, 0, 'secrets-manager'),
  secretCall: price('calls', 0.05, 10_000, 0, 'secrets-manager'),
  key: price('keys', 1, 1, 0, 'kms'),
  zone: price('hosted zones', 0.5, 1, 0, 'route53'),
  alarm: price('alarms', 0.1, 1, 10, 'cloudwatch'),
  dashboard: price('dashboards of at most 50 metrics', 3, 1, 3, 'cloudwatch'),
  metric: price('own metrics', 0.3, 1, 10, 'cloudwatch'),
  log: price('GB of logs', 0.5, 1, 5, 'cloudwatch'),
  trace: price('traces', 5, MILLION, 100_000, 'xray'),
  invocation: price('invocations', 0.2, MILLION, MILLION, 'lambda'),
  compute: price('GB-seconds on Arm', 0.0000133334, 1, 400_000, 'lambda'),
  apiRequest: price('HTTP API requests', 1, MILLION, 0, 'api-gateway'),
  write: price('write units', 0.625, MILLION, 0, 'dynamodb'),
  read: price('read units', 0.125, MILLION, 0, 'dynamodb'),
  tableStorage: price('GB in tables', 0.25, 1, 25, 'dynamodb'),
  backup: price('GB of point-in-time recovery', 0.2, 1, 0, 'dynamodb'),
  storage: price('GB in buckets', 0.023, 1, 0, 's3'),
  put: price('PUT and POST requests', 0.005, 1000, 0, 's3'),
  get: price('GET requests', 0.0004, 1000, 0, 's3'),
  /** Free are 100 GB a month over all services but CloudFront. */
  traffic: price('GB from buckets to browsers', 0.09, 1, 100, 's3'),
  edgeRequest: price('CloudFront requests', 0.01, 10_000, 10 * MILLION, 'cloudfront'),
  edgeTraffic: price('GB from CloudFront', 0.085, 1, 1024, 'cloudfront'),
  invalidation: price('invalidated paths', 0.005, 1, 1000, 'cloudfront'),
  mail: price('mails, one for each recipient', 0.1, 1000, 0, 'ses'),
  queueRequest: price('SQS requests', 0.4, MILLION, MILLION, 'sqs'),
  schedule: price('scheduled invocations', 1, MILLION, 14 * MILLION, 'eventbridge'),
  firewall: price('firewalls', 5, 1, 0, 'waf'),
  firewallRule: price('rules of firewalls', 1, 1, 0, 'waf'),
  firewallRequest: price('requests through firewalls', 0.6, MILLION, 0, 'waf'),
} as const satisfies Readonly<Record<string, Price>>;

export type PriceKey = keyof typeof PRICES;
