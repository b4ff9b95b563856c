import { eventIdOf } from '#bookings/model/ids.ts';
import type { EventView } from '#bookings/model/views/event.ts';
import type { Item } from './expressions.ts';
import type { SentMail } from './post.ts';
import type { World } from './world.ts';

/**
 * What people see of each booking, without revisions: two histories with the same end agree on it. A crew event that is
 * not on is left out: in one history people were never told of it, in another it was withdrawn.
 */
export function contentOf({ state }: World): Readonly<Record<string, unknown>> {
  const { objects, calendar, board, tables } = state;
  return {
    pages: [...objects].map(([key, { body }]) => `${key} ${body.replace(/"revision":\d+/, '')}`).toSorted(),
    calendar: [...calendar.values()]
      .filter(({ status }) => status !== 'cancelled')
      .map(({ id, summary, description, start, end, transparency }) =>
        JSON.stringify({ id, summary, description, start, end, transparency }),
      )
      .toSorted(),
    cards: [...board.values()].map((cells) => String(cells[6])).toSorted(),
    events: [...tables.get('events')!.items.values()]
      .filter((event) => viewOf(event).status === 'confirmed')
      .map((event) => JSON.stringify(eventContent(event, state)))
      .toSorted(),
  };
}

/** In which parts two contents differ, with both. */
export const differing = (found: ReturnType<typeof contentOf>, expected: typeof found) =>
  Object.keys(expected)
    .filter((part) => JSON.stringify(found[part]) !== JSON.stringify(expected[part]))
    .map((part) => ({ part, found: found[part], expected: expected[part] }));

const viewOf = (event: Item): EventView => event['view'] as EventView;

function eventContent(event: Item, { tables }: World['state']) {
  const view = viewOf(event);
  const told = event['told'] as { event: EventView; summary: unknown } | undefined;
  const pay = view.crew.map(({ key }) => {
    const item = tables.get('assignments')!.items.get(`${view.eventId}\n${key}`);
    return (item?.['pay'] as Item | undefined)?.[String(event['revision'])] ?? 'missing';
  });
  return { view, summary: event['summary'], told: told?.event, toldSummary: told?.summary, pay };
}

export interface MailFaults {
  /** Notifications that were mailed more than once, with how often. */
  readonly twice: readonly [string, number][];
  /** Notifications without an end: neither mailed nor overtaken. */
  readonly unfinished: readonly string[];
  /** Whoever was last told something else than what holds. */
  readonly misled: readonly string[];
}
export const NO_MAIL_FAULTS: MailFaults = { twice: [], unfinished: [], misled: [] };

/** What is wrong with the mails of a world that came to rest. */
export function mailFaults({ state }: World, members: readonly string[]): MailFaults {
  const mails = [...state.post.mailbox.values()];
  const intents = [...state.tables.get('notifications')!.items.values()];
  const events = [...state.tables.get('events')!.items.values()];
  return {
    twice: [...Map.groupBy(mails, ({ tag }) => tag)]
      .filter(([, all]) => all.length > 1)
      .map(([tag, all]) => [tag, all.length]),
    unfinished: intents
      .filter((intent) => intent['state'] === 'pending' || intent['state'] === 'claimed')
      .map((intent) => `${String(intent['notification_id'])} ${String(intent['reason'] ?? intent['state'])}`),
    misled: events.flatMap((event) => members.flatMap((member) => misled(member, viewOf(event), mails))),
  };
}

const WITHDRAWN = /#(cancelled|unassigned|filled)#/;

function misled(member: string, view: EventView, mails: readonly SentMail[]): string[] {
  const last = mails.findLast(({ tag }) => tag.startsWith(`${eventIdOf(view.bookingKey)}#${member}#`));
  const hasPlace = view.crew.some((one) => one.member === member || one.candidates.includes(member));
  if (view.status !== 'confirmed' || !hasPlace) {
    const isAware = last === undefined || WITHDRAWN.test(last.tag);
    return isAware ? [] : [`${member} still thinks of a place: ${last.tag}`];
  }
  if (last === undefined) return [`${member} never heard of ${view.bookingKey}`];
  return last.text.includes(dateOf(view)) ? [] : [`${member} was last told another day: ${last.tag}`];
}

/** `May 30, 2027`, as mails write the day of a charter. */
const dateOf = ({ start }: EventView): string => DATE.format(new Date(`${start}:00Z`));
const DATE = new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeZone: 'UTC' });
