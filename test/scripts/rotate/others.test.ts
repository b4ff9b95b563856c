import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '#bookings/model/canonical.ts';
import { VALID_DAYS, type CredentialName } from '#functions/credential-watch/validity.ts';
import { rotateBoardKey } from '#scripts/rotate/board-key.ts';
import { createDoors, type Doors } from '#scripts/rotate/doors.ts';
import { askGoogle, checkKeyFile, putGoogleKey } from '#scripts/rotate/google-key.ts';
import { readStatus, renderStatus } from '#scripts/rotate/status.ts';
import { createGoogle } from '#scripts/stack/google/calendar.ts';
import { createServiceAccount, registerServiceAccount } from '#scripts/stack/google/token.ts';
import { listen } from '#scripts/stack/listen.ts';
import { NAME, runQuietly, startSecrets, type SecretsWorld } from './secrets-world.ts';

const NAMES = Object.keys(VALID_DAYS) as CredentialName[];
const DAY = 86_400_000;
const now = () => new Date();

let world: SecretsWorld;
beforeEach(async () => {
  world = await startSecrets([NAME, ...NAMES]);
});
afterEach(() => world.close());

describe('rotating the board key', () => {
  it('says what to set, and uses the new key when the board takes it', async () => {
    let hashes: string[] = [];
    const board = async (_url: string, init: RequestInit) => {
      const { key } = JSON.parse(String(init.body)) as { key: string };
      const isKnown = hashes.includes(sha256(key));
      return Response.json(isKnown ? { ok: true, lanes: [], cards: [] } : { ok: false, error: 'forbidden' });
    };
    const doors = createDoors(
      { board: 'https://b.test', sccApi: 'https://x', dashboardApi: 'https://x' },
      board,
    );
    const delay = world.delayIn(1000);
    const rotate = (again = false) =>
      runQuietly(rotateBoardKey({ secret: world.secret(), accepts: doors.board, now, delay, again }));
    const set = (said: string) => {
      hashes = /^ {2}([0-9a-f,]+)$/m.exec(said)![1]!.split(',');
    };
    set((await rotate()).said);
    expect((await rotate()).exit).toBe(0);
    const old = world.manager.value(NAME)!;
    const begun = await rotate(true);
    expect(begun.exit).toBe(3);
    expect(begun.said).toContain('set BOARD_KEY_HASH to');
    set(begun.said);
    expect(hashes[0]).toBe(sha256(old));
    const promoted = await rotate();
    expect(promoted.said).toContain('the old one is still let in');
    set(promoted.said);
    expect(hashes).toEqual([sha256(world.manager.value(NAME)!)]);
    expect((await rotate()).exit).toBe(0);
    for (const { said } of [begun, promoted]) expect(said).not.toContain(old);
  });

  it('does not take a page of Apps Script for an answer', async () => {
    const board = async () => new Response('<html>Script function not found: doPost</html>');
    const doors = createDoors(
      { board: 'https://b.test', sccApi: 'https://x', dashboardApi: 'https://x' },
      board,
    );
    await expect(doors.board('key')).rejects.toThrow('is boardUrl right?');
  });
});

describe('putting Google’s key', () => {
  const put = (text: string, tryOut: (text: string) => Promise<void>) =>
    runQuietly(putGoogleKey({ secret: world.secret(), text, tryOut }));

  it('happens when Google gave an access token for it, and once', async () => {
    const serviceAccounts = new Map();
    const calendar = (key: string, access: 'writer' | 'reader') => ({
      ...{ id: `${key}@calendar.test`, summary: key, timeZone: 'UTC', access },
    });
    const calendars = [calendar('jada', 'writer'), calendar('shown', 'reader')];
    const google = createGoogle({ calendars, events: new Map(), serviceAccounts });
    const server = await listen(google.fetch);
    try {
      const known = createServiceAccount(`${server.url}/token`);
      registerServiceAccount(serviceAccounts, known);
      const asking = (...keys: string[]) =>
        askGoogle({
          googleRootUrl: `${server.url}/`,
          calendars: Object.fromEntries(keys.map((key) => [key, `${key}@calendar.test`])),
        });
      const stranger = createServiceAccount(`${server.url}/token`);
      await expect(put(JSON.stringify(stranger), asking('jada'))).rejects.toThrow(
        /^Google does not take this key: .*Nothing was changed\.$/,
      );
      for (const key of ['shown', 'elsewhere'])
        await expect(put(JSON.stringify(known), asking('jada', key))).rejects.toThrow(
          `Calendar ${key} (${key}@calendar.test) is not shared with ${known.client_email} for changes`,
        );
      expect(world.manager.value(NAME)).toBeUndefined();
      const { exit, said } = await put(JSON.stringify(known), asking('jada'));
      expect(exit).toBe(0);
      expect(said).toContain('Delete the old one in the Google Cloud console');
      expect(said).not.toContain('PRIVATE KEY');
      expect(world.manager.value(NAME)).toBe(JSON.stringify(known));
      expect((await put(JSON.stringify(known), asking('jada'))).said).toBe(
        'This key is the current one already.',
      );
    } finally {
      await server.close();
    }
  });

  it.each([
    '',
    'not json',
    '{"type":"authorized_user"}',
    '{"type":"service_account","private_key":"secret"}',
  ])('refuses a file that is none, without quoting it', (text) => {
    expect(() => checkKeyFile('key.json', text)).toThrow(
      /^key\.json is not the JSON key file of a service account: expected type, client_email/,
    );
  });
});

