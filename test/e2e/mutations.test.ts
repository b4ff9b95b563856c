import { describe, expect, it, onTestFinished } from 'vitest';
import type { Registration } from '#scripts/stack/graph.ts';
import { confirmed } from './bookings.ts';
import { phoneOf } from './crew-client.ts';
import { linkRequestsPassed, openDoors } from './doors.ts';
import { eventOf, get, linkOf } from './look.ts';
import { formFor } from './upload.ts';
import { startWorld, type World } from './world.ts';

/** The Pulumi program with a mistake in it; every such mistake has to show, by name. */
async function worldWith(mutate: (registration: Registration) => void): Promise<World> {
  const world = await startWorld({ mutate });
  onTestFinished(() => world.close());
  return world;
}

const variablesOf = ({ type, inputs }: Registration): Record<string, string> | undefined =>
  type === 'aws:lambda/function:Function'
    ? (inputs.environment as { variables?: Record<string, string> } | undefined)?.variables
    : undefined;

interface Distribution {
  readonly origins: { originId: string; customHeaders?: unknown[] }[];
  readonly orderedCacheBehaviors: { pathPattern: string; originRequestPolicyId?: string }[];
}
const distributionOf = ({ type, name, inputs }: Registration): Distribution | undefined =>
  type === 'aws:cloudfront/distribution:Distribution' && name === 'crew-site'
    ? (inputs as unknown as Distribution)
    : undefined;

/** What a start that cannot be says. */
const refusal = (mutate: (registration: Registration) => void): Promise<string> =>
  startWorld({ mutate }).then(
    () => 'it started',
    (error: Error) => error.message,
  );

/** How the bucket of photos answers a browser that is on a page of the crew and asks whether it may upload. */
async function preflight(world: World): Promise<number> {
  await world.apply([confirmed()]);
  const { eventId } = (await eventOf(world, 'boatsetter-xhqgmdh'))!;
  const picture = { photo: 'a-picture-for-the-bucket', purpose: 'photo' } as const;
  const { url } = await formFor(await phoneOf(world, 'john'), eventId, picture);
  const headers = { origin: world.endpoints.crewPortal, 'access-control-request-method': 'POST' };
  return (await get(url, headers, 'OPTIONS')).status;
}

describe('the program as it is', () => {
  it('lets the crew’s browsers upload, and nobody ask for many links', async () => {
    const world = await worldWith(() => undefined);
    expect(await preflight(world)).toBe(200);
    // Ten at once and one a second.
    expect(await linkRequestsPassed(world, 40)).toBeLessThan(20);
  });
});

describe('a program that forgets', () => {
  it('the hash of the service key, or a variable of any other function, stops the stack, and each is named', async () => {
    const dropped: [name: string, variable: string][] = [];
    const message = await refusal((registration) => {
      const variables = variablesOf(registration);
      if (variables === undefined) return;
      const first = Object.keys(variables)[0]!;
      const variable = registration.name === 'scc-api' ? 'SERVICE_KEY_HASH' : first;
      expect(delete variables[variable]).toBe(true);
      dropped.push([registration.name, variable]);
    });
    expect(message).toMatch(/^The stack stops here: these functions do not start\.\n/);
    expect(message).toMatch(/^ {2}scc-api: .*SERVICE_KEY_HASH is missing/m);
    expect(dropped).toHaveLength(12);
    for (const [name, variable] of dropped)
      expect(message).toMatch(new RegExp(`^ {2}${name}: .*${variable} is missing`, 'm'));
  });

  it('an authorizer leaves doors open, which are named; the origin secret shuts the crew out', async () => {
    const world = await worldWith((registration) => {
      for (const origin of distributionOf(registration)?.origins ?? []) delete origin.customHeaders;
      const { type, inputs } = registration;
      if (type !== 'aws:apigatewayv2/route:Route' || inputs['apiId'] !== 'dashboard') return;
      if (inputs['routeKey'] !== 'ANY /api/{proxy+}') return;
      inputs['authorizationType'] = 'NONE';
      delete inputs['authorizerId'];
    });
    expect(await openDoors(world)).toEqual([
      'GET /api/bookings',
      'GET /api/bookings/{bookingKey}',
      'GET /api/calendar',
      'GET /api/cards',
      'POST /api/calendar',
      'POST /api/calendar/inspect',
      'POST /api/cards/inspect',
      'PUT /api/cards/{bookingKey}',
    ]);
    expect((await get(`${world.endpoints.crewPortal}/crew`)).status).toBe(403);
  });

  it('to forward what browsers send makes the links of the crew useless', async () => {
    const world = await worldWith((registration) => {
      for (const behaviour of distributionOf(registration)?.orderedCacheBehaviors ?? [])
        delete behaviour.originRequestPolicyId;
    });
    await world.apply([confirmed()]);
    const answer = await get(await linkOf(world, 'john'));
    expect(answer.status).toBe(410);
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  it('to let S3 call the function that looks at uploads stops the stack, which names both', async () => {
    const message = await refusal(({ type, name, inputs }) => {
      if (type === 'aws:lambda/permission:Permission' && name === 'photo-arrivals')
        inputs['function'] = 'scc-api';
    });
    expect(message).toMatch(/S3 refuses the notification of bucket sailjada-photos\S* to \S+:photo-arrivals/);
  });

  it('the CORS rules of the bucket of photos keeps browsers from uploading', async () => {
    const world = await worldWith(({ type, inputs }) => {
      if (type === 'aws:s3/bucketCorsConfiguration:BucketCorsConfiguration') inputs['corsRules'] = [];
    });
    expect(await preflight(world)).toBe(403);
  });

  it('the throttle of the route for new links opens it to many', async () => {
    const open = await worldWith(({ type, name, inputs }) => {
      if (type === 'aws:apigatewayv2/stage:Stage' && name === 'scc') delete inputs['routeSettings'];
    });
    expect(await linkRequestsPassed(open, 40)).toBe(40);
  });
});
