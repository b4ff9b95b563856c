import type { OpenAPIHono } from '@hono/zod-openapi';
import { createApi } from '../http.ts';
import type { Log } from '../log.ts';
import type { EntryStore } from '../scc/entries/entry-store.ts';
import { refuseForgery } from './csrf.ts';
import { answerForms } from './forms.ts';
import { resolvePrincipal, type PrincipalOptions, type SccEnv } from './principal.ts';
import type { ReleaseDeps } from './release.ts';
import { addAnswerRoutes } from './routes/answers.ts';
import { addCrewLinkRoutes } from './routes/crew-links.ts';
import { addCrewRoutes } from './routes/crew.ts';
import { addEntryRoutes } from './routes/entries.ts';
import { addEventRoutes } from './routes/events.ts';
import { addFeedRoutes, type FeedDeps } from './routes/feeds.ts';
import { addGuestLinkRoutes } from './routes/guest-links.ts';
import { addGuestPhotoRoutes } from './routes/guest-photos.ts';
import { addNotificationRoutes } from './routes/notifications.ts';
import { addPhotoRoutes, type PhotoDeps } from './routes/photos.ts';
import { addSessionRoutes } from './routes/session.ts';
import { describeSecurity } from './security.ts';

export interface SccDeps extends ReleaseDeps, PrincipalOptions {
  /** Origin of the guest site, `https://queenofsandiego.com`. */
  readonly guestUrl: string;
  /** Origin of the crew site, `https://sailjada.com`. */
  readonly crewUrl: string;
  readonly entries: EntryStore;
  readonly photos: PhotoDeps['photos'];
  readonly feedOf: FeedDeps['feedOf'];
  readonly log: Log;
}

/** ShipCaptainCrew's API. Every route but its own description names the principals that it accepts. */
export function createApp(deps: SccDeps): OpenAPIHono<SccEnv> {
  const app = createApi<SccEnv>({ title: 'ShipCaptainCrew', version: '1', log: deps.log });
  app.use(answerForms, resolvePrincipal(deps), refuseForgery(deps));
  addEventRoutes(app, deps);
  addNotificationRoutes(app, deps);
  addGuestLinkRoutes(app, deps);
  addCrewRoutes(app, deps);
  addAnswerRoutes(app, deps);
  addEntryRoutes(app, deps);
  addPhotoRoutes(app, deps);
  addGuestPhotoRoutes(app, deps);
  addSessionRoutes(app, deps);
  addCrewLinkRoutes(app, deps);
  addFeedRoutes(app, deps);
  describeSecurity(app);
  return app;
}
