import { createRoute } from '@hono/zod-openapi';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { UserError } from '#bookings/model/problem.ts';
import { createApi, HttpProblem } from '#functions/http.ts';
import { createLog } from '#functions/log.ts';
import { jsonBody, jsonReply, problemReplies } from '#functions/openapi.ts';

const thrown: Record<string, () => never> = {
  problem: () => {
    throw new HttpProblem(409, 'Stale', 'theirs is newer', { members: { theirs: 4 } });
  },
  user: () => {
    throw new UserError('Fix it', [{ where: 'x', path: 'a', expected: 'b', found: 'c' }]);
  },
  bug: () => {
    throw new Error('john@example.test broke it', { cause: new TypeError('deep inside') });
  },
};

function api() {
  const lines: string[] = [];
  const app = createApi({ title: 'Test', version: '3', log: createLog('test', (line) => lines.push(line)) });
  const route = createRoute({
    method: 'post',
    path: '/api/things/{name}',
    request: {
      params: z.object({ name: z.string() }),
      body: jsonBody(z.strictObject({ count: z.int(), kind: z.enum(['a', 'b']) }), 'A thing'),
    },
    responses: { 200: jsonReply(z.object({ doubled: z.int() }), 'Done'), ...problemReplies(409, 422) },
  });
  app.openapi(route, (c) => {
    thrown[c.req.valid('param').name]?.();
    return c.json({ doubled: c.req.valid('json').count * 2 }, 200);
  });
  const post = (name: string, body: unknown, headers: Record<string, string> = {}) =>
    app.request(`/api/things/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return { app, post, lines };
}
const fine = { count: 2, kind: 'a' };

describe('an API of ours', () => {
  it('answers with a request id and is never cached', async () => {
    const reply = await api().post('x', fine, { 'x-request-id': 'run-1' });
    expect(await reply.json()).toEqual({ doubled: 4 });
    expect(reply.headers.get('x-request-id')).toBe('run-1');
    expect(reply.headers.get('cache-control')).toBe('no-store');
  });

  it('lists all problems of a body at once, with what was found', async () => {
    const reply = await api().post('x', { count: 1.5, kind: 'c', more: 1 });
    expect(reply.status).toBe(422);
    expect(reply.headers.get('content-type')).toBe('application/problem+json');
    const { problems } = (await reply.json()) as { problems: { path: string; found: string }[] };
    expect(problems.map(({ path, found }) => [path, found])).toEqual([
      ['count', '1.5'],
      ['kind', '"c"'],
      ['more', 'the unknown field "more"'],
    ]);
  });

  it.each([
    ['text that is not JSON', '{', 'application/json', 400],
    ['another media type', 'count=1', 'application/x-www-form-urlencoded', 415],
    ['more than half a megabyte', `{"x":"${'y'.repeat(600_000)}"}`, 'application/json', 413],
  ])('refuses %s', async (_, body, type, status) => {
    const reply = await api().post('x', body, { 'content-type': type });
    expect(reply.status).toBe(status);
    expect(await reply.json()).toMatchObject({ type: 'about:blank', status });
  });

  it('answers a problem with its own members, and a user’s error with its problems', async () => {
    const stale = await api().post('problem', fine);
    expect(await stale.json()).toMatchObject({
      status: 409,
      title: 'Stale',
      detail: 'theirs is newer',
      theirs: 4,
    });
    const user = await api().post('user', fine);
    expect(user.status).toBe(400);
    expect(await user.json()).toMatchObject({ title: 'Fix it', problems: [{ path: 'a' }] });
  });

  it('says nothing of a bug, and logs it with its cause and without addresses', async () => {
    const { post, lines } = api();
    const reply = await post('bug', fine, { 'x-request-id': 'run-2' });
    expect(reply.status).toBe(500);
    expect(await reply.json()).toEqual({
      type: 'about:blank',
      status: 500,
      title: 'Internal error',
      requestId: 'run-2',
    });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0]!)).toMatchObject({
      level: 'error',
      requestId: 'run-2',
      method: 'POST',
      route: '/api/things/:name',
      error: { message: '<address> broke it', cause: { name: 'TypeError', message: 'deep inside' } },
    });
  });

  it('answers an unknown path as a problem', async () => {
    const reply = await api().app.request('/api/nothing');
    expect(reply.status).toBe(404);
    expect(reply.headers.get('content-type')).toBe('application/problem+json');
  });

  it('describes itself', async () => {
    const document = (await (await api().app.request('/api/openapi.json')).json()) as Record<string, unknown>;
    expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'Test', version: '3' } });
    expect(document['paths']).toMatchObject({
      '/api/things/{name}': { post: { responses: { 409: {}, 422: {} } } },
    });
  });
});
