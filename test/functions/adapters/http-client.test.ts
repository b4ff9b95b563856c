import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createHttpClient, HttpError } from '#functions/adapters/http-client.ts';
import { listen, type Listening } from '#scripts/stack/listen.ts';
import type { Fetch } from '#scripts/stack/stand-in.ts';

const servers: Listening[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

/** A client of a server that gives these answers in turn, the last one for ever. */
async function start(...answers: (Response | 'hangs')[]) {
  const requests: Request[] = [];
  const answer: Fetch = async (request) => {
    requests.push(request);
    const next = answers[Math.min(requests.length, answers.length) - 1]!;
    if (next instanceof Response) return next.clone();
    return new Promise(() => undefined);
  };
  const server = await listen(answer);
  servers.push(server);
  const waits: number[] = [];
  const client = createHttpClient(
    { url: server.url, headers: { 'x-service-key': 'very-secret' }, timeout: 200 },
    { fetch, delay: async (milliseconds) => void waits.push(milliseconds), random: () => 0.5 },
  );
  const put = () =>
    client.send({
      method: 'PUT',
      path: '/api/things/1',
      body: { a: 1 },
      reply: z.object({ done: z.boolean() }),
    });
  return { put, requests, waits, server };
}

const done = () => Response.json({ done: true });
const failed = (status: number, body = '', headers: Record<string, string> = {}) =>
  new Response(body, { status, headers });
const messageOf = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'it succeeded',
    (error: Error) => error.message,
  );

describe('the HTTP client', () => {
  it('sends JSON with its key and gives back the parsed reply', async () => {
    const { put, requests } = await start(done());
    expect(await put()).toEqual({ done: true });
    expect(requests[0]!.headers.get('x-service-key')).toBe('very-secret');
    expect(requests[0]!.headers.get('content-type')).toBe('application/json');
  });

  it.each([429, 500, 502, 503, 504])('tries again after a %i, waiting longer each time', async (status) => {
    const { put, requests, waits } = await start(failed(status), failed(status), failed(status), done());
    expect(await put()).toEqual({ done: true });
    expect(requests).toHaveLength(4);
    expect(waits).toEqual([250, 500, 1000]);
  });

  it('tries again when there is no answer in time', async () => {
    const { put, requests } = await start('hangs', done());
    expect(await put()).toEqual({ done: true });
    expect(requests).toHaveLength(2);
  });

  it('waits as long as it is asked to, within reason', async () => {
    const later = new Date(Date.now() + 3_600_000).toUTCString();
    const { put, waits } = await start(
      failed(503, '', { 'retry-after': '3' }),
      failed(429, '', { 'retry-after': later }),
      failed(429, '', { 'retry-after': 'soon' }),
      done(),
    );
    await put();
    expect(waits).toEqual([3000, 20_000, 1000]);
  });

  it.each([400, 401, 403, 404, 409, 422, 501])('does not repeat what was refused with %i', async (status) => {
    const { put, requests } = await start(failed(status), done());
    await expect(put()).rejects.toBeInstanceOf(HttpError);
    expect(requests).toHaveLength(1);
  });

  it('gives up after four attempts', async () => {
    const { put, requests } = await start(failed(503));
    expect(await messageOf(put())).toBe('PUT /api/things/1: 503');
    expect(requests).toHaveLength(4);
  });

  it('says what a problem says, and never the key', async () => {
    const problem = {
      title: 'The request does not fit',
      detail: 'see problems',
      problems: [{ where: 'body', path: 'a', expected: 'text', found: '1' }],
    };
    const { put } = await start(failed(422, JSON.stringify(problem)));
    const error = (await put().catch((reason: unknown) => reason)) as HttpError;
    expect(error.message).toBe(
      'PUT /api/things/1: 422 The request does not fit: see problems (a: expected text)',
    );
    expect(JSON.stringify(error)).not.toContain('very-secret');
    expect(error.stack).not.toContain('very-secret');
  });

  it('copes with a refusal that is no problem', async () => {
    const { put } = await start(failed(403, '{"message":"Forbidden"}'));
    expect(await messageOf(put())).toBe('PUT /api/things/1: 403');
    const { put: putToPage } = await start(failed(404, '<html>'));
    expect(await messageOf(putToPage())).toBe('PUT /api/things/1: 404');
  });

  it('refuses a reply of another shape without quoting it', async () => {
    const { put } = await start(Response.json({ done: '$840.75' }));
    expect(await messageOf(put())).toBe(
      'PUT /api/things/1: the reply is not what it should be: done: expected a boolean',
    );
    const { put: putToPage } = await start(new Response('<html>$840.75</html>'));
    expect(await messageOf(putToPage())).toBe(
      'PUT /api/things/1: the reply is not what it should be: reply: expected JSON',
    );
  });

  it('names the request when nobody answers', async () => {
    const { put, server } = await start(done());
    await server.close();
    expect(await messageOf(put())).toMatch(/^PUT \/api\/things\/1: no answer \(.*ECONNREFUSED/);
    const { put: putToSilence } = await start('hangs');
    expect(await messageOf(putToSilence())).toBe('PUT /api/things/1: no answer within 0.2 s');
  });
});
