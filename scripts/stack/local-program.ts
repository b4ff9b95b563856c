import { stackConfig } from '#infra/config.ts';
import type { GraphOptions } from './graph.ts';
import type { Place } from './ports.ts';

/** All in which the program of one local stack differs from that of another. */
export interface Particulars {
  /** Place → `127.0.0.1:40123`. */
  readonly hosts: Readonly<Record<Place, string>>;
  readonly serviceKeyHash: string;
  readonly originSecret: string;
  readonly commit: string;
  /** When it was started, ISO 8601. */
  readonly time: string;
}

export type LocalProgram = Pick<GraphOptions, 'config' | 'addresses'>;

/** What the Pulumi program is told on this machine. */
export function localProgram({ hosts, ...given }: Particulars): LocalProgram {
  const at = (place: Place) => `http://${hosts[place]}`;
  const config = stackConfig('local', {
    urls: { guest: at('guest-site'), crew: at('crew-site') },
    photosOrigin: at('aws'),
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
