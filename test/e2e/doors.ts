import * as z from 'zod';
import type { Registration } from '#scripts/stack/graph.ts';
import { get } from './look.ts';
import type { World } from './world.ts';

/** One route of an API as its own description names it. */
export interface Door {
  readonly name: string;
  readonly method: string;
  readonly url: string;
  /** Whom it accepts by its description, `service or crew`; empty when it asks for no key. */
  readonly accepts: string;
}

const METHODS = ['get', 'put', 'post', 'patch', 'delete'];
const operationSchema = z.object({
  security: z.array(z.record(z.string(), z.array(z.string()))).default([]),
});
const describedSchema = z.object({ paths: z.record(z.string(), z.record(z.string(), operationSchema)) });

/** What a path's parameters have to look like for a route to ask whether they name something; others take anything. */
const NOTHING: Readonly<Record<string, string>> = { photo: 'no-such-photo-here', variant: 'original' };

const HOLDERS: Readonly<Record<string, string>> = {
  serviceKey: 'service',
  session: 'crew',
  uploadKey: 'guest',
};

/** Every route that an API describes at `/api/openapi.json`, with values that name nothing in its path. */
export async function doorsOf(api: string): Promise<Door[]> {
  const described = describedSchema.parse(await (await get(`${api}/api/openapi.json`)).json());
  return Object.entries(described.paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([method]) => METHODS.includes(method))
      .map(([method, { security }]) => ({
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        url: `${api}${path.replaceAll(/\{(\w+)\}/g, (_, name: string) => NOTHING[name] ?? 'no-such-thing')}`,
        accepts: security
          .flatMap((requirement) => Object.keys(requirement))
          .flatMap((scheme) => HOLDERS[scheme] ?? [])
          .toSorted()
          .join(' or '),
      })),
  );
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Knocks at a door with an empty JSON body where it takes one. The request id, which differs, is left out. */
export async function knock(
  { method, url }: Pick<Door, 'method' | 'url'>,
  headers: Record<string, string>,
): Promise<Answer> {
  const answer = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    redirect: 'manual',
    ...(method !== 'GET' && { body: '{}' }),
  });
  const body = (await answer.text()).replace(/"requestId":"[^"]*"/, '"requestId":""');
  return { status: answer.status, body };
}

/** Routes of both APIs that let in who has no key at all. */
export async function openDoors({ endpoints }: Pick<World, 'endpoints'>): Promise<string[]> {
  const doors = (await Promise.all([endpoints.dashboardApi, endpoints.sccApi].map(doorsOf))).flat();
  const open = [];
  for (const door of doors) if (![401, 403].includes((await knock(door, {})).status)) open.push(door.name);
  return open.toSorted();
}

/** How many of so many requests for a new link, sent at once, are not turned away for being too many. */
export async function linkRequestsPassed(
  { endpoints }: Pick<World, 'endpoints'>,
  count: number,
): Promise<number> {
  const door = { method: 'POST', url: `${endpoints.crewPortal}/api/crew-links` };
  const answers = await Promise.all(Array.from({ length: count }, () => knock(door, {})));
  return answers.filter(({ status }) => status !== 429).length;
}

/** For `startWorld`'s `mutate`, where tests ask more often than the stages let: what they prove has to be refused otherwise. */
export function liftThrottles({ type, inputs }: Registration): void {
  if (type !== 'aws:apigatewayv2/stage:Stage') return;
  inputs['defaultRouteSettings'] = { throttlingRateLimit: 10_000, throttlingBurstLimit: 10_000 };
  delete inputs['routeSettings'];
}
