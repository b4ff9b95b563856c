import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { uploadKeyOf } from '#bookings/model/ids.ts';
import { createSecret } from '#functions/adapters/secrets.ts';
import { SIGNING } from '#functions/credential-watch/validity.ts';
import { createApp } from '#functions/scc-api/app.ts';
import { putEvent } from '#functions/scc-api/put-event.ts';
import { release } from '#functions/scc-api/release.ts';
import { createCrewReader, type CrewReader } from '#functions/scc/crew-reader.ts';
import { createLinkKeys, signingKey, type LinkKey } from '#functions/scc/link-keys.ts';
import { csrfToken, SESSION_COOKIE, signLink, signSession } from '#functions/scc/links.ts';
import { dropLinkKeys, retiredKeys } from '#scripts/rotate/drop-link-keys.ts';
import { holderOf } from '#scripts/rotate/kept-secret.ts';
import { rotateLinkKey } from '#scripts/rotate/link-key.ts';
import { createLocalApi, CREW_URL, ORIGIN_SECRET } from '#test/functions/scc-api/local-api.ts';
import { startLocalScc, type LocalScc } from '#test/functions/scc/local-scc.ts';
import { samplePut } from '#test/functions/scc/samples.ts';
import { NAME, runQuietly, runWithCrashes, startSecrets, type SecretsWorld } from './secrets-world.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const PAGE = 'xhqgmdh';
const BOOKING = 'boatsetter-xhqgmdh';
const now = () => new Date();

let world: SecretsWorld;
let scc: LocalScc;
let eventId: string;
beforeAll(async () => {
  scc = await startLocalScc();
  await scc.registry.put('john', { name: 'John', email: 'john@example.test', active: true });
  const put = samplePut({ bookingKey: BOOKING, view: { pageId: PAGE } });
  ({ eventId } = put.event.view);
  await putEvent(put, scc);
  await release(
    { eventId, revision: put.revision },
    { ...scc, publish: async () => undefined, now: () => new Date('2027-05-01T12:00:00Z') },
  );
});
afterAll(() => scc.close());
beforeEach(async () => {
  world = await startSecrets();
});
afterEach(() => world.close());

const keysNow = () => JSON.parse(world.manager.value(NAME) ?? '[]') as LinkKey[];

/** The crew's portal, scc-api and what signs mails, in several instances with memories of their own. */
function startFunctions(count = 3) {
  return Array.from({ length: count }, () => {
    const linkKeys = createLinkKeys(createSecret(world.connect(), { name: NAME }));
    const reader = createCrewReader({ tables: scc.tables, linkKeys });
    const app = createApp({
      ...createLocalApi(scc).deps,
      linkKeys,
      memberOf: (...asked: Parameters<CrewReader['memberOf']>) => reader.memberOf(...asked),
      now,
    });
    return { linkKeys, reader, app };
  });
}
type Functions = ReturnType<typeof startFunctions>;

/** Each reads the secret at another time, and so again at another time. */
async function stagger(functions: Functions): Promise<void> {
  for (const { linkKeys } of functions) {
    world.advance(100_000);
    await linkKeys.read();
  }
}

interface Tokens {
  readonly link: string;
  readonly session: string;
  readonly csrf: string;
  readonly upload: string;
}

async function sign({ linkKeys }: Functions[number]): Promise<Tokens> {
  const keys = await linkKeys.read();
  const session = signSession(keys, { member: 'john', linkVersion: 1, now: now() });
  return {
    link: signLink(keys, { member: 'john', eventId, linkVersion: 1 }),
    session,
    csrf: csrfToken(keys, session),
    upload: uploadKeyOf(signingKey(keys).key, PAGE),
  };
}

