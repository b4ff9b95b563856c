import * as z from 'zod';

/** An error as every API of ours answers it: RFC 9457, with all problems of a refused input at once. */
const problemSchema = z
  .object({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    requestId: z.string().optional(),
    problems: z
      .array(
        z.object({
          where: z.string(),
          path: z.string(),
          expected: z.string(),
          found: z.string(),
          remedy: z.string().optional(),
        }),
      )
      .optional(),
  })
  .catchall(z.unknown())
  .meta({ id: 'Problem' });

/** A JSON body of a request: always required. */
export const jsonBody = <S extends z.ZodType>(schema: S, description: string) => ({
  content: { 'application/json': { schema } },
  description,
  required: true as const,
});

/** A JSON reply. */
export const jsonReply = <S extends z.ZodType>(schema: S, description: string) => ({
  content: { 'application/json': { schema } },
  description,
});

/** The next page, after a form. */
export const pageReply = { 303: { description: 'To the page, which says what came of the form' } } as const;

/** Documents the errors of a route: `responses: { 200: jsonReply(…), ...problemReplies(401, 409) }`. */
export const problemReplies = (...statuses: (keyof typeof PROBLEMS)[]): Record<never, never> =>
  Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        content: { 'application/problem+json': { schema: problemSchema } },
        description: PROBLEMS[status],
      },
    ]),
  );

const PROBLEMS = {
  400: 'The request cannot be read',
  401: 'No valid credentials',
  403: 'These credentials do not open this route',
  404: 'There is no such thing',
  409: 'The stored state is newer, or does not allow it',
  410: 'It is over, revoked, or was never there',
  413: 'The body is too large',
  415: 'The body is neither JSON nor a form',
  422: 'The request does not fit the schema; lists all problems',
  429: 'Too many requests',
  500: 'A bug; nothing more is said',
  502: 'A system behind this one answered wrongly',
  503: 'A system behind this one cannot be reached',
} as const;
