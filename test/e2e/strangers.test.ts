import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as routes from './attempts.ts';
import { attempt, type Outcome, type Route } from './attempts.ts';
import { EVENTS, startBusyCrew, targetOf } from './busy-crew.ts';
import { NOBODIES, PARTS, senderOf, SPOILT, STRANGERS, type Credential, type Hands } from './credentials.ts';
import { fingerprint, get } from './look.ts';
import { asOperator } from './crew-client.ts';
import { formFor, sendForm } from './upload.ts';
import type { World } from './world.ts';

let world: World;
let hands: Hands;
let before: string;
beforeAll(async () => {
  ({ world, hands } = await startBusyCrew());
  before = await fingerprint(world);
});
afterAll(() => world?.close());

const at = (event: string) => targetOf(event, hands.seen);

/** What no stranger may be shown of these charters. An amount in cents stands alone: random ids have such digits too. */
const SECRETS =
  /Guest of|secret|765[.,]43|(?<![\da-f])76543(?![\da-f])|JADA|\b(May|June|July|August) \d|X-Amz/i;

/** Under which ids a charter is tried. Only the first is one. */
const IDS: Readonly<Record<string, (id: string) => string>> = {
  'its id': (id) => id,
  'an invented one': () => '0123456789abcdefghij',
  'a malformed one': () => 'x',
  'its id in capitals': (id) => id.toUpperCase(),
  'its id and an encoded zero': (id) => `${id}%00`,
  'its id encoded below another': (id) => `${EVENTS.ours}%2F..%2F${id}`,
};

/** What a route answers to somebody, by the id that was tried. */
async function outcomesOf(route: Route, credential: Credential): Promise<[string, Outcome][]> {
  const target = at(EVENTS[credential.event ?? 'theirs']);
  const sender = senderOf(credential, hands);
  const attempts = Object.entries(IDS).map(async ([label, toId]): Promise<[string, Outcome]> => [
    label,
    await attempt(route, { ...target, event: toId(target.event) }, sender),
  ]);
  return Promise.all(attempts);
}

/** By the id that was tried: `refused`, or what was said instead. */
async function verdicts(
  route: Route,
  credential: Credential,
  refusals: { readonly toReal: RegExp; readonly toInvented: RegExp },
): Promise<Record<string, string>> {
  const outcomes = await outcomesOf(route, credential);
  const verdictOf = (label: string, { said, body }: Outcome) => {
    if (SECRETS.test(body)) return `${said}, and it gives something away`;
    if (label === 'its id') return refusals.toReal.test(said) ? 'refused' : said;
    if (refusals.toInvented.test(said)) return 'refused';
    return label !== 'an invented one' && (NO_ID.test(said) || refusals.toReal.test(said)) ? 'refused' : said;
  };
  return Object.fromEntries(outcomes.map(([label, outcome]) => [label, verdictOf(label, outcome)]));
}
/** What is no id may also have no route. */
const NO_ID = /^(404.*|303 \/crew(\/events\/<id>)?\?notice=refused)$/;
const ALL_REFUSED = Object.fromEntries(Object.keys(IDS).map((label) => [label, 'refused']));

const isPage = ({ path }: Route) => path(targetOf('x')).startsWith('/crew/');
const isOperators = (route: Route) => routes.OPERATORS.includes(route);
const toNobody = (route: Route) =>
  isPage(route) ? /^401$/ : route.form ? /^303 \/crew$/ : /^401 Unauthorized$/;
function toStranger(route: Route): RegExp {
  if (isPage(route)) return /^410$/;
  if (route.form) return /^303 \/crew\/events\/<id>\?notice=refused$/;
  return isOperators(route) ? /^403 Forbidden$/ : /^403 Not one of your charters$/;
}
const asStranger = (route: Route) => ({ toReal: toStranger(route), toInvented: toStranger(route) });
/** Who has a part in the charter may know that it is there. */
const asPart = (route: Route) => ({
  ...asStranger(route),
  toReal: route.form ? toStranger(route) : /^403 (Only|Forbidden)/,
});
const asNobody = (route: Route) => ({ toReal: toNobody(route), toInvented: toNobody(route) });

const unchanged = () =>
  it('and it changed nothing', async () => {
    expect(await fingerprint(world)).toBe(before);
  });

describe(`A charter tried under ${Object.keys(IDS).join(', ')}`, () => {
  describe.each(NOBODIES)('with $name', (credential) => {
    it.each(routes.ALL_ROUTES)('refuses $name', async (route) => {
      expect(await verdicts(route, credential, asNobody(route))).toEqual(ALL_REFUSED);
    });
    unchanged();
  });

  describe.each(SPOILT)('with $name', (credential) => {
    it.each(routes.ALL_ROUTES.filter((route) => !isPage(route)))('refuses $name', async (route) => {
      expect(await verdicts(route, credential, asNobody(route))).toEqual(ALL_REFUSED);
    });
    unchanged();
  });

  describe.each(STRANGERS)('with $name', (credential) => {
    it.each(routes.ALL_ROUTES)('refuses $name', async (route) => {
      expect(await verdicts(route, credential, asStranger(route))).toEqual(ALL_REFUSED);
    });
    unchanged();
  });

  describe.each(PARTS)('with $name', (credential) => {
    it.each(routes.ALL_ROUTES.filter((route) => !credential.may?.includes(route)))(
      'refuses $name',
      async (route) => {
        expect(await verdicts(route, credential, asPart(route))).toEqual(ALL_REFUSED);
      },
    );
    it.each(routes.READS)('opens $name', async (route) => {
      const target = at(EVENTS[credential.event ?? 'theirs']);
      expect((await attempt(route, target, senderOf(credential, hands))).said).toBe('200');
    });
    unchanged();
  });
});

