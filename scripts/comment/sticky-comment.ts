import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import { UserError } from '#bookings/model/problem.ts';
import { fetchWithRetries, type Answer, type HttpDeps } from '#functions/adapters/http-client.ts';

/** Where the comment is: one pull request of one repository, as one of GitHub's servers has it. */
export interface Place {
  /** Root of the REST API: `https://api.github.com`, or `https://ghe.example.com/api/v3`. */
  readonly api: string;
  readonly token: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly pullRequest: number;
}

export interface Posted {
  readonly done: 'created' | 'updated' | 'unchanged';
  readonly url: string;
}

/**
 * Makes the pull request have one comment of ours that begins with the marker, with this text: posted the first time, and
 * changed in place from then on. Somebody else's comment with the same marker is theirs. Throws {@link UserError}.
 */
export async function putStickyComment(
  place: Place,
  { marker, text }: { readonly marker: string; readonly text: string },
  deps: HttpDeps,
): Promise<Posted> {
  const github = createGitHub(place, deps);
  const { delay = wait } = deps;
  const me = await github.login();
  for (let round = 1; ; round++) {
    const ours = (await github.comments()).find(
      ({ user, body }) => user !== null && isSame(user, me) && body.startsWith(marker),
    );
    if (ours?.body === text) return { done: 'unchanged', url: ours.html_url };
    if (ours !== undefined) return { done: 'updated', url: await github.update(ours.id, text) };
    const url = await github.create(text, { isLast: round === ROUNDS });
    if (url !== null) return { done: 'created', url };
    await delay(PAUSE * 2 ** round);
  }
}

const ROUNDS = 4;
const PAUSE = 500;

/** Apps are called `name[bot]` in one API and `name` in the other; no person can be of type `Bot`. */
const isSame = (user: Comment['user'] & {}, me: string): boolean =>
  user.login === me || (user.type === 'Bot' && bare(user.login) === bare(me));
const bare = (login: string): string => login.replace(/\[bot\]$/, '');

const commentSchema = z.object({
  id: z.int(),
  html_url: z.string(),
  body: z
    .string()
    .nullish()
    .transform((body) => body ?? ''),
  /** null when the account is gone. */
  user: z.object({ login: z.string(), type: z.string() }).nullable(),
});
type Comment = z.output<typeof commentSchema>;

const viewerSchema = z.object({ data: z.object({ viewer: z.object({ login: z.string() }) }) });

function createGitHub({ api, token, repository, pullRequest }: Place, deps: HttpDeps) {
  const root = api.replace(/\/$/, '');
  const issue = `${root}/repos/${repository}/issues`;
  const where = `pull request ${pullRequest} of ${repository}`;
  const ask = async (
    method: string,
    url: string,
    { body, attempts }: { body?: unknown; attempts: number },
  ) => {
    const request = `${method} ${url}`;
    const init = {
      method,
      headers: headersOf(token),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    };
    return fetchWithRetries(request, { url, init, timeout: TIMEOUT, attempts }, deps).catch(
      (cause: unknown) => {
        throw new UserError(`GitHub does not answer: ${(cause as Error).message}`, [], { cause });
      },
    );
  };
  const read = <S extends z.ZodType>(answer: Answer, schema: S): z.output<S> => {
    if (answer.ok) return schema.parse(JSON.parse(answer.text));
    throw refused(answer, where);
  };
  return {
    /** Who the token is. Of all tokens, those of workflows too, this alone tells. */
    async login(): Promise<string> {
      const body = { query: '{ viewer { login } }' };
      return read(await ask('POST', graphqlOf(root), { body, attempts: ATTEMPTS }), viewerSchema).data.viewer
        .login;
    },
    async comments(): Promise<Comment[]> {
      const all: Comment[] = [];
      for (let page = 1; ; page++) {
        const url = `${issue}/${pullRequest}/comments?per_page=100&page=${page}`;
        const answer = await ask('GET', url, { attempts: ATTEMPTS });
        all.push(...read(answer, z.array(commentSchema)));
        if (!/rel="next"/.test(answer.headers.get('link') ?? '')) return all;
      }
    },
    async update(id: number, text: string): Promise<string> {
      const answer = await ask('PATCH', `${issue}/comments/${id}`, {
        body: { body: text },
        attempts: ATTEMPTS,
      });
      return read(answer, commentSchema).html_url;
    },
    /** null when it may or may not have been made: a second attempt could make a second comment, so look again first. */
    async create(text: string, { isLast }: { isLast: boolean }): Promise<string | null> {
      const asked = ask('POST', `${issue}/${pullRequest}/comments`, { body: { body: text }, attempts: 1 });
      const answer = isLast ? await asked : await asked.catch(() => null);
      if (answer === null || (!isLast && (answer.status >= 500 || answer.status === 429))) return null;
      return read(answer, commentSchema).html_url;
    },
  };
}

const ATTEMPTS = 4;
const TIMEOUT = 20_000;

/** `https://api.github.com/graphql`; an enterprise server has it at `/api/graphql`, beside `/api/v3`. */
const graphqlOf = (api: string): string => `${api.replace(/\/v3$/, '')}/graphql`;

const headersOf = (token: string) => ({
  accept: 'application/vnd.github+json',
  authorization: `Bearer ${token}`,
  'content-type': 'application/json',
  'user-agent': 'bosun',
  'x-github-api-version': '2022-11-28',
});

function refused({ status, text }: Answer, where: string): UserError {
  const said = /"message":\s*"([^"]{1,200})"/.exec(text)?.[1];
  const remedy = REMEDIES[status] ?? 'Run it again when GitHub is well (githubstatus.com)';
  return new UserError(`GitHub answers ${status} about ${where}${said ? ` ("${said}")` : ''}. ${remedy}.`);
}

const REMEDIES: Readonly<Record<number, string>> = {
  401: 'GITHUB_TOKEN is not, or no longer, valid',
  403: 'The token needs the permission "pull-requests: write", which workflows of forks never have',
  404: 'Either it does not exist, or the token may not see it',
  410: 'Issues and comments are switched off there',
  422: 'The comment was not accepted',
};
