import { createApi } from './api.ts';
import type { Storage } from './storage.ts';
import { dropPages } from './worker.ts';

/** Another member than last time: what was kept for that one goes. The outbox stays, and shows each only their own. */
export async function becomeMember(storage: Storage, me: string): Promise<void> {
  if ((await storage.member()) === me) return;
  await forgetMember(storage);
  await storage.remember(me);
}

async function forgetMember(storage: Storage): Promise<void> {
  await Promise.all([dropPages(), storage.dropLogs(), storage.forget()]);
}

/** Signing out leaves nothing readable behind, and asks first when something was not sent. */
export function guardSignOut(storage: Storage): void {
  document.addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement;
    if (new URL(form.action).pathname !== SIGN_OUT) return;
    event.preventDefault();
    void signOut(String(new FormData(form).get('csrf')), storage);
  });
}

const SIGN_OUT = '/api/session/end';

/** Only the server can end the session; without it, what is kept would be gone and the session would not. */
async function signOut(csrf: string, storage: Storage): Promise<void> {
  const member = (await storage.member()) ?? '';
  const count = await countUnsent(storage, member);
  if (count > 0 && !confirm(question(count))) return;
  const { kind } = await createApi({ member, csrf }).post(SIGN_OUT, {});
  if (kind === 'unavailable') return alert('Signing out needs signal. Please try again when there is some.');
  if (kind !== 'ok' && kind !== 'signed-out') return location.reload();
  await forgetMember(storage);
  location.assign('/crew?notice=signed-out');
}

async function countUnsent({ outbox, uploads }: Storage, member: string): Promise<number> {
  const [entries, pictures] = await Promise.all([outbox.all(), uploads.all()]);
  const makers = [...entries.map(({ entry }) => entry.member), ...pictures.map((picture) => picture.member)];
  return makers.filter((maker) => maker === member).length;
}

const question = (count: number): string =>
  `${count === 1 ? 'One entry or picture is' : `${count} entries or pictures are`} not sent yet. What is not sent ` +
  'stays on this device and goes up when you sign in here again. Sign out all the same?';
