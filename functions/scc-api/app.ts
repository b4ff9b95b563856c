import type { OpenAPIHono } from '@hono/zod-openapi';
import { createApi } from '../http.ts';
import type { Log } from '../log.ts';
import { resolvePrincipal, type PrincipalOptions, type SccEnv } from './principal.ts';
import type { ReleaseDeps } from './release.ts';
import { addCrewRoutes } from './routes/crew.ts';
import { addEventRoutes } from './routes/events.ts';
import { addGuestLinkRoutes } from './routes/guest-links.ts';
import { addNotificationRoutes } from './routes/notifications.ts';

export interface SccDeps extends ReleaseDeps, PrincipalOptions {
  /** Origin of the guest site, `https://queenofsandiego.com`. */
  readonly guestUrl: string;
  readonly log: Log;
}

/** ShipCaptainCrew's API. Every route but its own description names the principals that it accepts. */
export function createApp(deps: SccDeps): OpenAPIHono<SccEnv> {
  const app = createApi<SccEnv>({ title: 'ShipCaptainCrew', version: '1', log: deps.log });
  app.use(resolvePrincipal(deps));
  addEventRoutes(app, deps);
  addNotificationRoutes(app, deps);
  addGuestLinkRoutes(app, deps);
  addCrewRoutes(app, deps);
  return app;
}
