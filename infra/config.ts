import { readDeployEnvironment } from './deploy-environment.ts';
import { dev, local, prod } from './stacks.ts';

export type StackName = 'local' | 'dev' | 'prod';
export type CalendarStyle = 'all-day' | 'timed';
export type CancelledStyle = 'mark' | 'delete';

/** Everything in which one stack differs from another. Nothing in the program reads environment or clock. */
export interface StackConfig {
  readonly stack: StackName;
  /** Twelve digits. `000000000000` only where nothing is deployed. */
  readonly accountId: string;
  /** CloudFront takes certificates and firewalls from this region only. */
  readonly region: 'us-east-1';
  /** Before the name of everything whose name is unique per account; `dev-` lets dev and prod share one. */
  readonly namePrefix: string;
  /** Host names of the two sites. */
  readonly domains: { readonly guest: string; readonly crew: string };
  /** Route 53 hosted zone ids. null: DNS is kept elsewhere, and the records to enter there are stack outputs. */
  readonly zones: { readonly guest: string | null; readonly crew: string | null };
  /**
   * ARNs of issued certificates in ACM, us-east-1, for names whose DNS is kept elsewhere; in a zone of ours they are made
   * and used by themselves. With neither, a distribution has CloudFront's own name and certificate only.
   */
  readonly certificates: { readonly guest?: string; readonly crew?: string };
  /** Addresses of the sites as people open them, no slash at the end: `https://sailjada.com`. */
  readonly urls: { readonly guest: string; readonly crew: string };
  /** Bucket names are unique in the world. */
  readonly buckets: { readonly guest: string; readonly crew: string; readonly photos: string };
  /** Where browsers send and fetch photos, by presigned requests: `https://<bucket>.s3.us-east-1.amazonaws.com`. */
  readonly photosOrigin: string;
  readonly mail: {
    /** `JADA crew <crew@sailjada.com>`; its domain becomes the SES identity. */
    readonly from: string;
    /** Receive summaries; grant nothing. */
    readonly captain: string;
    readonly manager: string;
    /** Receives alarms and budget warnings; empty in `stacks.ts` means the captain. */
    readonly alerts: string;
  };
  /**
   * What receivers are asked to do with mail that claims to be from the domain and is not signed: nothing, put it with
   * spam, refuse it. Raise it when everything that sends under the domain, mailboxes too, signs.
   */
  readonly dmarcPolicy: 'none' | 'quarantine' | 'reject';
  /** Calendar key of `bookings/reference/fleet.json` → Google calendar id. */
  readonly calendars: Readonly<Record<string, string>>;
  readonly calendarStyle: CalendarStyle;
  /** What a cancelled charter leaves in the calendar: a free entry marked "CANCELLED", or nothing. */
  readonly cancelledStyle: CancelledStyle;
  readonly googleRootUrl: string;
  /** The kanban web app: `https://script.google.com/macros/s/<deployment>/exec`. */
  readonly boardUrl: string;
  /** The board as people open it; a card is `#<bookingKey>` on it. */
  readonly boardPage: string;
  /** Names of the secrets; the program makes the containers, `npm run rotate` puts the values. */
  readonly secrets: Readonly<Record<SecretKey, string>>;
  /** SHA-256 of the service keys that scc-api accepts: one, or two during rotation. */
  readonly serviceKeyHashes: readonly string[];
  /** What CloudFront proves itself with: the first is sent, all (at most two) are accepted. */
  readonly originSecrets: readonly string[];
  /** How long a mail without evidence stays in doubt before it is sent again. */
  readonly graceSeconds: number;
  /** What others allow our account, so that nothing is refused for being too much at once. */
  readonly rates: {
    /** Google Calendar's quota per minute and user, which is the service account. */
    readonly googleRequestsPerMinute: number;
    /** SES's maximum send rate of the account: 1 in the sandbox. */
    readonly mailsPerSecond: number;
  };
  /** AWS WAF in front of both sites: about 11 dollars a month, and 0.60 per million requests. */
  readonly firewall: {
    readonly enabled: boolean;
    /** Of one address, before it is refused until it calms down; 10 is AWS's least. */
    readonly requestsPerFiveMinutes: number;
  };
  /** Warned of at 80 %, and when the month's forecast is above it. */
  readonly budgetDollarsPerMonth: number;
  readonly logRetentionDays: number;
  /** Refuse deletion of tables on AWS's side as well as on Pulumi's. */
  readonly deletionProtection: boolean;
  /**
   * The GitHub repository as its tokens name it: `owner@123456/name@456789`, what `gh api
   * repos/<owner>/<name>/actions/oidc/customization/sub` says behind `repo:` in `sub_claim_prefix`. Plain `owner/name`
   * only where it was made before 15 July 2026 and neither moved nor renamed since (docs.github.com/actions/reference/security/oidc).
   */
  readonly repository: string;
  /** An account has one OIDC provider of GitHub: `exists` where another stack, or somebody else, made it. */
  readonly githubProvider: 'create' | 'exists';
  /** The commit that is deployed and its time; not the clock, so that the same commit gives the same graph. */
  readonly deployment: { readonly commit: string; readonly time: string };
}

export type SecretKey = 'google' | 'dashboard' | 'serviceKey' | 'linkKeys' | 'board';

/** What follows from names, where a stack is on AWS. */
export type Derived = Pick<StackConfig, 'urls' | 'photosOrigin'>;