/** What does not work with these tokens at an instance. */
async function refusals({ reader, app }: Functions[number], { link, session, csrf, upload }: Tokens) {
  const opened = await reader.openLink(link, now());
  const browser = { 'x-origin-secret': ORIGIN_SECRET };
  const cookie = `${SESSION_COOKIE}=${session}`;
  const photos = await app.request(`/api/g/${PAGE}/photos`, {
    headers: { ...browser, 'x-upload-key': upload },
  });
  const ended = await app.request('/api/session/end', {
    method: 'POST',
    headers: {
      ...browser,
      cookie,
      'x-csrf-token': csrf,
      origin: CREW_URL,
      'content-type': 'application/json',
    },
    body: '{}',
  });
  return [
    ...(opened?.kind === 'open' ? [] : ['link']),
    ...(photos.status === 200 ? [] : [`guest ${photos.status}`]),
    ...(ended.status === 204 ? [] : [`session ${ended.status}`]),
  ];
}

/** Everything that one instance signs is shown to the next one at once; and what was signed long ago as well. */
async function startPeople(functions: Functions) {
  const people = { shown: 0, refused: [] as string[] };
  const old = await sign(functions[0]!);
  let turn = 0;
  return {
    people,
    old,
    async call() {
      const signer = functions[turn % functions.length]!;
      const reader = functions[(turn + 1) % functions.length]!;
      turn++;
      for (const tokens of [await sign(signer), old]) {
        people.shown++;
        people.refused.push(...(await refusals(reader, tokens)));
      }
    },
  };
}

const rotate = (options: { meanwhile?: () => Promise<void>; dyingAfter?: number; again?: boolean } = {}) => {
  const { again = false, ...operator } = options;
  const delay = world.delayIn(60_000, options.meanwhile);
  return runQuietly(rotateLinkKey({ secret: world.secret(operator), now, again }), { delay });
};
const drop = (charters: Parameters<typeof retiredKeys>[1], force = false) =>
  runQuietly(dropLinkKeys({ secret: world.secret(), charters: async () => charters, now, force }));

describe('rotating the link key', () => {
  it('makes the first one', async () => {
    const { exit, said } = await rotate();
    expect(exit).toBe(0);
    const [key, ...others] = keysNow();
    expect(others).toEqual([]);
    expect(key!.kid).toMatch(/^2027-05-01-[0-9a-f]{6}$/);
    expect(Buffer.from(key!.key, 'base64url')).toHaveLength(32);
    expect(said).not.toContain(key!.key);
  });

  it('refuses nobody what was signed at any moment, wherever the machine dies', async () => {
    await rotate();
    const [first] = keysNow();
    const functions = startFunctions();
    const { people, old, call } = await startPeople(functions);
    world.advance(10 * DAY);
    await stagger(functions);
    const { crashes, said } = await runWithCrashes((dyingAfter) => rotate({ dyingAfter, meanwhile: call }));
    expect(crashes).toBeGreaterThan(2);
    // Functions that know nothing of it yet go on signing with the old key.
    await world.delayIn(60_000, call)(6 * MINUTE);
    expect(people.refused).toEqual([]);
    expect(people.shown).toBeGreaterThan(40);
    const [retired, signing] = keysNow();
    expect(retired).toMatchObject({ kid: first!.kid, key: first!.key });
    expect(signing!.retiredAt).toBeNull();
    for (const one of functions) {
      expect(signingKey(await one.linkKeys.read())).toEqual(signing);
      expect(await refusals(one, old)).toEqual([]);
    }
    for (const { key } of keysNow()) expect(said).not.toContain(key);
  });

  it('would refuse some if the new key signed as soon as it is put, or the old one were retired at once', async () => {
    await rotate();
    const functions = startFunctions();
    await stagger(functions);
    const { people, call } = await startPeople(functions);
    const secret = world.secret();
    const [first] = keysNow();
    const rash = [
      { ...first!, retiredAt: now().toISOString() },
      { kid: 'rash', key: 'a-key-that-nobody-knows', retiredAt: null },
    ];
    await secret.put(JSON.stringify(rash), ['AWSCURRENT'], await secret.versions());
    await world.delayIn(60_000, call)(6 * MINUTE);
    expect(people.refused).not.toEqual([]);
  });

  it('lets the old key sign until the new one is known, and counts its age from when it signs', async () => {
    await rotate();
    const [first] = keysNow();
    const secret = world.secret();
    const signingSince = async () => holderOf(await secret.versions(), SIGNING)!.createdAt.getTime();
    const before = await signingSince();
    world.advance(30 * DAY);
    const waiting = rotateLinkKey({ secret, now, again: false });
    const announce = await waiting({ isFirst: true, waited: new Set() });
    if (announce.kind === 'act') await announce.act();
    expect(keysNow()).toHaveLength(2);
    expect(signingKey(keysNow())).toEqual(first);
    expect(await signingSince()).toBe(before);
    expect(await waiting({ isFirst: false, waited: new Set() })).toMatchObject({
      kind: 'wait',
      milliseconds: 6 * MINUTE,
    });
    await rotate();
    expect(signingKey(keysNow())).not.toEqual(first);
    expect(await signingSince()).toBeGreaterThan(before + 29 * DAY);
    world.advance(DAY);
    expect((await rotate()).said).toMatch(/nothing was done/);
    expect(keysNow()).toHaveLength(2);
  });
});

