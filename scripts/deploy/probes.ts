import { REFERRER, securityHeaders } from '#infra/sites/cache-rules.ts';
import type { Deployment } from '#infra/deployment.ts';

/** One GET to a public door, and what a healthy stack answers. */
export interface Probe {
  /** What is found out: `a stranger has no crew list`. */
  readonly what: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: readonly number[];
  /** Header → its value, or a part of it. */
  readonly has?: Readonly<Record<string, string>>;
  /** Headers that nobody outside shall see. */
  readonly hides?: readonly string[];
  /** Functions that may be at fault: what to roll back. Empty: the infrastructure itself. */
  readonly functions: readonly string[];
  /** Where to look first. */
  readonly hint: string;
}

/** Everything that can be seen from outside, without a key. `storage`: S3's own address, without the name of a bucket. */
export function probesOf(deployment: Deployment, storage: string): Probe[] {
  return [
    ...guestSite(deployment),
    ...crewSite(deployment),
    ...serviceApi(deployment),
    ...dashboard(deployment),
    ...Object.values(deployment.buckets).map((bucket) => privateBucket(bucket, storage)),
  ];
}

const KEYLESS = 'a-key-that-nobody-has';
/** Of the form that page ids have, and nobody's. */
const NO_PAGE = 'nosuchpage00000';

const SITE_HINT = 'DNS, certificate and distribution: is the name a record of this distribution?';
const STRANGERS = [401, 403];

function guestSite({ edge }: Deployment): Probe[] {
  const has = headersOf(REFERRER.guest);
  return [
    {
      what: 'the guest site answers',
      url: `${edge}/`,
      // Nothing is there before bookings are applied for the first time.
      status: [200, 404],
      has,
      hides: HIDDEN,
      functions: [],
      hint: SITE_HINT,
    },
    {
      what: 'a page that does not exist is not found',
      url: `${edge}/g/${NO_PAGE}`,
      status: [404],
      has,
      hides: HIDDEN,
      functions: [],
      hint: 'The bucket policy: without ListBucket a missing page is 403',
    },
    {
      what: 'an old address leads to the page',
      url: `${edge}/jada-guest-${NO_PAGE}.html`,
      status: [301],
      has: { location: `/g/${NO_PAGE}` },
      functions: [],
      hint: 'The CloudFront Function viewer-request: is it published, and on the default behaviour?',
    },
    {
      what: "a guest's photos need the guest's key",
      url: `${edge}/api/g/${NO_PAGE}/photos`,
      status: [401],
      has: { ...has, 'cache-control': 'no-store' },
      functions: ['scc-api'],
      hint: 'The behaviour /api/g/* and its origin secret',
    },
    ...plainHttp('the guest site', edge),
  ];
}

function crewSite({ crewPortal }: Deployment): Probe[] {
  const has = headersOf(REFERRER.crew);
  return [
    {
      what: 'the crew site answers',
      url: `${crewPortal}/`,
      status: [200, 404],
      has,
      hides: HIDDEN,
      functions: [],
      hint: SITE_HINT,
    },
    {
      what: 'the crew pages ask for a link',
      url: `${crewPortal}/crew`,
      status: [401],
      has: {
        ...has,
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'",
      },
      functions: ['crew-portal'],
      hint: '403: the origin secret that CloudFront sends is not one that the function knows; 500: has the secret of the link keys a value (npm run rotate -- status)?',
    },
    {
      what: 'a stranger has no session',
      url: `${crewPortal}/api/session`,
      status: [401],
      has: { ...has, 'cache-control': 'no-store' },
      functions: ['scc-api'],
      hint: 'The behaviour /api/* of the crew site and its origin secret',
    },
    ...plainHttp('the crew site', crewPortal),
  ];
}

function serviceApi({ sccApi }: Deployment): Probe[] {
  const refused = { status: STRANGERS, functions: ['scc-api'] };
  return [
    {
      what: "ShipCaptainCrew's API describes itself",
      url: `${sccApi}/api/openapi.json`,
      status: [200],
      functions: ['scc-api'],
      hint: 'Does the function start? Its log is /aws/lambda/scc-api in CloudWatch',
    },
    {
      ...refused,
      what: 'a stranger has no crew list',
      url: `${sccApi}/api/crew`,
      hint: 'The principals of the route in functions/scc-api',
    },
    {
      ...refused,
      what: 'a wrong service key is refused',
      url: `${sccApi}/api/events`,
      headers: { 'x-service-key': KEYLESS },
      hint: 'SERVICE_KEY_HASH: serviceKeyHashes in infra/stacks.ts',
    },
  ];
}

function dashboard({ dashboardApi }: Deployment): Probe[] {
  const refused = { status: STRANGERS, functions: ['dashboard-authorizer'] };
  return [
    {
      what: 'the dashboard API describes itself',
      url: `${dashboardApi}/api/openapi.json`,
      status: [200],
      functions: ['dashboard-api'],
      hint: 'Does the function start? Its log is /aws/lambda/dashboard-api in CloudWatch',
    },
    {
      ...refused,
      what: 'a stranger has no list of bookings',
      url: `${dashboardApi}/api/bookings`,
      hint: 'The authorizer of the route',
    },
    {
      ...refused,
      what: 'a wrong dashboard token is refused',
      url: `${dashboardApi}/api/bookings`,
      headers: { 'x-dashboard-token': KEYLESS },
      hint: '500: has the secret of the dashboard token a value (npm run rotate -- status)?',
    },
  ];
}

const privateBucket = (bucket: string, storage: string): Probe => ({
  what: `bucket ${bucket} is not public`,
  // Path style, as names with dots have no certificate.
  url: `${storage}/${bucket}/index.html`,
  status: [403],
  functions: [],
  hint: 'The public access block and the policy of the bucket',
});

/** Whoever leaves out the s is sent to the same address with it. */
function plainHttp(site: string, address: string): Probe[] {
  if (!address.startsWith('https://')) return [];
  return [
    {
      what: `${site} is on HTTPS only`,
      url: `${address.replace('https:', 'http:')}/`,
      status: [301],
      has: { location: `${address}/` },
      functions: [],
      hint: SITE_HINT,
    },
  ];
}

const HIDDEN = ['x-powered-by', 'x-amz-meta-revision', 'x-amz-meta-sha256', 'x-amz-version-id'];

/** What CloudFront adds to every answer, from the same rules that it is deployed with. */
function headersOf(referrerPolicy: string): Record<string, string> {
  const { customHeadersConfig } = securityHeaders(referrerPolicy);
  const items = (customHeadersConfig as { items: { header: string; value: string }[] }).items;
  return {
    'strict-transport-security': 'max-age=',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': referrerPolicy,
    'content-security-policy': "frame-ancestors 'none'",
    ...Object.fromEntries(items.map(({ header, value }) => [header, value])),
  };
}
