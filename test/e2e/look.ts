import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventIdOf } from '#bookings/model/ids.ts';
import type { SentMail } from '#scripts/stack/aws/ses.ts';
import type { BoardCard } from '#scripts/stack/board-page.ts';
import type { World } from './world.ts';

/** What a person, or another program, finds when they look at a world from outside. */

type At = Pick<World, 'endpoints'>;

/** A GET that follows no redirect. */
export const get = (url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> =>
  fetch(url, { method, headers, redirect: 'manual' });

export const guestPage = ({ endpoints }: At, path: string): Promise<Response> =>
  get(`${endpoints.edge}${path}`);

export const mails = ({ endpoints }: At): Promise<SentMail[]> =>
  readJson(`${endpoints.mailbox}/messages`) as Promise<SentMail[]>;

/** What arrived since `before` was looked at. */
export const mailsSince = async (world: At, before: readonly SentMail[]): Promise<SentMail[]> => {
  const seen = new Set(before.map(({ id }) => id));
  return (await mails(world)).filter(({ id }) => !seen.has(id));
};

/** `jane: you are on as deckhand`, sorted: who was told what. */
export const newsOf = (sent: readonly SentMail[]): string[] =>
  sent
    .map(
      ({ to, subject }) =>
        `${to.map((one) => one.split('@')[0]).join(' and ')}: ${subject.split(' — ').slice(1).join(' — ')}`,
    )
    .toSorted();

export interface CalendarEntry {
  readonly id: string;
  readonly summary: string;
  readonly description: string;
  readonly transparency: string;
  readonly start: { readonly date: string };
  readonly end: { readonly date: string };
}

export async function calendarEntries({ endpoints }: At): Promise<CalendarEntry[]> {
  const calendar = encodeURIComponent(endpoints.calendarId);
  const list = await readJson(`${endpoints.calendar}/calendar/v3/calendars/${calendar}/events`);
  return (list as { items: CalendarEntry[] }).items;
}

/** The board as it is kept, with the section of each card that holds revenue. */
export const cards = ({ endpoints }: At): Promise<BoardCard[]> =>
  readJson(`${endpoints.board}/cards`) as Promise<BoardCard[]>;

/** The event of a booking as SCC has it; undefined where there is none. */
export async function eventOf({ endpoints }: At, bookingKey: string): Promise<SccEvent | undefined> {
  const answer = await get(`${endpoints.sccApi}/api/events/${eventIdOf(bookingKey)}`, {
    'x-service-key': endpoints.serviceKey,
  });
  return answer.status === 404 ? undefined : ((await answer.json()) as SccEvent);
}

export interface SccEvent {
  readonly revision: number;
  readonly toldRevision: number | null;
  readonly eventId: string;
  readonly event: { readonly status: string; readonly start: string; readonly end: string };
}

/** The address behind the button of a mail: a magic link for the crew. */
export function linkIn({ text = '', subject }: SentMail): string {
  const link = /https?:\/\/\S+\/crew\/enter\?t=\S+/.exec(text)?.[0];
  if (link === undefined) throw new Error(`the mail "${subject}" has no magic link`);
  return link;
}

/** The newest mail to one person of the crew that has a link. */
export async function linkOf(world: At, member: string): Promise<string> {
  const own = (await mails(world)).filter(
    ({ to, text }) => to[0] === `${member}@example.test` && text?.includes('/crew/enter?t='),
  );
  return linkIn(own.at(-1)!);
}

/** Opens a magic link and keeps what a browser would keep. */
export async function signIn(link: string): Promise<{ cookie: string; landing: string }> {
  const answer = await get(link);
  const cookie = answer.headers.getSetCookie()[0]!.split(';')[0]!;
  return { cookie, landing: new URL(answer.headers.get('location')!, link).href };
}

/** One hash over everything that a world keeps: tables, objects, mails, calendar, board, messages. */
export async function fingerprint({ directory }: Pick<World, 'directory'>): Promise<string> {
  const hash = createHash('sha256');
  for (const file of await filesBelow(join(directory, 'state')))
    hash.update(file).update(await readFile(file));
  return hash.digest('hex');
}

export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

const readJson = async (url: string): Promise<unknown> => (await get(url)).json();
