import * as z from 'zod';
import { readJson } from '#bookings/model/read-input.ts';
import type { CardView } from '#bookings/model/views/card.ts';
import type { HttpFetch } from '../adapters/http-client.ts';
import type { Secret } from '../adapters/secrets.ts';
import { HttpProblem } from '../http.ts';
import { staleRevision } from '../stale-revision.ts';
import type { ExpensesOutcome, ExpensesRequest } from './expenses-contract.ts';

/** A card as the board shows it: the pipeline's section, and the crew's expenses (label → cents). */
export const boardCardSchema = z.looseObject({
  bookingKey: z.string(),
  title: z.string(),
  /** People move cards to lanes of their own. */
  lane: z.string(),
  date: z.string(),
  revision: z.int(),
  expenses: z.record(z.string(), z.int()).nullable(),
  /** Columns of the row in which somebody typed: they do not show what the card says. */
  edited: z.array(z.string()).default([]),
});
export type BoardCard = z.output<typeof boardCardSchema>;

export interface BoardContent {
  readonly lanes: string[];
  readonly cards: BoardCard[];
  /** Booking keys of rows of which nobody can say any more what they should show. */
  readonly unreadable: readonly string[];
}

/** The revenue board, an Apps Script web app. */
export interface BoardClient {
  /** Throws an {@link HttpProblem}: 409 when the board has a newer revision. */
  putCard(card: { bookingKey: string; revision: number; card: CardView }): Promise<void>;
  /** A card that is not there, or has a later version, is no failure: it is said. */
  putExpenses(expenses: ExpensesRequest): Promise<ExpensesOutcome>;
  listCards(): Promise<BoardContent>;
}

export function createBoardClient(
  { url, key, timeout = TIMEOUT }: { readonly url: string; readonly key: Secret; readonly timeout?: number },
  fetch: HttpFetch,
): BoardClient {
  const send = async (command: Command) =>
    post({ ...command, key: await key.read() }, { url, timeout }, fetch);
  /** A key that the board does not know may have been rotated since it was read. */
  const ask = async (command: Command): Promise<Reply> => {
    const reply = await send(command);
    if (reply.ok || reply.error !== 'forbidden') return reply;
    key.forget();
    return send(command);
  };
  return {
    async putCard(card) {
      const command = { command: 'putCard', ...card } as const;
      const reply = await ask(command);
      if (!reply.ok) throw toProblem(reply, command);
    },
    async putExpenses(expenses) {
      const command = { command: 'putExpenses', ...expenses } as const;
      const reply = await ask(command);
      if (!reply.ok && (reply.error === 'stale' || reply.error === 'unknown')) return reply.error;
      if (!reply.ok) throw toProblem(reply, command);
      const put = putReply.safeParse(reply);
      if (put.success) return put.data.outcome;
      throw new HttpProblem(502, FAILED, 'it does not say what became of the expenses', { cause: put.error });
    },
    async listCards() {
      const command = { command: 'listCards' } as const;
      const answer = await ask(command);
      if (!answer.ok) throw toProblem(answer, command);
      const reply = listReply.safeParse(answer);
      if (reply.success) return reply.data;
      throw new HttpProblem(502, FAILED, 'its list of cards is not what it should be', {
        cause: reply.error,
      });
    },
  };
}

/** Twice this, when the key was rotated, and still inside API Gateway's 30 seconds; longer than the board waits for its lock. */
const TIMEOUT = 12_000;

const FAILED = 'The board failed';

interface Command {
  readonly command: 'putCard' | 'putExpenses' | 'listCards';
  readonly revision?: number;
}

const replySchema = z.discriminatedUnion('ok', [
  z.looseObject({ ok: z.literal(true) }),
  z.object({
    ok: z.literal(false),
    error: z.string(),
    /** Of a stale card. */
    revision: z.int().optional(),
    /** Of an invalid one; they name fields and never quote values. */
    problems: z.array(z.string()).optional(),
  }),
]);
type Reply = z.output<typeof replySchema>;

const putReply = z.object({ outcome: z.enum(['updated', 'unchanged']) });

/** A card that a person broke hides no other one. */
const listReply = z
  .object({
    lanes: z.array(z.string()),
    cards: z.array(
      z.union([
        boardCardSchema,
        z.looseObject({ bookingKey: z.string() }).transform(({ bookingKey }) => bookingKey),
      ]),
    ),
    unreadable: z.array(z.string()).default([]),
  })
  .transform(({ lanes, cards, unreadable }): BoardContent => {
    const readable = cards.filter((card) => typeof card !== 'string');
    const broken = cards.filter((card) => typeof card === 'string');
    return { lanes, cards: readable, unreadable: [...unreadable, ...broken] };
  });

/**
 * A web app answers through a 302 to another host, which `fetch` follows by GET and without the body. It cannot
 * set a status: whatever goes wrong inside it is an HTML page with status 200.
 */
async function post(
  body: Command & { readonly key: string },
  { url, timeout }: { url: string; timeout: number },
  fetch: HttpFetch,
): Promise<Reply> {
  const text = await readText(
    () =>
      fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        redirect: 'follow',
        signal: AbortSignal.timeout(timeout),
      }),
    timeout,
  );
  const reading = readJson('reply', text, replySchema);
  if (reading.ok) return reading.value;
  const what = /^\s*</.test(text) ? `a page${titleOf(text)}` : 'something';
  throw new HttpProblem(502, FAILED, `it answered with ${what} instead of its JSON reply`);
}

async function readText(request: () => Promise<Response>, timeout: number): Promise<string> {
  try {
    const response = await request();
    if (response.ok) return await response.text();
    throw new HttpProblem(502, FAILED, `it answered ${response.status}`);
  } catch (cause) {
    if (cause instanceof HttpProblem) throw cause;
    const isLate = cause instanceof Error && cause.name === 'TimeoutError';
    const detail = isLate ? `no answer within ${timeout / 1000} s` : 'it cannot be reached';
    throw new HttpProblem(502, FAILED, detail, { cause });
  }
}

/** Google's pages say in their title what they are: a sign-in, an error. */
function titleOf(html: string): string {
  const title = /<title>([^<]{1,80})<\/title>/i.exec(html)?.[1];
  return title === undefined ? '' : ` (“${title.trim()}”)`;
}

type Refusal = Extract<Reply, { ok: false }>;

function toProblem({ error, revision, problems }: Refusal, command: Command): HttpProblem {
  if (error === 'stale' && revision !== undefined)
    return staleRevision(
      { ours: command.revision ?? 0, theirs: revision },
      `the board is already at revision ${revision}`,
    );
  if (error === 'invalid')
    return new HttpProblem(422, 'The board does not take this card', problems?.join('; '));
  if (error === 'busy') return new HttpProblem(503, 'The board is busy', 'another change is under way');
  return new HttpProblem(502, FAILED, REASONS[error] ?? `it answered “${error}”`);
}

const REASONS: Readonly<Record<string, string>> = {
  forbidden: 'it does not know our key: compare BOARD_KEY_HASH of the web app with the secret',
};
