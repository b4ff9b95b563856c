import { PRICES, type PriceKey } from './prices.ts';

/** What a stack has whether or not anybody books. */
export interface Installed {
  readonly secrets: number;
  readonly alarms: number;
  readonly dashboards: number;
  readonly ownMetrics: number;
  /** Runs a month by the clock. */
  readonly scheduledRuns: number;
  /** Queues that Lambda polls. */
  readonly polledQueues: number;
  readonly zones: number;
  /** Rules of the firewall; null without one. */
  readonly firewallRules: number | null;
}

export interface CostLine {
  readonly price: PriceKey;
  readonly unit: string;
  readonly amount: number;
  /** A month, after what is always free. */
  readonly dollars: number;
  /** A month, as if nothing was free. */
  readonly listed: number;
}

/** What one charter comes to, from booking to a week after. Assumptions, on the generous side. */
export const CHARTER = {
  /** Assigned, changed, cancelled, three reminders, summaries: for a crew of three and two who manage. */
  mails: 20,
  /** Of guests' and crew's pages, each with script, pictures and calendar. */
  pageViews: 150,
  requestsOfView: 5,
  kilobytesOfView: 60,
  /** That reach a function: crew pages, entries, photo forms and lists, the pipeline's own. */
  apiRequests: 500,
  photos: 40,
  megabytesOfPhoto: 4,
  /** How often each photo is loaded. */
  photoViews: 6,
  writes: 800,
  reads: 3000,
  kilobytesInTables: 200,
  /** Applies that publish a page: booked, changed, cancelled or over. */
  publishes: 4,
  pathsOfPublish: 10,
} as const;

/** What one run of a function takes: half a GB for 150 ms, and a kilobyte of logs. */
const RUN = { gigabyteSeconds: 0.5 * 0.15, logGigabytes: 1e-6, reads: 3 } as const;

/** Lambda asks a queue with five long polls of 20 seconds all the time (Lambda developer guide, "Using Lambda with Amazon SQS"). */
const POLLS = (5 * 30 * 24 * 3600) / 20;

/** A month of so many charters a year, at the end of the first year: photos are kept. */
export function monthlyCosts(chartersPerYear: number, installed: Installed): CostLine[] {
  const charters = chartersPerYear / 12;
  const views = charters * CHARTER.pageViews;
  const edgeRequests = views * CHARTER.requestsOfView;
  const apiRequests = charters * CHARTER.apiRequests;
  const photos = charters * CHARTER.photos;
  // A mail is made by one run, reported by two more; a photo is looked at by one.
  const runs = apiRequests + installed.scheduledRuns + charters * CHARTER.mails * 3 + photos;
  const tables = (chartersPerYear * CHARTER.kilobytesInTables) / 1e6;
  const paths = charters * CHARTER.publishes * CHARTER.pathsOfPublish;
  const amounts: Record<PriceKey, number> = {
    secret: installed.secrets,
    // A function that has not run for a while reads its secret again.
    secretCall: runs / 10,
    key: 1,
    zone: installed.zones,
    alarm: installed.alarms,
    dashboard: installed.dashboards,
    metric: installed.ownMetrics,
    log: runs * RUN.logGigabytes,
    trace: runs,
    invocation: runs,
    compute: runs * RUN.gigabyteSeconds,
    apiRequest: apiRequests,
    write: charters * CHARTER.writes,
    read: charters * CHARTER.reads + installed.scheduledRuns * RUN.reads,
    tableStorage: tables,
    backup: tables,
    storage: (chartersPerYear * CHARTER.photos * CHARTER.megabytesOfPhoto) / 1000,
    put: photos + paths,
    get: photos * CHARTER.photoViews + edgeRequests,
    traffic: (photos * CHARTER.photoViews * CHARTER.megabytesOfPhoto) / 1000,
    edgeRequest: edgeRequests,
    edgeTraffic: (views * CHARTER.kilobytesOfView) / 1e6,
    invalidation: paths,
    mail: charters * CHARTER.mails,
    queueRequest: installed.polledQueues * POLLS + charters * CHARTER.mails * 3,
    schedule: installed.scheduledRuns,
    firewall: installed.firewallRules === null ? 0 : 1,
    firewallRule: installed.firewallRules ?? 0,
    firewallRequest: installed.firewallRules === null ? 0 : edgeRequests,
  };
  return Object.entries(amounts).map(([key, amount]) => toLine(key as PriceKey, amount));
}

function toLine(key: PriceKey, amount: number): CostLine {
  const { unit, dollars, per, free } = PRICES[key];
  const at = (billed: number) => (billed * dollars) / per;
  return { price: key, unit, amount, dollars: at(Math.max(0, amount - free)), listed: at(amount) };
}

export const sumOf = (lines: readonly CostLine[], column: 'dollars' | 'listed' = 'dollars'): number =>
  lines.reduce((sum, line) => sum + line[column], 0);
