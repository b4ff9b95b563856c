import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { deleteCookie, getCookie } from 'hono/cookie';
import * as z from 'zod';
import { jsonReply, pageReply, problemReplies } from '../../openapi.ts';
import type { LinkKeys } from '../../scc/link-keys.ts';
import { csrfToken, SESSION_COOKIE } from '../../scc/links.ts';
import { isForm, jsonOrForm, seeCharters } from '../forms.ts';
import { accepts, memberOf, type SccEnv } from '../principal.ts';

export interface SessionDeps {
  readonly linkKeys: Pick<LinkKeys, 'read'>;
  readonly crewUrl: string;
}

export function addSessionRoutes(app: OpenAPIHono<SccEnv>, deps: SessionDeps): void {
  app.openapi(getRoute, async (c) => {
    const { key, name } = memberOf(c);
    const csrf = csrfToken(await deps.linkKeys.read(), getCookie(c, SESSION_COOKIE) ?? '');
    return c.json({ member: { key, name }, csrf }, 200);
  });
  app.openapi(endRoute, (c) => {
    // The attributes with which the portal sets it: a browser forgets no other cookie than that one.
    const secure = !deps.crewUrl.startsWith('http://127.0.0.1');
    deleteCookie(c, SESSION_COOKIE, { path: '/', httpOnly: true, sameSite: 'Lax', secure });
    return isForm(c) ? seeCharters(c, 'signed-out') : c.body(null, 204);
  });
}

const getRoute = createRoute({
  method: 'get',
  path: '/api/session',
  summary: 'Whose session it is, and the token that its writes have to carry',
  middleware: accepts('crew'),
  responses: {
    200: jsonReply(
      z.object({ member: z.object({ key: z.string(), name: z.string() }), csrf: z.string() }),
      'The member, and what goes into the header x-csrf-token or the form field csrf',
    ),
    ...problemReplies(401, 403),
  },
});

const endRoute = createRoute({
  method: 'post',
  path: '/api/session/end',
  summary: 'Forgets the session on this device; revoking the member ends those on all of them',
  middleware: accepts('crew'),
  request: { body: jsonOrForm(z.strictObject({}), 'Nothing') },
  responses: { 204: { description: 'Signed out' }, ...pageReply, ...problemReplies(401, 403) },
});
