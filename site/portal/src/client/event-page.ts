import { NOTICES } from '#functions/scc/notices.ts';
import { createApi } from './api.ts';
import type { Charter } from './charter.ts';
import { entryOf, onEntryForm, type Sent } from './entry-forms.ts';
import { createEventView } from './event-view.ts';
import { becomeMember } from './identity.ts';
import { startSchedule } from './schedule.ts';
import type { Storage } from './storage.ts';
import { createSync } from './sync.ts';
import { createUploads } from './uploads.ts';

/** The page of one charter, working with and without network. `keep` resolves as {@link keepOffline} does. */
export async function openEventPage(
  charter: Charter,
  storage: Storage,
  keep: () => Promise<string | null>,
): Promise<void> {
  const { eventId, me: member } = charter;
  await becomeMember(storage, member);
  await storage.mergeLog(eventId, charter.entries);
  const api = createApi({ member, csrf: charter.csrf });
  const changed = () => view.draw(sync.contact());
  const sync = createSync({ storage, api, member, changed });
  const { refreshLog } = sync;
  const view = createEventView(charter, storage, (files) => void addPhotos(files));
  const progressed = view.progress;
  const uploads = createUploads({ store: storage.uploads, api, member, refreshLog, changed, progressed });

  const addPhotos = async (files: readonly File[]) => {
    view.say('');
    for (const file of files) {
      const isTaken = await uploads.add(file, { eventId, purpose: 'photo', photo: crypto.randomUUID() });
      if (!isTaken) view.say(`${file.name} is not a picture that can be shown here.`);
    }
    await changed();
    await uploads.resume();
  };
  const take = async ({ form, receipt }: Sent) => {
    view.say('');
    const id = crypto.randomUUID();
    const photo = receipt && crypto.randomUUID();
    const made = entryOf(form, { id, member, receipt: photo });
    if ('problem' in made) return refuse(NOTICES[made.problem].text);
    // The picture first: an entry that names it must not be left without.
    if (receipt && photo && !(await uploads.add(receipt, { eventId, purpose: 'receipt', photo })))
      return refuse(`${receipt.name} is not a picture that can be shown here.`);
    const lamport = await storage.nextLamport(eventId, view.section().state.lamport);
    await storage.outbox.put({ eventId, entry: { ...made, lamport }, refusal: null });
    await view.draw(sync.contact(), form);
    void sync.send().then(uploads.resume);
    return 'taken';
  };
  const refuse = (text: string) => {
    view.say(text);
    return 'open' as const;
  };

  onEntryForm(take);
  onControls({
    reload: () => Promise.resolve(location.reload()),
    remove: (id) => storage.outbox.remove([id]).then(changed),
    async retry(id) {
      const unsent = (await storage.outbox.all()).find(({ entry }) => entry.id === id);
      if (unsent !== undefined) await storage.outbox.put({ ...unsent, refusal: null });
      await sync.send();
    },
    retryPhoto: uploads.retry,
    removePhoto: uploads.remove,
  });
  startSchedule(async () => {
    const isMet = await sync.meet(eventId);
    if (isMet) void uploads.resume();
    return isMet;
  });
  view.markKept(await keep());
  await changed();
}

/** Buttons outside of forms, by their `data-…`, whose value is what they are about. */
function onControls(controls: Readonly<Record<string, (about: string) => Promise<unknown>>>): void {
  document.addEventListener('click', (event) => {
    const button = (event.target as Element).closest<HTMLElement>('button[type=button]');
    for (const [name, about] of Object.entries(button?.dataset ?? {})) void controls[name]?.(about ?? '');
  });
}
