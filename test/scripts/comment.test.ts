import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MARKER } from '#bookings/reconcile/render-markdown.ts';
import { fitComment, MOST_CHARACTERS } from '#scripts/comment/fit.ts';
import { putStickyComment } from '#scripts/comment/sticky-comment.ts';
import { PREVIEW_MARKER } from '#scripts/deploy/preview.ts';
import { listen, type Listening } from '#scripts/stack/listen.ts';

interface Comment {
  id: number;
  html_url: string;
  body: string | null;
  user: { login: string; type: string } | null;
}

const BOT = { login: 'github-actions[bot]', type: 'Bot' };
const person = (login: string) => ({ login, type: 'User' });

/** The few routes of GitHub that a sticky comment needs, with the comments of pull request 7. */
function createGitHub() {
  const comments: Comment[] = [];
  const calls: string[] = [];
  /** What the next calls come to: a status before anything happens, or `lost`: it happens, and the reply does not arrive. */
  const faults: (number | 'lost')[] = [];
  let viewer = 'github-actions[bot]';
  const add = (body: string | null, user: Comment['user'] = BOT): Comment => {
    const id = comments.length + 1;
    comments.push({ id, html_url: `https://github.example/7#${id}`, body, user });
    return comments.at(-1)!;
  };
  const page = (url: URL) => {
    const [size, number] = ['per_page', 'page'].map((name) => Number(url.searchParams.get(name)));
    const rows = comments.slice((number! - 1) * size!, number! * size!);
    const more = comments.length > number! * size!;
    return Response.json(rows, { headers: more ? { link: `<${url.origin}/next>; rel="next"` } : {} });
  };
  const effect = async (request: Request, url: URL): Promise<Response> => {
    if (url.pathname === '/graphql') return Response.json({ data: { viewer: { login: viewer } } });
    const at = /^\/repos\/sail\/jada\/issues\/(?:7\/comments|comments\/(\d+))$/.exec(url.pathname);
    if (at === null) return Response.json({ message: 'Not Found' }, { status: 404 });
    if (request.method === 'GET') return page(url);
    const { body } = (await request.json()) as { body: string };
    if (body.length > MOST_CHARACTERS)
      return Response.json({ message: 'Body is too long (maximum is 65536 characters)' }, { status: 422 });
    if (request.method === 'POST') return Response.json(add(body), { status: 201 });
    const comment = comments[Number(at[1]) - 1]!;
    if (comment.user?.login !== BOT.login)
      return Response.json({ message: 'Must have admin rights' }, { status: 403 });
    comment.body = body;
    return Response.json(comment);
  };
  return {
    comments,
    calls,
    faults,
    add,
    isCalled: (login: string) => void (viewer = login),
    async fetch(request: Request): Promise<Response> {
      const url = new URL(request.url);
      calls.push(`${request.method} ${url.pathname}`);
      if (request.headers.get('authorization') !== 'Bearer good')
        return Response.json({ message: 'Bad credentials' }, { status: 401 });
      const fault = faults.shift();
      if (typeof fault === 'number') return Response.json({ message: 'Sorry' }, { status: fault });
      const reply = await effect(request, url);
      return fault === 'lost' ? Response.json({ message: 'Gateway' }, { status: 502 }) : reply;
    },
  };
}

let github: ReturnType<typeof createGitHub>;
let server: Listening;
let directory: string;

beforeEach(async () => {
  github = createGitHub();
  server = await listen(github.fetch);
  directory = await mkdtemp(join(tmpdir(), 'bosun-comment-'));
});
afterEach(async () => {
  await server.close();
  await rm(directory, { recursive: true });
});

const TEXT = `${MARKER}\n## Bookings plan\n`;
const put = (text = TEXT, place: { token?: string; pullRequest?: number } = {}) =>
  putStickyComment(
    { api: server.url, token: 'good', repository: 'sail/jada', pullRequest: 7, ...place },
    { marker: MARKER, text },
    { fetch, delay: async () => undefined },
  );
const ours = () => github.comments.filter(({ user }) => user?.login === BOT.login);

