import type { OpenAPIHono } from '@hono/zod-openapi';
import { SESSION_COOKIE } from '../scc/links.ts';
import { guardOf, type Principal, type SccEnv } from './principal.ts';

/** Writes into the API's description who may use each route, as its guard has it: call it after all routes are added. */
export function describeSecurity(app: OpenAPIHono<SccEnv>): void {
  for (const [name, scheme] of Object.entries(SCHEMES))
    app.openAPIRegistry.registerComponent('securitySchemes', name, scheme);
  for (const definition of app.openAPIRegistry.definitions) {
    if (definition.type !== 'route') continue;
    const { method, path } = definition.route;
    const guards = app.routes
      .filter((route) => route.method === method.toUpperCase() && route.path === toPattern(path))
      .flatMap(({ handler }) => guardOf(handler) ?? []);
    const isRead = method === 'get';
    definition.route.security = guards.flatMap((kind) => REQUIREMENTS[kind](isRead));
  }
}

const toPattern = (path: string): string => path.replaceAll(/\{(.+?)\}/g, ':$1');

const SCHEMES = {
  serviceKey: { type: 'apiKey', in: 'header', name: 'X-Service-Key' },
  serviceBearer: { type: 'http', scheme: 'bearer', description: 'The service key' },
  session: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE, description: 'From opening a magic link' },
  csrf: {
    type: 'apiKey',
    in: 'header',
    name: 'X-CSRF-Token',
    description: 'From GET /api/session; a form sends it in its field csrf',
  },
  uploadKey: { type: 'apiKey', in: 'header', name: 'X-Upload-Key', description: 'From the guest’s link' },
} as const;

type Requirement = Partial<Record<keyof typeof SCHEMES, string[]>>;

const REQUIREMENTS: Record<Principal['kind'], (isRead: boolean) => Requirement[]> = {
  service: () => [{ serviceKey: [] }, { serviceBearer: [] }],
  crew: (isRead) => [isRead ? { session: [] } : { session: [], csrf: [] }],
  guest: () => [{ uploadKey: [] }],
};
