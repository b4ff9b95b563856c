import type { FormProblem } from '#functions/scc/entries/read-form.ts';
import type { NOTICES } from '#functions/scc/notices.ts';
import { entryOf, type Sent, type Unnumbered } from './entry-forms.ts';
import type { EventView } from './event-view.ts';
import type { UnsentStore } from './outbox.ts';
import type { Storage } from './storage.ts';
import type { Sync } from './sync.ts';
import type { Uploads } from './uploads.ts';

export interface TakingDeps {
  readonly eventId: string;
  readonly member: string;
  readonly storage: Pick<Storage, 'nextLamport'> & { readonly outbox: Pick<UnsentStore, 'put'> };
  readonly uploads: Pick<Uploads, 'add' | 'resume'>;
  readonly view: Pick<EventView, 'draw' | 'section' | 'say'>;
  readonly sync: Pick<Sync, 'contact' | 'send'>;
}

/**
 * Stores what a form says; then it is `taken`, and goes to the server from the outbox, whatever becomes of showing it.
 * `open`: it does not fit, and the person was told why. Rejects only when the entry is not stored.
 */
export const createTaker =
  (deps: TakingDeps) =>
  async (sent: Sent): Promise<'taken' | 'open'> => {
    const { view, sync } = deps;
    const { form, receipt } = sent;
    view.say('');
    const photo = receipt && crypto.randomUUID();
    const made = entryOf(sent, { member: deps.member, receipt: photo });
    const problem = 'problem' in made ? PROBLEMS[made.problem] : await store(made, sent, photo, deps);
    if (problem !== undefined) {
      view.say(problem);
      return 'open';
    }
    await view.draw(sync.contact(), form).catch(() => {
      form.reset();
      view.say('Saved on this device. Please reload the page to see it.');
    });
    void goOn(deps);
    return 'taken';
  };

type Problems = { readonly [Code in FormProblem['problem']]: (typeof NOTICES)[Code]['text'] };

/** The words of the page without script; by type only, as the list of all of them would be loaded by every phone. */
const PROBLEMS: Problems = {
  amount: 'That is not an amount. Write it like 12.50.',
  refused: 'That was not accepted, and nothing was changed. Please check it and try again.',
};

/** Undefined when all of it is stored; else why it cannot be. */
async function store(
  made: Unnumbered,
  { receipt }: Sent,
  photo: string | undefined,
  { eventId, storage, uploads, view }: TakingDeps,
): Promise<string | undefined> {
  // The picture first: an entry that names it must not be left without.
  if (receipt && photo && !(await uploads.add(receipt, { eventId, purpose: 'receipt', photo })))
    return `${receipt.name} is not a picture that can be shown here.`;
  const lamport = await storage.nextLamport(eventId, view.section().state.lamport);
  await storage.outbox.put({ eventId, entry: { ...made, lamport }, refusal: null });
  return undefined;
}

/** What fails here is done by the page's schedule. */
async function goOn({ sync, uploads }: TakingDeps): Promise<void> {
  await sync.send().catch(() => undefined);
  await uploads.resume().catch(() => undefined);
}