describe('the comment with a plan', () => {
  it('is posted once, changed in place from then on, and left alone when it says that already', async () => {
    expect(await put()).toEqual({ done: 'created', url: 'https://github.example/7#1' });
    expect(await put()).toMatchObject({ done: 'unchanged' });
    expect(await put(`${TEXT}new`)).toEqual({ done: 'updated', url: 'https://github.example/7#1' });
    expect(github.comments.map(({ body }) => body)).toEqual([`${TEXT}new`]);
  });

  it('is found behind many others', async () => {
    for (let number = 0; number < 230; number++) github.add(`comment ${number}`, person('ann'));
    const mine = github.add(TEXT);
    github.add(null, null);
    expect(await put(`${TEXT}new`)).toEqual({ done: 'updated', url: mine.html_url });
    expect(github.calls.filter((call) => call.startsWith('GET'))).toHaveLength(3);
  });

  it('is never somebody else’s, whatever marker theirs begins with', async () => {
    github.add(TEXT, person('mallory'));
    // A person may be called as the app is without its brackets.
    github.add(TEXT, person('github-actions'));
    github.add(TEXT, { login: 'other-app[bot]', type: 'Bot' });
    github.add(TEXT, null);
    expect(await put()).toMatchObject({ done: 'created' });
    expect(github.comments.map(({ body }) => body)).toEqual(Array.from({ length: 5 }, () => TEXT));
    expect(await put(`${TEXT}new`)).toMatchObject({ done: 'updated' });
    expect(github.comments.map(({ body }) => body === TEXT)).toEqual([true, true, true, true, false]);
  });

  it('is not another comment of ours, which only quotes the marker', async () => {
    github.add(`See ${MARKER}`);
    expect(await put()).toMatchObject({ done: 'created' });
    expect(github.comments[0]!.body).toBe(`See ${MARKER}`);
  });

  it('is found by an app that one of GitHub’s APIs calls without brackets', async () => {
    github.add(TEXT);
    github.isCalled('github-actions');
    expect(await put(`${TEXT}new`)).toMatchObject({ done: 'updated' });
  });

  it.each([
    ['asking who we are', [503, 500]],
    ['looking for it', [0, 502, 429]],
    ['posting it', [0, 0, 503, 0, 500]],
    ['posting it, when only the reply was lost', [0, 0, 'lost']],
  ] as const)('is there once after failures in passing, %s', async (_, faults) => {
    github.faults.push(...faults.map((fault) => (fault === 0 ? (undefined as never) : fault)));
    await put();
    expect(ours()).toHaveLength(1);
    expect(ours()[0]!.body).toBe(TEXT);
  });

  it('says what to do when GitHub refuses', async () => {
    await expect(put(TEXT, { token: 'bad' })).rejects.toThrow(
      'GitHub answers 401 about pull request 7 of sail/jada ("Bad credentials"). GITHUB_TOKEN is not, or no longer, valid.',
    );
    await expect(put(TEXT, { pullRequest: 8 })).rejects.toThrow('Either it does not exist');
    await expect(put(`${MARKER}${'x'.repeat(MOST_CHARACTERS)}`)).rejects.toThrow('Body is too long');
    github.faults.push(undefined as never, undefined as never, 403);
    await expect(put()).rejects.toThrow('"pull-requests: write"');
    github.faults.push(...Array.from({ length: 4 }, () => 500));
    await expect(put()).rejects.toThrow('GitHub answers 500');
    expect(github.comments).toEqual([]);
  });

  it('says that nobody answers', async () => {
    const place = { api: 'http://127.0.0.1:9', token: 'good', repository: 'sail/jada', pullRequest: 7 };
    const deps = { fetch, delay: async () => undefined };
    await expect(putStickyComment(place, { marker: MARKER, text: TEXT }, deps)).rejects.toThrow(
      'GitHub does not answer',
    );
  });
});

