import { uploadKeyOf } from '#bookings/model/ids.ts';
import { signingKey, type LinkKey } from './link-keys.ts';

/** The full guest link, for the operator to send. The upload key is in the fragment, which no server ever sees. */
export const guestLink = (guestUrl: string, keys: readonly LinkKey[], pageId: string): string =>
  `${guestUrl}/g/${pageId}#k=${uploadKeyOf(signingKey(keys).key, pageId)}`;
