import { declareBudget } from './budget.ts';
import type { Foundation } from '../foundation.ts';
import { declareOperationsDashboard } from './dashboard.ts';
import type { Sites } from '../sites/sites.ts';
import { watchCredentials, watchMail, watchTables } from './watch-data.ts';
import { watchCertificate, watchSite } from './watch-doors.ts';
import { watchThrottles } from './watch-functions.ts';

/** Watches what no single part is: the sites, the tables, mail, credentials, money; and shows everything on one page. */
export function declareOperations(
  foundation: Foundation,
  { distributions, certificates }: Pick<Sites, 'distributions' | 'certificates'>,
): void {
  for (const [site, distribution] of Object.entries(distributions)) watchSite(foundation, site, distribution);
  for (const [site, certificate] of Object.entries(certificates))
    watchCertificate(foundation, site, certificate);
  watchThrottles(foundation);
  watchTables(foundation);
  watchMail(foundation);
  watchCredentials(foundation);
  declareBudget(foundation);
  declareOperationsDashboard(foundation);
}
