import type { EntryBody, EntryContent } from './entry.ts';

/** How a write ended: each of these is an answer to act on; any other failure is thrown. */
export type Written = 'done' | 'exists' | 'changed' | 'gone' | 'forbidden';

/** An entry as the calendar has it, deleted ones included. */
export interface RemoteEntry {
  readonly eventId: string;
  readonly etag: string;
  readonly isDeleted: boolean;
  readonly link: string | null;
  readonly properties: Readonly<Record<string, string>>;
  readonly content: EntryContent;
}

/** What this function needs of Google Calendar. Every write tells nobody. */
export interface Calendars {
  get(calendarId: string, eventId: string): Promise<RemoteEntry | undefined>;
  insert(calendarId: string, eventId: string, body: EntryBody): Promise<Written>;
  update(calendarId: string, eventId: string, body: EntryBody, etag: string): Promise<Written>;
  delete(calendarId: string, eventId: string, etag: string): Promise<Written>;
  list(calendarId: string, range: { timeMin: string; timeMax: string }): Promise<readonly RemoteEntry[]>;
}
