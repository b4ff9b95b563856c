import { parseDeclared } from './declared-inputs.ts';
import {
  apiSchema,
  authorizerSchema,
  integrationSchema,
  routeSchema,
  stageSchema,
  type Route,
} from './http-api-inputs.ts';

/** Inputs are those of `aws.apigatewayv2.*`, all outputs resolved; integrations and authorizers by id. */
export interface DeclaredApi {
  readonly api: unknown;
  readonly stage: unknown;
  readonly routes: readonly unknown[];
  readonly integrations: ReadonlyMap<string, unknown>;
  readonly authorizers: ReadonlyMap<string, unknown>;
}

/** Parses every input and checks that routes point to what exists. Throws naming resource and property. */
export function readDeclaredApi({ api: apiInputs, stage, routes, integrations, authorizers }: DeclaredApi) {
  const api = parseDeclared('api', apiSchema, apiInputs);
  const declared = {
    api,
    stage: parseDeclared(`stage of ${api.name}`, stageSchema, stage),
    routes: routes.map((inputs) => parseDeclared(`route ${routeKeyOf(inputs)}`, routeSchema, inputs)),
    integrations: new Map(
      [...integrations].map(([id, inputs]) => [
        id,
        parseDeclared(`integration ${id}`, integrationSchema, inputs),
      ]),
    ),
    authorizers: new Map(
      [...authorizers].map(([id, inputs]) => [
        id,
        parseDeclared(`authorizer ${id}`, authorizerSchema, inputs),
      ]),
    ),
  };
  checkReferences(declared);
  return declared;
}

function routeKeyOf(inputs: unknown): string {
  return String((inputs as { routeKey?: unknown } | null)?.routeKey);
}

interface Referring {
  readonly routes: readonly Route[];
  readonly integrations: ReadonlyMap<string, unknown>;
  readonly authorizers: ReadonlyMap<string, unknown>;
  readonly stage: { readonly routeSettings: readonly { readonly routeKey: string }[] };
}

function checkReferences({ routes, integrations, authorizers, stage }: Referring): void {
  const seen = new Set<string>();
  for (const { routeKey, target, authorizationType, authorizerId } of routes) {
    const complain = (problem: string) => new Error(`route ${routeKey}: ${problem}`);
    if (seen.has(routeKey)) throw complain('routeKey: declared twice');
    seen.add(routeKey);
    if (!integrations.has(target.slice('integrations/'.length))) throw complain(`target: no ${target}`);
    if (authorizationType !== 'CUSTOM' && authorizerId !== undefined)
      throw complain(`authorizerId: has no effect with authorizationType ${authorizationType}`);
    if (authorizationType === 'CUSTOM' && !authorizers.has(authorizerId ?? ''))
      throw complain(`authorizerId: no authorizer ${authorizerId}`);
  }
  for (const { routeKey } of stage.routeSettings)
    if (!seen.has(routeKey)) throw new Error(`stage: routeSettings: there is no route ${routeKey}`);
}
