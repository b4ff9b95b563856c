/** Who may see a page of the portal with something of theirs on it; `anyone` sees the same words as everybody. */
export type Reader = 'aboard' | 'crew' | 'anyone';

/** Every page and who may see it: a page that is missing here fails `portal-doors.test.ts`, which goes through them all. */
export const PAGES: Record<string, Reader> = {
  'GET /crew': 'crew',
  'GET /crew/enter': 'anyone',
  'GET /crew/events/{eventId}': 'aboard',
  'GET /crew/sent': 'anyone',
  'GET /crew/unavailable': 'anyone',
};