describe('a plan that is too long', () => {
  it('ends before the line that would be too much, and says where all of it is', () => {
    const rows = Array.from({ length: 3000 }, (_, number) => `| row ${number} ${'🎉'.repeat(10)} |`);
    const text = fitComment([MARKER, ...rows].join('\n'), 'look there');
    expect(text.length).toBeLessThanOrEqual(MOST_CHARACTERS);
    expect(text.length).toBeGreaterThan(MOST_CHARACTERS - 100);
    const [body, notice] = text.split('\n\n**Cut here.**');
    expect(notice).toContain('look there');
    expect(body!.split('\n').slice(1)).toEqual(rows.slice(0, body!.split('\n').length - 1));
  });

  it('is cut between two characters when it is one line', () => {
    const text = fitComment('🎉'.repeat(MOST_CHARACTERS), 'look there');
    expect(text.length).toBeLessThanOrEqual(MOST_CHARACTERS);
    expect(text.isWellFormed()).toBe(true);
  });

  it('is left as it is when it just fits', () => {
    const text = 'x'.repeat(MOST_CHARACTERS);
    expect(fitComment(text, 'look there')).toBe(text);
  });
});

describe('npm run comment', () => {
  const run = (words: string[], environment: Record<string, string> = {}) =>
    new Promise<{ code: number; out: string; err: string }>((resolve) => {
      const env = {
        PATH: process.env.PATH,
        GITHUB_TOKEN: 'good',
        GITHUB_REPOSITORY: 'sail/jada',
        GITHUB_API_URL: server.url,
        ...environment,
      };
      const script = join(import.meta.dirname, '../../scripts/comment.ts');
      execFile(process.execPath, [script, ...words], { env }, (error, out, err) =>
        resolve({ code: Number(error?.code ?? 0), out, err }),
      );
    });
  const file = async (text: string) => {
    const path = join(directory, 'plan.md');
    await writeFile(path, text);
    return path;
  };

  it('posts a plan to the pull request of the workflow run, cut to what fits, with a link to the run', async () => {
    const plan = await file(`${TEXT}${'| a row |\n'.repeat(9000)}`);
    const done = await run([plan], { GITHUB_REF: 'refs/pull/7/merge', GITHUB_RUN_ID: '4711' });
    expect(done).toMatchObject({ code: 0, out: 'created: https://github.example/7#1\n', err: '' });
    expect(ours()[0]!.body).toContain('[this run](https://github.com/sail/jada/actions/runs/4711)');
  });

  it('posts the preview of the infrastructure behind the plan, and says where there is none', async () => {
    const plan = await file(TEXT);
    const preview = join(directory, 'preview.md');
    await writeFile(preview, `${PREVIEW_MARKER}\nNothing changes.\n`);
    expect(await run([plan, '--preview', preview, '--pr', '7'])).toMatchObject({ code: 0 });
    expect(ours()[0]!.body).toBe(`${TEXT}\n${PREVIEW_MARKER}\nNothing changes.\n`);
    const missing = join(directory, 'none.md');
    expect(await run([plan, '--preview', missing, '--pr', '7'])).toMatchObject({ code: 0 });
    expect(ours()).toHaveLength(1);
    expect(ours()[0]!.body).toContain('There is none: its job in this run says why');
    // A whole preview, as Pulumi prints it, has values in it.
    await writeFile(preview, '{"steps":[]}');
    const whole = await run([plan, '--preview', preview, '--pr', '7']);
    expect(whole).toMatchObject({ code: 2, err: expect.stringContaining('is no preview') });
  });

  it('posts nothing that is no plan, and says what is missing', async () => {
    const plan = await file(TEXT);
    const other = join(directory, 'other.md');
    await writeFile(other, 'card 289.41');
    const [noPlan, nothing] = await Promise.all([
      run([other, '--pr', '7']),
      run([plan, '--pr', '7'], { GITHUB_TOKEN: '', GITHUB_REPOSITORY: 'sail' }),
    ]);
    expect(noPlan).toMatchObject({ code: 2, err: expect.stringContaining('is no plan') });
    expect(nothing).toMatchObject({
      code: 2,
      err: expect.stringContaining('GITHUB_TOKEN, GITHUB_REPOSITORY'),
    });
    expect(github.comments).toEqual([]);
  });
});
