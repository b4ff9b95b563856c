import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import * as z from 'zod';
import { jsonReply, pageReply, problemReplies } from '../../openapi.ts';
import { bodyOf, isForm, jsonOrForm } from '../forms.ts';
import { fromBrowser, type SccEnv } from '../principal.ts';
import { requestLink, type LinkRequestDeps } from '../request-link.ts';

export function addCrewLinkRoutes(app: OpenAPIHono<SccEnv>, deps: LinkRequestDeps): void {
  app.openapi(postRoute, async (c) => {
    await requestLink(bodyOf(c), deps);
    return isForm(c) ? c.redirect('/crew/sent', 303) : c.json({ accepted: true as const }, 202);
  });
}

// No form of an address is refused: what is on file is compared, and every answer is the same.
const requestSchema = z.strictObject({
  email: z.string().trim().max(254).optional().meta({ description: 'Address on file' }),
  token: z.string().max(2000).optional().meta({ description: 'Of a link that no longer works' }),
});

const postRoute = createRoute({
  method: 'post',
  path: '/api/crew-links',
  summary: 'Mails a new link to the address on file; the answer is the same whether there is one or not',
  middleware: fromBrowser,
  request: { body: jsonOrForm(requestSchema, 'The address, or a link of ours that expired or was revoked') },
  responses: {
    202: jsonReply(z.object({ accepted: z.literal(true) }), 'If it is on file, a link is on its way'),
    ...pageReply,
    ...problemReplies(401, 403, 413, 415, 422, 429),
  },
});
