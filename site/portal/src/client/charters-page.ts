import { createApi, type Session } from './api.ts';
import { becomeMember } from './identity.ts';
import { startSchedule } from './schedule.ts';
import type { Storage } from './storage.ts';
import { createSync } from './sync.ts';

/** A page without a charter sends what its member left waiting, and has to ask whose it is. */
export async function openChartersPage(storage: Storage): Promise<void> {
  const reply = await createApi({ member: '', csrf: '' }).get('/api/session');
  if (reply.kind === 'ok') await becomeMember(storage, (reply.body as Session).member.key);
  const member = await storage.member();
  if (member === undefined) return;
  const api = createApi({ member, csrf: '' });
  const sync = createSync({ storage, api, member, changed: () => Promise.resolve() });
  startSchedule(() => sync.meet(undefined));
}