/** What cannot be written in `stacks.ts`: the deploy job's, or the addresses of a running local stack. */
export interface Given {
  local: Pick<
    StackConfig,
    | keyof Derived
    | 'calendars'
    | 'googleRootUrl'
    | 'boardUrl'
    | 'boardPage'
    | 'serviceKeyHashes'
    | 'originSecrets'
    | 'deployment'
  >;
  dev: Pick<StackConfig, 'originSecrets' | 'deployment'>;
  prod: Pick<StackConfig, 'originSecrets' | 'deployment'>;
}

/** The configuration of a stack. `given` must hold what no file can know, and may replace anything else. */
export function stackConfig<Name extends StackName>(
  stack: Name,
  given: Given[Name] & Partial<StackConfig>,
): StackConfig {
  const stacks = { local, dev, prod };
  const chosen = { ...stacks[stack], ...(given as Omit<Given['local'], keyof Derived>), stack };
  const config = { ...addressesOf(chosen), ...chosen };
  return { ...config, mail: { ...config.mail, alerts: config.mail.alerts || config.mail.captain } };
}

const addressesOf = ({
  domains,
  buckets,
  region,
}: Pick<StackConfig, 'domains' | 'buckets' | 'region'>): Derived => ({
  urls: { guest: `https://${domains.guest}`, crew: `https://${domains.crew}` },
  photosOrigin: `https://${buckets.photos}.s3.${region}.amazonaws.com`,
});

/** The configuration for a deploy. Throws an error that lists everything that still has to be filled in. */
export function deployableConfig(
  stack: string,
  environment: Readonly<Record<string, string | undefined>>,
): StackConfig {
  if (stack !== 'dev' && stack !== 'prod') {
    throw new Error(`stack "${stack}" cannot be deployed: choose dev or prod (local runs by npm start)`);
  }
  const { ORIGIN_SECRET, DEPLOY_COMMIT, DEPLOY_TIME } = readDeployEnvironment(environment);
  const deployment = { commit: DEPLOY_COMMIT, time: DEPLOY_TIME };
  const config = stackConfig(stack, { originSecrets: ORIGIN_SECRET, deployment });
  assertDeployable(config);
  return config;
}

/** Throws an error that lists every field that is empty or still a placeholder, and what belongs there. */
export function assertDeployable(config: StackConfig): void {
  const missing = missingFields(config);
  if (missing.length === 0) return;
  const lines = missing.map((line) => `\n  ${line}`).join('');
  throw new Error(`stack ${config.stack} cannot be deployed yet; fill in infra/stacks.ts:${lines}`);
}

function missingFields(config: StackConfig): string[] {
  const checks: [ok: boolean, line: string][] = [
    [/^(?!0{12})\d{12}$/.test(config.accountId), 'accountId: the twelve digits of the AWS account'],
    [isMailAddress(config.mail.captain), "mail.captain: the captain's mail address"],
    [isMailAddress(config.mail.manager), "mail.manager: the booking manager's mail address"],
    [isMailAddress(config.mail.alerts), 'mail.alerts: a mail address, or empty for the captain'],
    [areZones(config.zones), 'zones: ids of hosted zones (Z…), or null where DNS is kept elsewhere'],
    [
      areCertificates(config.certificates),
      'certificates: ARNs of issued certificates in us-east-1, or nothing',
    ],
    [
      config.firewall.requestsPerFiveMinutes >= 10,
      'firewall.requestsPerFiveMinutes: 10 or more, as AWS counts no finer',
    ],
    [config.budgetDollarsPerMonth > 0, 'budgetDollarsPerMonth: more than nothing'],
    [URL.canParse(config.boardUrl), 'boardUrl: URL of the Apps Script web app (…/exec)'],
    [URL.canParse(config.boardPage), 'boardPage: URL of the board as people open it'],
    [
      /^[^/:\s]+\/[^/:\s]+$/.test(config.repository),
      'repository: owner@id/name@id, as GitHub names it in tokens',
    ],
    [areHashes(config.serviceKeyHashes), 'serviceKeyHashes: 1–2 SHA-256 hashes, from npm run rotate'],
    [areSecrets(config.originSecrets), 'originSecrets: 1–2 of at least 32 characters, from ORIGIN_SECRET'],
    ...Object.entries(config.calendars).map(([key, id]): [boolean, string] => [
      id !== '',
      `calendars.${key}: id of the Google calendar`,
    ]),
  ];
  return checks.filter(([ok]) => !ok).map(([, line]) => line);
}

const isMailAddress = (address: string) => /^[^@\s]+@[^@\s]+$/.test(address);
const areZones = (zones: StackConfig['zones']) =>
  Object.values(zones).every((zone) => zone === null || /^Z[0-9A-Z]+$/.test(zone));
const areCertificates = (certificates: StackConfig['certificates']) =>
  Object.values(certificates).every((arn) => /^arn:aws:acm:us-east-1:\d{12}:certificate\/.+$/.test(arn));
const isOneOrTwo = (list: readonly string[]) => list.length === 1 || list.length === 2;
const areHashes = (list: readonly string[]) =>
  isOneOrTwo(list) && list.every((hash) => /^[0-9a-f]{64}$/.test(hash));
const areSecrets = (list: readonly string[]) =>
  isOneOrTwo(list) && list.every((secret) => secret.length >= 32);
