/**
 * How many days a credential is good for. The dashboard token is due quarterly (DESIGN.md); Google asks to replace the
 * keys of service accounts at least every 90 days (cloud.google.com/iam/docs/key-rotation); what only our own parts
 * hold is due yearly.
 */
export const VALID_DAYS = {
  'dashboard-token': 90,
  'service-key': 365,
  'link-key': 365,
  'google-key': 90,
  'board-key': 365,
} as const;
export type CredentialName = keyof typeof VALID_DAYS;

/**
 * Staging label of ours: the version with which the link key that signs now began to sign. Later versions of that
 * secret only announce and drop other keys, and make none younger.
 */
export const SIGNING = 'SIGNING';

/** A version of a secret, as Secrets Manager lists it without its value. */
export interface ListedVersion {
  readonly stages: readonly string[];
  readonly createdAt: Date;
}

/** Since when a secret's present value is in use; undefined when it has none. */
export const inUseSince = (versions: readonly ListedVersion[]): Date | undefined =>
  [SIGNING, 'AWSCURRENT']
    .map((stage) => versions.find(({ stages }) => stages.includes(stage)))
    .find((version) => version !== undefined)?.createdAt;

export const dueOn = (since: Date, days: number): Date => new Date(since.getTime() + days * DAY);

/** Whole days until it is due; 0 or less: due. What was never put is due. */
export const daysLeft = (since: Date | undefined, days: number, now: Date): number =>
  since === undefined ? 0 : Math.floor((dueOn(since, days).getTime() - now.getTime()) / DAY);

/** Milliseconds. */
export const DAY = 24 * 60 * 60 * 1000;
