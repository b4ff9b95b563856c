import { stackConfig } from '#infra/config.ts';
import type { GraphOptions } from './graph.ts';
import { PLACES, type Place } from './ports.ts';

/** All in which the program of one local stack differs from that of another. */
export interface Particulars {
  /** Keys of the calendars that vessels have. */
  readonly calendars: readonly string[];
  /** Place → `127.0.0.1:40123`. */
  readonly hosts: Readonly<Record<Place, string>>;
  readonly serviceKeyHash: string;
  readonly originSecret: string;
  readonly commit: string;
  /** When it was started, ISO 8601. */
  readonly time: string;
}

/** Of a stack that nobody runs, to look at what it would be. */
export const NOWHERE: Particulars = {
  calendars: ['jada'],
  hosts: Object.fromEntries(PLACES.map((place) => [place, '127.0.0.1:9'])) as Particulars['hosts'],
  serviceKeyHash: '0'.repeat(64),
  originSecret: '0'.repeat(32),
  commit: '0'.repeat(40),
  time: '2026-01-01T00:00:00Z',
};

export type LocalProgram = Pick<GraphOptions, 'config' | 'addresses'>;

/** What the Pulumi program is told on this machine. */
export function localProgram({ hosts, calendars, ...given }: Particulars): LocalProgram {
  const at = (place: Place) => `http://${hosts[place]}`;
  const config = stackConfig('local', {
    urls: { guest: at('guest-site'), crew: at('crew-site') },
    photosOrigin: at('aws'),
    calendars: Object.fromEntries(calendars.map((key) => [key, `${key}@group.calendar.google.test`])),
    googleRootUrl: `${at('google')}/`,
    boardUrl: `${at('board')}/macros/s/local/exec`,
    boardPage: `${at('board')}/`,
    serviceKeyHashes: [given.serviceKeyHash],
    originSecrets: [given.originSecret],
    deployment: { commit: given.commit, time: given.time },
  });
  const addresses = {
    apiUrls: { dashboard: at('dashboard'), scc: at('scc'), portal: at('portal') },
    distributions: { 'guest-site': at('guest-site'), 'crew-site': at('crew-site') },
    endpoint: at('aws'),
  };
  return { config, addresses };
}
