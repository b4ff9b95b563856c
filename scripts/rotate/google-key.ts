import * as z from 'zod';
import { UserError } from '#bookings/model/problem.ts';
import { readJson } from '#bookings/model/read-input.ts';
import { createCredentials } from '#functions/calendar-sync/credentials.ts';
import { holderOf, type KeptSecret } from './kept-secret.ts';
import { act, done, type Next } from './steps.ts';

export interface GoogleKeyDeps {
  readonly secret: KeptSecret;
  /** The key file's text. */
  readonly text: string;
  /** Throws when Google gives no access token for it, or does not let it write in a calendar. */
  readonly tryOut: (text: string) => Promise<void>;
}

/** Google takes a service account's old and new key alike until the old one is deleted there, so there is no gap to bridge. */
export const putGoogleKey =
  ({ secret, text, tryOut }: GoogleKeyDeps): Next =>
  async ({ isFirst }) => {
    const versions = await secret.versions();
    const current = holderOf(versions, 'AWSCURRENT');
    if (current !== undefined && (await secret.text(current)) === text)
      return done(
        isFirst
          ? 'This key is the current one already.'
          : 'The calendar uses the new key within five minutes. Delete the old one in the Google Cloud console after that, and the file on this machine now.',
      );
    if (isFirst) await tryOut(text);
    return act('Google takes the key. Puts it into its secret.', () =>
      secret.put(text, ['AWSCURRENT'], versions),
    );
  };

/** Checks that it is a key file; its content is in no message. Throws {@link UserError}. */
export function checkKeyFile(file: string, text: string): void {
  if (!readJson(file, text, keyFileSchema).ok)
    throw new UserError(
      `${file} is not the JSON key file of a service account: expected type, client_email, private_key, token_uri.`,
    );
}

const keyFileSchema = z.looseObject({
  type: z.literal('service_account'),
  client_email: z.string().min(1),
  private_key: z.string().startsWith('-----BEGIN'),
  token_uri: z.url(),
});

export interface GoogleCalendars {
  /** With a slash at the end. */
  readonly googleRootUrl: string;
  /** Key → id. */
  readonly calendars: Readonly<Record<string, string>>;
}

/**
 * Asks Google, as calendar-sync does, for an access token and whether it may write in each calendar. Throws
 * {@link UserError} where not.
 */
export const askGoogle =
  ({ googleRootUrl, calendars }: GoogleCalendars) =>
  async (text: string): Promise<void> => {
    const secret = { read: async () => text, forget: () => undefined };
    const client = await createCredentials(secret, { name: 'the key file', timeout: 10_000 }).current();
    await client.authorize().catch((cause: unknown) => {
      throw new UserError(`Google does not take this key: ${reasonOf(cause)}. Nothing was changed.`, [], {
        cause,
      });
    });
    for (const [key, id] of Object.entries(calendars)) {
      const calendar = `Calendar ${key} (${id})`;
      const url = `${googleRootUrl}calendar/v3/calendars/${encodeURIComponent(id)}/events?maxResults=1`;
      const role = await client.request<{ accessRole: string }>({ url }).then(
        ({ data }) => data.accessRole,
        (error: unknown) => withoutAccess(calendar, error),
      );
      if (role !== 'writer' && role !== 'owner')
        throw new UserError(
          `${calendar} is not shared with ${client.email} for changes (${role}). In Google Calendar, Settings and sharing: ` +
            'share it with that address, "Make changes to events". Nothing was changed.',
        );
    }
  };

/** Google does not show what is not shared; whatever else it says is no answer. */
function withoutAccess(calendar: string, error: unknown): string {
  if ((error as { status?: number }).status === 404) return 'not to be seen';
  throw new UserError(`${calendar} could not be asked: ${reasonOf(error)}. Nothing was changed.`, [], {
    cause: error,
  });
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : 'no reason given');
