import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sha256 } from '#bookings/model/canonical.ts';
import type { StackConfig } from '#infra/config.ts';
import { createAppsScript, readAppsScript } from './apps-script.ts';
import type { Rows } from './apps-script-services.ts';
import type { LocalKeys } from './credentials.ts';
import { createGoogle, type StoredEvent } from './google/calendar.ts';
import { createServiceAccount, registerServiceAccount, type ServiceAccountKey } from './google/token.ts';
import { openPersistentMap, type KeptMap } from './persistent-map.ts';
import type { Ports } from './ports.ts';

export interface Outside {
  /** Secret name → its current value. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Everything in Google's calendars. */
  readonly events: KeptMap<StoredEvent>;
  /** The sheet behind the kanban board. */
  readonly rows: Rows;
}

interface Options {
  readonly state: string;
  readonly ports: Ports;
  readonly config: StackConfig;
  readonly keys: LocalKeys;
}

/** The world that is not AWS: Google and the kanban board, and the secrets by which functions reach it. */
export function createOutside({ state, ports, config, keys }: Options): Outside {
  const events = openPersistentMap<StoredEvent>(join(state, 'calendar.jsonl'));
  const account = serveGoogle(events, ports, config);
  const rows: Rows = openPersistentMap(join(state, 'board.jsonl'));
  const board = createAppsScript({
    source: readAppsScript(fileURLToPath(new URL('../../functions/apps-script/kanban', import.meta.url))),
    properties: { BOARD_KEY_HASH: sha256(keys.boardKey) },
    rows,
  });
  ports.board.serve(board.fetch);
  const { secrets } = config;
  return {
    events,
    rows,
    secrets: {
      [secrets.google]: JSON.stringify(account),
      [secrets.dashboard]: keys.dashboardToken,
      [secrets.serviceKey]: keys.serviceKey,
      [secrets.linkKeys]: JSON.stringify([{ kid: 'local', key: keys.linkKey, retiredAt: null }]),
      [secrets.board]: keys.boardKey,
    },
  };
}

function serveGoogle(events: KeptMap<StoredEvent>, ports: Ports, config: StackConfig): ServiceAccountKey {
  const serviceAccounts = new Map();
  const account = createServiceAccount(`${ports.google.url}/token`);
  registerServiceAccount(serviceAccounts, account);
  const calendars = Object.entries(config.calendars).map(([key, id]) => ({
    id,
    summary: key.toUpperCase(),
    timeZone: 'America/Los_Angeles',
  }));
  const google = createGoogle({
    calendars,
    events,
    serviceAccounts,
  });
  ports.google.serve(google.fetch);
  return account;
}
