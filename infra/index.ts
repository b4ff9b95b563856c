import * as pulumi from '@pulumi/pulumi';
import { deployableConfig } from './config.ts';
import { declareCredentials } from './credentials.ts';
import { declareDashboard } from './dashboard.ts';
import { declareExpenses } from './expenses.ts';
import { declareFoundation } from './foundation.ts';
import { declareMailEvents } from './mail-events.ts';
import { declareNotifications } from './notifications.ts';
import { declareOperations } from './operations/operations.ts';
import { declarePhotos } from './photos.ts';
import { declarePipeline } from './pipeline.ts';
import { useProviders } from './providers.ts';
import { declarePortal, declareScc } from './scc.ts';
import { declareSites } from './sites/sites.ts';

/** Everything that runs on AWS. Pulumi calls it without an argument, the local stack and tests with their own. */
export default function bosun(config = deployableConfig(pulumi.getStack(), process.env)) {
  const names = useProviders(config);
  const foundation = declareFoundation(config);

  const dashboard = declareDashboard(foundation);
  const scc = declareScc(foundation);
  const portal = declarePortal(foundation);

  declareNotifications(foundation);
  declareMailEvents(foundation);
  declareExpenses(foundation, dashboard.handler);
  declarePhotos(foundation);
  declareCredentials(foundation);

  const { recordsToEnter, ...sites } = declareSites(foundation, { scc, portal });
  const deployment = declarePipeline(foundation, { ...sites, scc, portal, dashboard: dashboard.api, names });
  declareOperations(foundation, sites);
  return { deployment, dnsRecords: [...recordsToEnter, ...foundation.mail.recordsToEnter] };
}
