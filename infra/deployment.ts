import * as z from 'zod';

/**
 * What pipeline and tests need to know of a stack, kept as JSON in the SSM parameter
 * `/bosun/<stack>/deployment`, so that nobody reads Pulumi's state. Secrets appear by name only.
 */
export const deploymentSchema = z.object({
  stack: z.enum(['local', 'dev', 'prod']),
  region: z.string(),
  /** Public address of the guest site, no slash at the end: `https://queenofsandiego.com`. */
  edge: z.url(),
  /** Public address of the crew site; pages are below `/crew`. */
  crewPortal: z.url(),
  /** Where browsers send photos to and have them from, no slash at the end. */
  photosOrigin: z.url(),
  /** API Gateway URL of ShipCaptainCrew; routes are below `/api`. */
  sccApi: z.url(),
  /** API Gateway URL of dashboard-api; routes are below `/api`. */
  dashboardApi: z.url(),
  buckets: z.object({ guest: z.string(), crew: z.string(), photos: z.string() }),
  /** CloudFront distribution ids. */
  distributions: z.object({ guest: z.string(), crew: z.string() }),
  tables: z.object({
    events: z.string(),
    assignments: z.string(),
    crew: z.string(),
    entries: z.string(),
    notifications: z.string(),
    ledger: z.string(),
    calendarAudit: z.string(),
  }),
  /** Names of the secrets. */
  secrets: z.object({
    google: z.string(),
    dashboard: z.string(),
    serviceKey: z.string(),
    linkKeys: z.string(),
    board: z.string(),
  }),
  /** Calendar key → Google calendar id. */
  calendars: z.record(z.string(), z.string()),
  /** The deployed commit and its time. */
  commit: z.string(),
  time: z.string(),
});

export type Deployment = z.output<typeof deploymentSchema>;

/** Name of the parameter that holds a stack's {@link Deployment}. */
export const deploymentParameter = (stack: string) => `/bosun/${stack}/deployment`;
