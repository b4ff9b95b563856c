import { openChartersPage } from './charters-page.ts';
import { readCharter } from './charter.ts';
import { openEventPage } from './event-page.ts';
import { guardSignOut } from './identity.ts';
import { openStorage } from './storage.ts';
import { keepOffline } from './worker.ts';

/** Where a browser lacks what this needs, the page works as it does without script. */
async function start(): Promise<void> {
  if (!('locks' in navigator) || !('randomUUID' in crypto)) return;
  const storage = await openStorage();
  const charter = readCharter();
  guardSignOut(storage);
  // The worker is no use without its page, so it may fail; and it comes last, as it fetches the page once more.
  const keep = () => keepOffline().catch(() => null);
  if (charter !== undefined) return openEventPage(charter, storage, keep);
  await openChartersPage(storage);
  await keep();
}

void start();
