import ical, {
  ICalCalendarMethod,
  ICalEventStatus,
  ICalEventTransparency,
  type ICalEventData,
} from 'ical-generator';
import { Temporal } from 'temporal-polyfill';
import { tzlib_get_ical_block } from 'timezones-ical-library';

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

/** RFC 5545, the same bytes for the same entries. What was taken back stays in as cancelled: clients keep what is missing. */
export function renderFeed(entries: readonly FeedEntry[], { crewUrl }: { readonly crewUrl: string }): string {
  const calendar = ical({
    name: 'My charters',
    prodId: { company: 'Bosun', product: 'Crew', language: 'EN' },
    method: ICalCalendarMethod.PUBLISH,
    ttl: REFRESH_SECONDS,
    // Without a name: with one, DTSTAMP would be written in that zone's time, and has to be UTC.
    timezone: { name: null, generator: timeZoneOf },
  });
  for (const entry of entries) calendar.createEvent(toEvent(entry, crewUrl));
  return calendar.toString();
}

const REFRESH_SECONDS = 3600;

const timeZoneOf = (zone: string): string | null => [tzlib_get_ical_block(zone)].flat()[0] || null;

function toEvent(entry: FeedEntry, crewUrl: string): ICalEventData {
  const { status, isBusy, title } = SHOWN[stateOf(entry)];
  return {
    id: `${entry.eventId}@${new URL(crewUrl).hostname}`,
    sequence: entry.sequence,
    stamp: Temporal.Instant.from(entry.at),
    lastModified: Temporal.Instant.from(entry.at),
    // Instants, not wall times: those would be read in the zone of this machine, which may skip them.
    start: Temporal.Instant.from(entry.startsAt),
    end: Temporal.Instant.from(entry.endsAt),
    timezone: entry.zone,
    status,
    transparency: isBusy ? ICalEventTransparency.OPAQUE : ICalEventTransparency.TRANSPARENT,
    summary: title(entry),
    location: entry.berth.name,
    url: pageOf(entry, crewUrl),
    description: [
      ...(entry.role === null ? [] : [`Role: ${entry.role}`]),
      ...(entry.notes === undefined ? [] : [entry.notes]),
      `Map: ${entry.berth.map}`,
      pageOf(entry, crewUrl),
    ].join('\n'),
  };
}

const pageOf = ({ eventId }: FeedEntry, crewUrl: string): string => `${crewUrl}/crew/events/${eventId}`;

type State = FeedEntry['status'] | 'invited';

const stateOf = ({ status, invited }: FeedEntry): State =>
  status === 'confirmed' && invited ? 'invited' : status;

const SHOWN: Record<
  State,
  { readonly status: ICalEventStatus; readonly isBusy: boolean; readonly title: (entry: FeedEntry) => string }
> = {
  confirmed: {
    status: ICalEventStatus.CONFIRMED,
    isBusy: true,
    title: ({ vessel, role }) => [vessel, role].filter((part) => part !== null).join(': '),
  },
  invited: {
    status: ICalEventStatus.TENTATIVE,
    isBusy: false,
    title: ({ vessel, role }) => `Invited: ${vessel}${role === null ? '' : `, ${role}`}`,
  },
  'on-hold': {
    status: ICalEventStatus.TENTATIVE,
    isBusy: false,
    title: ({ vessel }) => `On hold: ${vessel}`,
  },
  cancelled: {
    status: ICalEventStatus.CANCELLED,
    isBusy: false,
    title: ({ vessel }) => `Cancelled: ${vessel}`,
  },
  former: {
    status: ICalEventStatus.CANCELLED,
    isBusy: false,
    title: ({ vessel }) => `Not on board any more: ${vessel}`,
  },
};
