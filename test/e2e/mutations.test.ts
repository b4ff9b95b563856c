import { describe, expect, it, onTestFinished } from 'vitest';
import type { Registration } from '#scripts/stack/graph.ts';
import { confirmed } from './bookings.ts';
import { openDoors } from './doors.ts';
import { get, linkOf } from './look.ts';
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

describe('a program that forgets', () => {
  it('the hash of the service key, or a variable of any other function, stops the stack, and each is named', async () => {
    const dropped: [name: string, variable: string][] = [];
    const starting = startWorld({
      mutate(registration) {
        const variables = variablesOf(registration);
        if (variables === undefined) return;
        const first = Object.keys(variables)[0]!;
        const variable = registration.name === 'scc-api' ? 'SERVICE_KEY_HASH' : first;
        expect(delete variables[variable]).toBe(true);
        dropped.push([registration.name, variable]);
      },
    });
    const message = await starting.then(
      () => 'it started',
      (error: Error) => error.message,
    );
    expect(message).toMatch(/^The stack stops here: these functions do not start\.\n/);
    expect(message).toMatch(/^ {2}scc-api: .*SERVICE_KEY_HASH is missing/m);
    expect(dropped).toHaveLength(11);
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
});
