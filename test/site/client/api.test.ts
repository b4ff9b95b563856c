import { describe, expect, it } from 'vitest';
import { createApi } from '#site/portal/src/client/api.ts';

type Answer = Response | Error;

/** An API that answers what is listed, in turn, and writes down what it was asked. */
function open(answers: readonly Answer[]) {
  const left = [...answers];
  const asked: string[] = [];
  const send = (path: RequestInfo | URL, init: RequestInit = {}) => {
    const token = new Headers(init.headers).get('x-csrf-token');
    asked.push([init.method ?? 'GET', String(path), token].filter(Boolean).join(' '));
    const answer = left.shift();
    return answer instanceof Response
      ? Promise.resolve(answer)
      : Promise.reject(answer ?? new Error('no more'));
  };
  return { asked, api: createApi({ member: 'john', csrf: 'old', send }) };
}

const problem = (status: number, title: string) => Response.json({ title }, { status });
const session = (key: string) => Response.json({ member: { key, name: 'x' }, csrf: 'fresh' });

describe('a write', () => {
  it('carries the page’s token', async () => {
    const { api, asked } = open([Response.json({ entries: [] })]);
    expect(await api.post('/api/x', {})).toEqual({ kind: 'ok', body: { entries: [] } });
    expect(asked).toEqual(['POST /api/x old']);
  });

  it('with a token that is too old asks for a fresh one, once, and goes on', async () => {
    const { api, asked } = open([problem(403, 'Forbidden'), session('john'), Response.json({})]);
    expect(await api.post('/api/x', {})).toEqual({ kind: 'ok', body: {} });
    expect(asked).toEqual(['POST /api/x old', 'GET /api/session', 'POST /api/x fresh']);
  });

  it('stops when the session is another member’s', async () => {
    const { api, asked } = open([problem(403, 'Forbidden'), session('jane')]);
    expect(await api.post('/api/x', {})).toEqual({ kind: 'other-member' });
    expect(asked).toEqual(['POST /api/x old', 'GET /api/session']);
  });

  it('that a fresh token does not help is refused', async () => {
    const no = () => problem(403, 'Not one of your charters');
    const { api } = open([no(), session('john'), no()]);
    expect(await api.post('/api/x', {})).toEqual({
      kind: 'refused',
      status: 403,
      reason: 'Not one of your charters',
    });
  });
});

describe('an answer', () => {
  it.each([
    ['no network', new TypeError('Failed to fetch'), { kind: 'unavailable' }],
    ['503', new Response('', { status: 503 }), { kind: 'unavailable' }],
    ['429', new Response('', { status: 429 }), { kind: 'unavailable' }],
    ['a page instead of JSON', new Response('<html>'), { kind: 'unavailable' }],
    ['401', problem(401, 'Sign in'), { kind: 'signed-out' }],
    ['422', problem(422, 'It does not fit'), { kind: 'refused', status: 422, reason: 'It does not fit' }],
    [
      'an unreadable 410',
      new Response('', { status: 410 }),
      { kind: 'refused', status: 410, reason: 'Refused (410)' },
    ],
  ])('of %s is told apart', async (_name, answer, reply) => {
    expect(await open([answer]).api.get('/api/x')).toEqual(reply);
  });

  it('says what the detail says, where there is one', async () => {
    const answer = Response.json({ title: 'Too late', detail: 'the charter is over' }, { status: 409 });
    expect(await open([answer]).api.get('/api/x')).toMatchObject({ reason: 'the charter is over' });
  });
});

describe('asking whose session it is', () => {
  it('takes its token for what follows', async () => {
    const { api, asked } = open([session('john'), Response.json({})]);
    expect(await api.check()).toMatchObject({ kind: 'ok' });
    await api.post('/api/x', {});
    expect(asked.at(-1)).toBe('POST /api/x fresh');
  });
});