describe('a retired link key', () => {
  const AT = '2027-05-01T12:00:00Z';
  const retired: LinkKey = { kid: 'old', key: 'a-key-that-was-retired', retiredAt: AT };

  it.each([
    ['without charters, for the sessions', [], '2027-05-31T12:00:00Z'],
    [
      'until the last charter booked before is 7 days over',
      [
        { bookedAt: '2027-04-30T12:00:00-07:00', endsAt: '2027-08-01T20:00:00Z' },
        { bookedAt: '2027-01-01T12:00:00Z', endsAt: '2027-06-01T20:00:00Z' },
        { bookedAt: '2027-05-02T12:00:00Z', endsAt: '2027-12-24T20:00:00Z' },
      ],
      '2027-08-08T20:00:00Z',
    ],
    [
      'also for a charter of which nobody knows when it was booked',
      [{ bookedAt: undefined, endsAt: '2027-09-01T20:00:00Z' }],
      '2027-09-08T20:00:00Z',
    ],
  ])('is needed %s', (_, charters, until) => {
    expect(retiredKeys([retired], charters)).toEqual([{ kid: 'old', until }]);
  });

  it('stays until then, and goes after it', async () => {
    await rotate();
    await rotate({ again: true });
    expect(keysNow()).toHaveLength(2);
    const [old, signing] = keysNow();
    const charters = [{ bookedAt: '2027-01-01T00:00:00Z', endsAt: '2027-07-01T00:00:00Z' }];
    const early = await drop(charters);
    expect(early).toEqual({
      exit: 3,
      said: `Retired link keys are still needed:\n  ${old!.kid} until 2027-07-08`,
    });
    world.advance(Date.parse('2027-07-08T00:01:00Z') - Date.now());
    const { exit, said } = await drop(charters);
    expect(exit).toBe(0);
    expect(said).toMatch(/Calendars that the crew subscribed to with it stop/);
    expect(keysNow()).toEqual([signing]);
    expect((await drop(charters)).said).toBe('There is no retired link key.');
  });

  it('goes at once after a leak, and with it what it signed', async () => {
    await rotate();
    const functions = startFunctions(1);
    const { old } = await startPeople(functions);
    await rotate({ again: true });
    expect((await drop([{ bookedAt: undefined, endsAt: '2030-01-01T00:00:00Z' }], true)).exit).toBe(0);
    world.advance(6 * MINUTE);
    expect(await refusals(functions[0]!, old)).toEqual(['link', 'guest 401', 'session 401']);
    expect(await refusals(functions[0]!, await sign(functions[0]!))).toEqual([]);
  });
});