describe('A member on board of one charter', () => {
  const own = (path: string) =>
    get(`${hands.site}/api/events/${EVENTS.ours}${path}`, { cookie: hands.phones.john.cookie });

  it.each(['photo', 'receipt'] as const)(
    'gets no %s of another under their own: it is as if there were none',
    async (purpose) => {
      for (const event of [EVENTS.theirs, EVENTS.taken, EVENTS.open]) {
        const [real, invented] = await Promise.all([
          own(`/photos/${at(event)[purpose]}/original`),
          own('/photos/no-such-photo-at-all/original'),
        ]);
        expect(real.status).toBe(404);
        expect(await real.text()).toBe(await invented.text());
      }
    },
  );

  it('gets a colleague’s photo, and not their receipt', async () => {
    const { photo, receipt } = at(EVENTS.taken);
    const colleagues = (name: string) =>
      get(`${hands.site}/api/events/${EVENTS.taken}/photos/${name}/original`, {
        cookie: hands.phones.jane.cookie,
      });
    expect((await colleagues(photo)).status).toBe(302);
    expect((await colleagues(receipt)).status).toBe(404);
    expect((await hands.phones.jane.log(EVENTS.taken)).entries.map(({ id }) => id).toSorted()).toEqual(
      [`note-of-${EVENTS.taken}`, `photo-${photo}`, `thumbnail-${photo}`].toSorted(),
    );
  });

  it('who is invited to a charter reads nothing of what its crew entered', async () => {
    const { log } = hands.phones.john;
    expect(await log(EVENTS.open)).toMatchObject({ entries: [], isCaptain: false });
    const { body } = await asOperator<unknown>(world, 'GET', `/api/events/${EVENTS.open}/answers`);
    expect(JSON.stringify(body)).toContain('john');
    const page = await hands.phones.john.look(EVENTS.open);
    expect(page.html).not.toMatch(/secret|photo-of-/);
  });

  it('cannot take away what belongs to others, there or here', async () => {
    const removal = (event: string, photo: string) =>
      hands.phones.jane.enter(event, [
        { id: 'attempted-removal-02', lamport: 9, at: '2026-12-01T20:00:00Z', kind: 'photo-removed', photo },
      ]);
    const codes = [
      await removal(EVENTS.taken, at(EVENTS.taken).photo),
      await removal(EVENTS.taken, at(EVENTS.taken).receipt),
      await removal(EVENTS.theirs, at(EVENTS.taken).photo),
    ].map(({ body }) => body.entries.map(({ status, code }) => `${status}: ${code}`));
    expect(codes.flat()).toEqual(['refused: not-yours', 'refused: unknown-photo', 'refused: unknown-photo']);
  });

  it('cannot send a picture to another charter by the form for their own', async () => {
    const picture = { photo: 'attempted-picture-01', purpose: 'photo' } as const;
    const { url, fields } = await formFor(hands.phones.john, EVENTS.ours, picture);
    const key = fields['key']!;
    for (const other of [
      key.replace(EVENTS.ours, EVENTS.theirs),
      key.replace('/john/', '/jane/'),
      key.replace('attempted-picture-01', at(EVENTS.theirs).photo),
      key.replace(/^photo/, 'receipt'),
    ])
      expect(await sendForm({ url, fields: { ...fields, key: other } }), other).toBe(403);
  });

  it('cannot read another picture by the address of one', async () => {
    const { photo, receipt } = at(EVENTS.theirs);
    const answer = await get(`${hands.site}/api/events/${EVENTS.theirs}/photos/${photo}/original`, {
      cookie: hands.phones.jane.cookie,
    });
    const signed = answer.headers.get('location')!;
    expect((await get(signed)).status).toBe(200);
    const rosas = signed
      .replace(EVENTS.theirs, EVENTS.taken)
      .replace('/jane/', '/rosa/')
      .replace(photo, at(EVENTS.taken).photo);
    for (const other of [
      signed.replace(`/photo/`, '/receipt/').replace(photo, receipt),
      rosas,
      signed.replace('/original', '/thumbnail'),
      signed.split('?')[0]!,
    ])
      expect((await get(other)).status, other).toBe(403);
  });

  unchanged();
});

describe('The same requests, by who may,', () => {
  const JANE: Credential = { name: 'jane', headers: ({ phones }) => ({ cookie: phones.jane.cookie }) };
  const MIKE: Credential = { name: 'mike', headers: ({ phones }) => ({ cookie: phones.mike.cookie }) };
  const good = /^(200|302 .*|303 \/crew\/events\/<id>\?notice=(saved|declined).*)$/;

  it.each([...routes.READS, ...routes.PICTURES, routes.RECEIPT, ...routes.ABOARD, ...routes.ANSWERS])(
    'get through: $name',
    async (route) => {
      const { said, body } = await attempt(route, at(EVENTS.theirs), senderOf(JANE, hands));
      expect(said).toMatch(good);
      expect(body).not.toMatch(/"status":"(refused|taken)"/);
    },
  );
  it.each(routes.CAPTAINS)('get through for the captain: $name', async (route) => {
    expect((await attempt(route, at(EVENTS.ours), senderOf(MIKE, hands))).said).toMatch(good);
  });
  it('and did change something', async () => {
    expect(await fingerprint(world)).not.toBe(before);
  });
});
