/** Everything that a member of the crew can ask of a charter, for whoever tries it. */

/** What an attempt aims at: a charter, and things in it. */
export interface Target {
  readonly event: string;
  readonly photo: string;
  readonly receipt: string;
  /** Of a place in it, and of all that its page shows. */
  readonly version: string;
  readonly look: string;
}

export interface Route {
  readonly name: string;
  readonly method: string;
  path(target: Target): string;
  /** One of the two, of a write. */
  json?(target: Target): object;
  form?(target: Target): Record<string, string>;
}

const events = ({ event }: Target) => `/api/events/${event}`;
const page = ({ event }: Target) => `/crew/events/${event}`;
const photo =
  (purpose: 'photo' | 'receipt', variant: string): Route['path'] =>
  (target) =>
    `${events(target)}/photos/${target[purpose]}/${variant}`;

const made = (id: string) => ({ id, lamport: 1_000, at: '2026-12-01T12:00:00-08:00' });
const TICK = { kind: 'tick', list: 'jada-before', item: 'fuel', done: true };
const EXPENSE = {
  kind: 'expense',
  category: 'supplies',
  text: 'attempted',
  cents: 4_321,
  receipt: null,
  removed: false,
};

export const READS: readonly Route[] = [
  { name: 'GET the page', method: 'GET', path: page },
  { name: 'HEAD of the page', method: 'HEAD', path: page },
  { name: 'GET log', method: 'GET', path: (target) => `${events(target)}/log` },
];

/** What an invitation opens beside reading. */
export const ANSWERS: readonly Route[] = [
  {
    name: 'POST seen',
    method: 'POST',
    path: (target) => `${events(target)}/seen`,
    json: ({ look }) => ({ id: 'attempted-seen-0001', look }),
  },
  {
    name: 'POST answers, confirming',
    method: 'POST',
    path: (target) => `${events(target)}/answers`,
    json: ({ version, look }) => ({ id: 'attempted-answer-01', answer: 'confirmed', version, look }),
  },
  {
    name: 'POST answers, declining by form',
    method: 'POST',
    path: (target) => `${events(target)}/answers`,
    form: ({ version }) => ({
      id: 'attempted-answer-02',
      answer: 'declined',
      version,
      reason: 'attempted reason',
    }),
  },
];

/** What only those on board may. */
export const ABOARD: readonly Route[] = [
  {
    name: 'POST entries, a tick and an expense',
    method: 'POST',
    path: (target) => `${events(target)}/entries`,
    json: () => ({
      entries: [
        { ...made('attempted-tick-0001'), ...TICK },
        { ...made('attempted-expense-01'), ...EXPENSE, expense: 'attempted-expense-01' },
      ],
    }),
  },
  {
    name: 'POST entries, a note by form',
    method: 'POST',
    path: (target) => `${events(target)}/entries`,
    form: () => ({
      id: 'attempted-note-0001',
      kind: 'note',
      list: 'jada-before',
      item: 'fuel',
      text: 'attempted',
    }),
  },
  {
    name: 'POST entries, taking a photo away',
    method: 'POST',
    path: (target) => `${events(target)}/entries`,
    json: (target) => ({
      entries: [{ ...made('attempted-removal-01'), kind: 'photo-removed', photo: target.photo }],
    }),
  },
  {
    name: 'POST uploads',
    method: 'POST',
    path: (target) => `${events(target)}/uploads`,
    json: () => ({
      uploads: (['photo', 'receipt'] as const).map((purpose) => ({
        photo: `attempted-${purpose}-1`.padEnd(20, '0'),
        purpose,
        variant: 'original',
        type: 'image/jpeg',
        size: 1_000,
      })),
    }),
  },
];

export const PICTURES: readonly Route[] = [
  { name: 'GET a photo', method: 'GET', path: photo('photo', 'original') },
  { name: 'GET a photo’s thumbnail', method: 'GET', path: photo('photo', 'thumbnail') },
];
export const RECEIPT: Route = { name: 'GET a receipt', method: 'GET', path: photo('receipt', 'original') };

/** What only the captain may. */
export const CAPTAINS: readonly Route[] = [
  { name: 'GET answers', method: 'GET', path: (target) => `${events(target)}/answers` },
  {
    name: 'POST close',
    method: 'POST',
    path: (target) => `${events(target)}/close`,
    json: () => ({ id: 'attempted-close-001' }),
  },
  {
    name: 'POST close by form',
    method: 'POST',
    path: (target) => `${events(target)}/close`,
    form: () => ({ id: 'attempted-close-002' }),
  },
  {
    name: 'POST open',
    method: 'POST',
    path: (target) => `${events(target)}/open`,
    json: () => ({ id: 'attempted-open-0001' }),
  },
];

/** What only the operator may, here by the routes that concern one charter. */
export const OPERATORS: readonly Route[] = [
  { name: 'GET the event', method: 'GET', path: events },
  { name: 'PUT the event', method: 'PUT', path: events, json: () => ({}) },
  {
    name: 'POST cancel',
    method: 'POST',
    path: (target) => `${events(target)}/cancel`,
    json: () => ({ revision: 99 }),
  },
  { name: 'POST expenses-due', method: 'POST', path: (target) => `${events(target)}/expenses-due` },
  {
    name: 'POST inspect',
    method: 'POST',
    path: (target) => `${events(target)}/inspect`,
    json: () => ({}),
  },
];

/** Of one's own session. */
export const SESSION: readonly Route[] = [
  { name: 'POST session/end', method: 'POST', path: () => '/api/session/end', json: () => ({}) },
  { name: 'POST session/end by form', method: 'POST', path: () => '/api/session/end', form: () => ({}) },
];

export const ALL_ROUTES = [...READS, ...ANSWERS, ...ABOARD, ...PICTURES, RECEIPT, ...CAPTAINS, ...OPERATORS];

export interface Sender {
  /** Where it knocks: the site, or an API's own address. */
  readonly at: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as header, or as the form's field; absent: not at all. */
  readonly csrf?: string | undefined;
}

export interface Outcome {
  /** `403 Not one of your charters`, `303 /crew`, `410` of a page. */
  readonly said: string;
  readonly body: string;
}

/** One request, with all that it takes to get through for who may. */
export async function attempt(route: Route, target: Target, { at, headers, csrf }: Sender): Promise<Outcome> {
  const { method } = route;
  const [json, form] = [route.json?.(target), route.form?.(target)];
  const answer = await fetch(`${at}${route.path(target)}`, {
    method,
    redirect: 'manual',
    headers: {
      ...headers,
      ...(json && { 'content-type': 'application/json' }),
      ...(json && csrf !== undefined && { 'x-csrf-token': csrf }),
    },
    ...(json && { body: JSON.stringify(json) }),
    ...(form && { body: new URLSearchParams({ ...(csrf !== undefined && { csrf }), ...form }) }),
  });
  const body = await answer.text();
  return { said: [answer.status, ...saidBy(answer, body)].join(' '), body };
}

function saidBy(answer: Response, body: string): string[] {
  const location = answer.headers.get('location');
  if (location !== null) return [location.replace(/[0-9a-v]{20}/, '<id>')];
  if (answer.ok || !answer.headers.get('content-type')?.includes('json')) return [];
  const { title, message } = JSON.parse(body) as { title?: string; message?: string };
  return [title ?? message ?? ''];
}