describe('the status', () => {
  const open: Doors = { dashboard: async () => true, scc: async () => true, board: async () => true };
  const status = (doors: Doors = open, endsAt = '2027-06-01T00:00:00Z') =>
    readStatus({
      secretOf: (name) => world.secret({}, name),
      doors,
      charters: async () => [{ bookedAt: undefined, endsAt }],
      now,
    });
  it('says when the old one of two keys is still let in, unless it is meant to be', async () => {
    fill();
    for (const name of ['service-key', 'dashboard-token']) world.manager.put(name, 'another-value');
    const notesOf = async (doors: Doors) =>
      (await status(doors)).filter(({ notes }) => notes.length > 0).map(({ name, notes }) => [name, notes]);
    expect(await notesOf(open)).toEqual([['service-key', ['the one before is still let in']]]);
    expect(await notesOf({ ...open, scc: async (key) => key === 'another-value' })).toEqual([]);
  });

  const fill = () => {
    for (const name of NAMES) if (name !== 'link-key') world.manager.put(name, `the-value-of-${name}`);
    world.manager.put('link-key', JSON.stringify([{ kid: 'a', key: 'x'.repeat(43), retiredAt: null }]));
  };

  it('shows each credential with its due date, no value, and nothing to do while all is well', async () => {
    fill();
    world.advance(10.5 * DAY);
    const statuses = await status();
    expect(statuses.some(({ isDue }) => isDue)).toBe(false);
    const text = renderStatus(statuses, 'prod');
    expect(text).toMatch(/^CREDENTIAL +SINCE +DUE +DAYS LEFT +STATE\n/);
    expect(text).toMatch(/^dashboard-token +2027-05-01 +2027-07-30 +79 +well$/m);
    expect(text).toMatch(/^service-key +2027-05-01 +2028-04-30 +354 +well$/m);
    expect(text).not.toMatch(/To do|the-value-of|xxxx/);
  });

  it('names what is due and how to rotate it', async () => {
    fill();
    world.advance(91.5 * DAY);
    const statuses = await status();
    expect(statuses.filter(({ isDue }) => isDue).map(({ name }) => name)).toEqual([
      'dashboard-token',
      'google-key',
    ]);
    const text = renderStatus(statuses, 'dev');
    expect(text).toMatch(/^dashboard-token .* -2 +due$/m);
    expect(text).toContain('To do:\n  npm run rotate -- dashboard-token --stack dev\n');
    expect(text).toContain('  npm run rotate -- google-key --file <key.json> --stack dev\n');
  });

  it('names what was never put, is not finished, is not let in, and can go', async () => {
    world.manager.put('dashboard-token', 'token-of-the-test');
    const secret = world.secret({}, 'dashboard-token');
    await secret.put('pending-token', ['AWSPENDING'], await secret.versions());
    world.manager.put('service-key', 'service-key-of-the-test');
    const keys = [
      { kid: 'old', key: 'x'.repeat(43), retiredAt: '2027-04-01T00:00:00Z' },
      { kid: 'new', key: 'y'.repeat(43), retiredAt: null },
    ];
    world.manager.put('link-key', JSON.stringify(keys));
    world.advance(2 * DAY);
    const statuses = await status({ ...open, scc: async () => false }, '2027-04-20T00:00:00Z');
    expect(Object.fromEntries(statuses.map(({ name, notes }) => [name, notes]))).toEqual({
      'dashboard-token': ['a rotation is not finished'],
      'service-key': ['is not let in'],
      'link-key': ['retired key old can go: --drop'],
      'google-key': ['there is none yet'],
      'board-key': ['there is none yet'],
    });
    expect(statuses.every(({ isDue }) => isDue)).toBe(true);
    const later = (await status(open, '2027-06-01T00:00:00Z')).find(({ name }) => name === 'link-key');
    expect(later).toMatchObject({ isDue: false, notes: ['retired key old is needed until 2027-06-08'] });
  });
});
