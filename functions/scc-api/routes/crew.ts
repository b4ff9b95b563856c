import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import * as z from 'zod';
import { HttpProblem } from '../../http.ts';
import { jsonBody, jsonReply, problemReplies } from '../../openapi.ts';
import type { CrewRegistry } from '../crew-registry.ts';
import { accepts, type SccEnv } from '../principal.ts';

export function addCrewRoutes(app: OpenAPIHono<SccEnv>, { registry }: { registry: CrewRegistry }): void {
  app.openapi(listRoute, async (c) => c.json({ crew: await registry.list() }, 200));
  app.openapi(putRoute, async (c) => {
    const { member } = c.req.valid('param');
    await registry.put(member, c.req.valid('json'));
    return c.json(await found(registry, member), 200);
  });
  app.openapi(revokeRoute, async (c) => {
    const { member } = c.req.valid('param');
    if (!(await registry.revoke(member))) throw new HttpProblem(404, 'There is no such member');
    return c.json(await found(registry, member), 200);
  });
}

async function found(registry: CrewRegistry, member: string) {
  const contact = await registry.find(member);
  if (contact === undefined) throw new HttpProblem(404, 'There is no such member');
  return contact;
}

const memberParam = z.object({
  member: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'a key of crew.json, such as "john"'),
});
const contactSchema = z.strictObject({
  name: z.string().trim().min(1).max(120),
  email: z.email('an e-mail address').max(254),
  active: z.boolean(),
});
const contactReply = contactSchema.extend({ key: z.string(), linkVersion: z.int() });

const listRoute = createRoute({
  method: 'get',
  path: '/api/crew',
  summary: 'The crew registry: contacts and activity; names and roles live in git',
  middleware: accepts('service'),
  responses: {
    200: jsonReply(z.object({ crew: z.array(contactReply) }), 'By key'),
    ...problemReplies(401, 403),
  },
});

const putRoute = createRoute({
  method: 'put',
  path: '/api/crew/{member}',
  summary: 'Enters or changes a member of the crew',
  middleware: accepts('service'),
  request: { params: memberParam, body: jsonBody(contactSchema, 'Contact and activity') },
  responses: { 200: jsonReply(contactReply, 'As stored'), ...problemReplies(401, 403, 422) },
});

const revokeRoute = createRoute({
  method: 'post',
  path: '/api/crew/{member}/revoke',
  summary: 'Makes every link and session of a member invalid',
  middleware: accepts('service'),
  request: { params: memberParam },
  responses: {
    200: jsonReply(contactReply, 'With the raised link version'),
    ...problemReplies(401, 403, 404),
  },
});
