import { createRoute } from '@hono/zod-openapi';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createApi, HttpProblem } from '#functions/http.ts';
import { createLog } from '#functions/log.ts';
import { jsonReply, pageReply } from '#functions/openapi.ts';
import { answerForms, bodyOf, isForm, jsonOrForm, seeEvent } from '#functions/scc-api/forms.ts';
import type { SccEnv } from '#functions/scc-api/principal.ts';
import { NOTICES, noticeOf } from '#functions/scc/notices.ts';

const EVENT = 'abcdefghij0123456789';
const FORM = 'application/x-www-form-urlencoded';
const fields = z.strictObject({
  text: z.string().min(1),
  done: z.boolean(),
  count: z.int().optional(),
  note: z.string().nullable().optional(),
});

const app = createApi<SccEnv>({ title: 'Test', version: '1', log: createLog('test', () => {}) });
app.use(answerForms);
const route = createRoute({
  method: 'post',
  path: '/api/events/{eventId}/things',
  request: { body: jsonOrForm(fields, 'A thing') },
  responses: { 200: jsonReply(fields, 'It'), ...pageReply },
});
const received: unknown[] = [];
app.openapi(route, (c) => {
  const body = bodyOf(c);
  received.push(body);
  return isForm(c) ? seeEvent(c, 'saved', 'things') : c.json(body, 200);
});
const failures: Record<string, () => Error> = {
  plain: () => new HttpProblem(409, 'No'),
  taken: () => new HttpProblem(409, 'No', undefined, { notice: 'taken' }),
  over: () => new HttpProblem(410, 'Over'),
  often: () => new HttpProblem(429, 'Often'),
  strange: () => new HttpProblem(401, 'Who?'),
  forbidden: () => new HttpProblem(403, 'No'),
  bug: () => new Error('a bug'),
};
app.post('/api/events/:eventId/fail/:how', (c) => {
  throw failures[c.req.param('how')]!();
});

const post = (path: string, body: string, type: string | undefined = FORM) =>
  app.request(path, { method: 'POST', headers: { 'content-type': type }, body });
const things = (body: string, type?: string) => post(`/api/events/${EVENT}/things`, body, type);
const landing = (reply: Response) => [reply.status, reply.headers.get('location')];

describe('a route that takes JSON or a form', () => {
  it('reads the same from both', async () => {
    received.length = 0;
    const form = await things('text=a+%26+b&done=true&count=12&note=&csrf=token');
    expect(landing(form)).toEqual([303, `/crew/events/${EVENT}?notice=saved#things`]);
    const json = await things(
      JSON.stringify({ text: 'a & b', done: true, count: 12 }),
      'application/json; charset=utf-8',
    );
    expect(json.status).toBe(200);
    expect(received[0]).toEqual({ text: 'a & b', done: true, count: 12, note: undefined });
    expect(received[1]).toEqual({ text: 'a & b', done: true, count: 12 });
  });

  it.each([
    ['what is no boolean', 'text=a&done=yes'],
    ['what is no number', 'text=a&done=true&count=1e3'],
    ['what is missing', 'text=a'],
    ['what is empty and has to be there', 'text=&done=true'],
    ['what comes twice', 'text=a&text=b&done=true'],
    ['what nobody asked for', 'text=a&done=true&admin=true'],
    ['names of JavaScript’s own', 'text=a&done=true&constructor=x&__proto__=y'],
  ])('refuses %s in a form, and leads back', async (_, body) => {
    received.length = 0;
    expect(landing(await things(body))).toEqual([303, `/crew/events/${EVENT}?notice=refused`]);
    expect(received).toEqual([]);
  });

  it('keeps JSON strict: text is no boolean there', async () => {
    const reply = await things(JSON.stringify({ text: 'a', done: 'true', csrf: 'x' }), 'application/json');
    expect(reply.status).toBe(422);
  });

  it('refuses a body of another type, or none', async () => {
    expect((await things('--x--', 'multipart/form-data; boundary=x')).status).toBe(415);
    expect((await things('{}', 'text/plain')).status).toBe(415);
    expect((await app.request(`/api/events/${EVENT}/things`, { method: 'POST' })).status).toBe(415);
  });
});

describe('a problem of a form', () => {
  it.each([
    ['plain', 'changed'],
    ['over', 'over'],
    ['often', 'too-many'],
    ['forbidden', 'refused'],
    ['bug', 'failed'],
  ])('%s leads to the event’s page, which says %s', async (how, notice) => {
    const reply = await post(`/api/events/${EVENT}/fail/${how}`, 'a=b');
    expect(landing(reply)).toEqual([303, `/crew/events/${EVENT}?notice=${notice}`]);
    expect(reply.headers.get('cache-control')).toBe('no-store');
    expect(await reply.text()).toBe('');
    expect(noticeOf(notice)).toBeDefined();
  });

  it('leads who was too late to their other charters, as this one has no page for them any more', async () => {
    expect(landing(await post(`/api/events/${EVENT}/fail/taken`, 'a=b'))).toEqual([
      303,
      '/crew?notice=taken',
    ]);
  });

  it('leads who is not known to where a new link is offered', async () => {
    expect(landing(await post(`/api/events/${EVENT}/fail/strange`, 'a=b'))).toEqual([303, '/crew']);
  });

  it.each([
    'evil.example',
    '%2F%2Fevil.example',
    '..%2F..%2Fevil',
    'ABCDEFGHIJ0123456789',
    `${EVENT}%0d%0aset-cookie:x`,
  ])('leads nowhere else: not by the id %s', async (id) => {
    expect(landing(await post(`/api/events/${id}/fail/plain`, 'a=b'))).toEqual([303, '/crew?notice=changed']);
  });

  it('stays a problem for programs', async () => {
    const reply = await post(`/api/events/${EVENT}/fail/taken`, '{}', 'application/json');
    expect(reply.status).toBe(409);
    expect(await reply.json()).toMatchObject({ title: 'No', status: 409 });
  });
});

describe('a notice', () => {
  it('is one of the list, and never words of an address', () => {
    expect(noticeOf('saved')).toBe(NOTICES.saved);
    for (const code of [undefined, null, '', 'hello', 'constructor', '__proto__', 'Saved'])
      expect(noticeOf(code)).toBeUndefined();
  });
});
