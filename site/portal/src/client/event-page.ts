import { createApi } from './api.ts';
import type { Charter } from './charter.ts';
import { onEntryForm } from './entry-forms.ts';
import { createEventView, type EventView } from './event-view.ts';
import { becomeMember } from './identity.ts';
import { startSchedule } from './schedule.ts';
import type { Storage } from './storage.ts';
import { createSync, type Sync } from './sync.ts';
import { createTaker } from './take-entry.ts';
import { createUploads, type Uploads } from './uploads.ts';

/** The page of one charter, working with and without network. `keep` resolves as {@link keepOffline} does. */
export async function openEventPage(
  charter: Charter,
  storage: Storage,
  keep: () => Promise<string | null>,
): Promise<void> {
  const { eventId, me: member } = charter;
  await becomeMember(storage, member);
  await storage.mergeLog(eventId, charter.entries);
  const parts = createParts(charter, storage);
  const { view, sync, uploads, changed } = parts;
  onEntryForm(createTaker({ eventId, member, storage, ...parts }));
  onControls(controlsOf(parts, storage));
  startSchedule(async () => {
    const isMet = await sync.meet(eventId);
    if (isMet) void uploads.resume();
    return isMet;
  });
  view.markKept(await keep());
  await changed();
}

interface Parts {
  readonly view: EventView;
  readonly sync: Sync;
  readonly uploads: Uploads;
  /** Shows what is stored now. Never rejects. */
  readonly changed: () => Promise<void>;
}

function createParts(charter: Charter, storage: Storage): Parts {
  const { eventId, me: member, csrf } = charter;
  const api = createApi({ member, csrf });
  // What cannot be shown now is shown with the next change; it is no reason to stop sending.
  const changed = () => view.draw(sync.contact()).catch(() => undefined);
  const sync = createSync({ storage, api, member, changed });
  const view = createEventView(charter, storage, (files) => void addPhotos(files, eventId, parts));
  const uploads = createUploads({
    store: storage.uploads,
    api,
    member,
    refreshLog: sync.refreshLog,
    changed,
    progressed: view.progress,
  });
  const parts = { view, sync, uploads, changed };
  return parts;
}

async function addPhotos(
  files: readonly File[],
  eventId: string,
  { view, uploads, changed }: Parts,
): Promise<void> {
  view.say('');
  for (const file of files) {
    const isTaken = await uploads.add(file, { eventId, purpose: 'photo', photo: crypto.randomUUID() });
    if (!isTaken) view.say(`${file.name} is not a picture that can be shown here.`);
  }
  await changed();
  await uploads.resume();
}

type Controls = Readonly<Record<string, (about: string) => Promise<unknown>>>;

const controlsOf = ({ sync, uploads, changed }: Parts, { outbox }: Storage): Controls => ({
  reload: () => Promise.resolve(location.reload()),
  remove: (id) => outbox.remove([id]).then(changed),
  async retry(id) {
    const unsent = (await outbox.all()).find(({ entry }) => entry.id === id);
    if (unsent !== undefined) await outbox.put({ ...unsent, refusal: null });
    await sync.send();
  },
  retryPhoto: uploads.retry,
  removePhoto: uploads.remove,
});

/** Buttons outside of forms, by their `data-…`, whose value is what they are about. */
function onControls(controls: Controls): void {
  document.addEventListener('click', (event) => {
    const button = (event.target as Element).closest<HTMLElement>('button[type=button]');
    for (const [name, about] of Object.entries(button?.dataset ?? {})) void controls[name]?.(about ?? '');
  });
}
