import { renderCalendar, type CalendarEntry } from '../ical.ts';

/** A charter as it stands in one member's calendar. No pay, and nothing of the guest. */
export interface FeedEntry {
  readonly eventId: string;
  /** `former`: the member had a place and lost it. */
  readonly status: 'confirmed' | 'cancelled' | 'on-hold' | 'former';
  /** To an open position that nobody has yet. */
  readonly invited: boolean;
  readonly role: string | null;
  /** Wall times at the berth. */
  readonly start: string;
  readonly end: string;
  readonly zone: string;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly vessel: string;
  readonly berth: { readonly name: string; readonly map: string };
  readonly notes?: string | undefined;
  /** Rises with whatever changed it: the revision at which it last did, and the sign-ups since the first. */
  readonly sequence: number;
  /** Instant of the release that said so. */
  readonly at: string;
}

/** The same bytes for the same entries. What was taken back stays in as cancelled: clients keep what is missing. */
export const renderFeed = (
  entries: readonly FeedEntry[],
  { crewUrl }: { readonly crewUrl: string },
): string =>
  renderCalendar(
    entries.map((entry) => toCalendarEntry(entry, crewUrl)),
    { product: 'Crew', language: 'EN', feed: { name: 'My charters', seconds: REFRESH_SECONDS } },
  );

const REFRESH_SECONDS = 3600;

function toCalendarEntry(entry: FeedEntry, crewUrl: string): CalendarEntry {
  const { startsAt, endsAt, zone } = entry;
  const { title, ...shown } = SHOWN[stateOf(entry)];
  return {
    uid: `${entry.eventId}@${new URL(crewUrl).hostname}`,
    sequence: entry.sequence,
    stamp: entry.at,
    ...{ startsAt, endsAt, zone },
    ...shown,
    summary: title(entry),
    location: entry.berth.name,
    url: pageOf(entry, crewUrl),
    description: [
      ...(entry.role === null ? [] : [`Role: ${entry.role}`]),
      ...(entry.notes === undefined ? [] : [entry.notes]),
      `Map: ${entry.berth.map}`,
      pageOf(entry, crewUrl),
    ],
  };
}

const pageOf = ({ eventId }: FeedEntry, crewUrl: string): string => `${crewUrl}/crew/events/${eventId}`;

type State = FeedEntry['status'] | 'invited';

const stateOf = ({ status, invited }: FeedEntry): State =>
  status === 'confirmed' && invited ? 'invited' : status;

const SHOWN: Record<
  State,
  Pick<CalendarEntry, 'status' | 'isBusy'> & { readonly title: (entry: FeedEntry) => string }
> = {
  confirmed: {
    status: 'CONFIRMED',
    isBusy: true,
    title: ({ vessel, role }) => [vessel, role].filter((part) => part !== null).join(': '),
  },
  invited: {
    status: 'TENTATIVE',
    isBusy: false,
    title: ({ vessel, role }) => `Invited: ${vessel}${role === null ? '' : `, ${role}`}`,
  },
  'on-hold': {
    status: 'TENTATIVE',
    isBusy: false,
    title: ({ vessel }) => `On hold: ${vessel}`,
  },
  cancelled: {
    status: 'CANCELLED',
    isBusy: false,
    title: ({ vessel }) => `Cancelled: ${vessel}`,
  },
  former: {
    status: 'CANCELLED',
    isBusy: false,
    title: ({ vessel }) => `Not on board any more: ${vessel}`,
  },
};
