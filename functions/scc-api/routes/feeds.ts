import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import * as z from 'zod';
import { HttpProblem } from '../../http.ts';
import { problemReplies } from '../../openapi.ts';
import type { CrewRegistry } from '../../scc/crew-registry.ts';
import { renderFeed, type FeedEntry } from '../../scc/feed.ts';
import type { LinkKeys } from '../../scc/link-keys.ts';
import { keysFor, readFeed } from '../../scc/links.ts';
import { fromBrowser, type SccEnv } from '../principal.ts';

export interface FeedDeps {
  readonly linkKeys: LinkKeys;
  readonly registry: Pick<CrewRegistry, 'find'>;
  /** All that a member's calendar shows, what was taken back included. */
  readonly feedOf: (member: string) => Promise<readonly FeedEntry[]>;
  readonly crewUrl: string;
}

export function addFeedRoutes(app: OpenAPIHono<SccEnv>, deps: FeedDeps): void {
  app.openapi(getRoute, async (c) => {
    const member = await ownerOf(c.req.valid('param').feed.replace(SUFFIX, ''), deps);
    // Behind the distribution a 404 becomes a page, and calendars take 410 for the end of a subscription.
    if (member === undefined)
      throw new HttpProblem(410, 'There is no such calendar, or its address was replaced');
    const text = renderFeed(await deps.feedOf(member), { crewUrl: deps.crewUrl });
    return c.body(text, 200, { 'content-type': 'text/calendar; charset=utf-8' });
  });
}

async function ownerOf(token: string, { linkKeys, registry }: FeedDeps): Promise<string | undefined> {
  const feed = readFeed(await keysFor(token, linkKeys), token);
  if (feed === undefined) return undefined;
  const contact = await registry.find(feed.m);
  return contact?.active === true && contact.linkVersion === feed.v ? contact.key : undefined;
}

const SUFFIX = /\.ics$/;

const getRoute = createRoute({
  method: 'get',
  // A parameter is a whole segment here: `<token>.ics`.
  path: '/api/feeds/{feed}',
  summary: 'A crew member’s charters as a calendar to subscribe to; the address is the key to it',
  middleware: fromBrowser,
  request: { params: z.object({ feed: z.string().meta({ description: '`<token>.ics`' }) }) },
  responses: {
    200: { content: { 'text/calendar': { schema: z.string() } }, description: 'RFC 5545' },
    ...problemReplies(401, 410, 429),
  },
});
