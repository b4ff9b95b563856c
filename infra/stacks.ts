import type { Derived, Given, StackConfig } from './config.ts';

type Stack<Name extends keyof Given> = Omit<StackConfig, keyof Given[Name] | keyof Derived | 'stack'>;

/** On this machine; addresses and secrets come from the running local stack. */
export const local: Stack<'local'> = {
  accountId: '000000000000',
  region: 'us-east-1',
  namePrefix: '',
  domains: { guest: 'queenofsandiego.test', crew: 'sailjada.test' },
  zones: { guest: null, crew: null },
  certificates: {},
  buckets: { guest: 'queenofsandiego.com', crew: 'sailjada.com', photos: 'sailjada-photos' },
  mail: {
    from: 'JADA crew <crew@sailjada.test>',
    captain: 'captain@example.test',
    manager: 'manager@example.test',
    alerts: '',
  },
  dmarcPolicy: 'quarantine',
  calendarStyle: 'all-day',
  cancelledStyle: 'mark',
  secrets: {
    google: 'jada-google-service-account',
    dashboard: 'jada/dashboard-lambda',
    serviceKey: 'sailjada/scc-service-key',
    linkKeys: 'sailjada/link-keys',
    board: 'jada/board-key',
  },
  graceSeconds: 600,
  rates: { googleRequestsPerMinute: 60_000, mailsPerSecond: 1000 },
  firewall: { enabled: false, requestsPerFiveMinutes: 1000 },
  budgetDollarsPerMonth: 20,
  logRetentionDays: 7,
  deletionProtection: false,
  repository: 'local/bosun',
  githubProvider: 'create',
};

/** Empty fields and the zero account must be filled in before the first deploy; `assertDeployable` lists them. */
export const prod: Stack<'prod'> = {
  ...local,
  accountId: '000000000000',
  domains: { guest: 'queenofsandiego.com', crew: 'sailjada.com' },
  zones: { guest: null, crew: null },
  buckets: { guest: 'queenofsandiego.com', crew: 'sailjada.com', photos: 'sailjada-photos' },
  mail: { from: 'JADA crew <crew@sailjada.com>', captain: '', manager: '', alerts: '' },
  dmarcPolicy: 'none',
  calendars: { jada: '' },
  googleRootUrl: 'https://www.googleapis.com/',
  boardUrl: '',
  boardPage: '',
  serviceKeyHashes: [],
  rates: { googleRequestsPerMinute: 600, mailsPerSecond: 1 },
  firewall: { enabled: true, requestsPerFiveMinutes: 1000 },
  budgetDollarsPerMonth: 60,
  logRetentionDays: 90,
  deletionProtection: true,
  repository: '',
  githubProvider: 'create',
};

/** A second deployment, in the same account or another; what is prod's alone has to be filled in anew. */
export const dev: Stack<'dev'> = {
  ...prod,
  namePrefix: 'dev-',
  domains: { guest: 'dev.queenofsandiego.com', crew: 'dev.sailjada.com' },
  certificates: {},
  buckets: { guest: 'dev.queenofsandiego.com', crew: 'dev.sailjada.com', photos: 'dev-sailjada-photos' },
  mail: { from: 'JADA crew <crew@dev.sailjada.com>', captain: '', manager: '', alerts: '' },
  // Nobody else sends under this domain.
  dmarcPolicy: 'quarantine',
  calendars: { jada: '' },
  boardUrl: '',
  boardPage: '',
  serviceKeyHashes: [],
  secrets: {
    google: 'dev/jada-google-service-account',
    dashboard: 'dev/jada/dashboard-lambda',
    serviceKey: 'dev/sailjada/scc-service-key',
    linkKeys: 'dev/sailjada/link-keys',
    board: 'dev/jada/board-key',
  },
  firewall: { enabled: false, requestsPerFiveMinutes: 1000 },
  budgetDollarsPerMonth: 20,
  logRetentionDays: 14,
  deletionProtection: false,
  // `create` when dev has an account of its own.
  githubProvider: 'exists',
};
