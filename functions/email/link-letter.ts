import { shiftInstant, wallTimeAt } from '#bookings/model/time.ts';
import type { EventView } from '#bookings/model/views/event.ts';
import { describeWallTime } from '../charter-time.ts';
import { LINK_HOURS } from '../scc/links.ts';
import { charterFacts, crewFooter, LINK_HINT } from './crew-letter.ts';
import type { Letter } from './letter.ts';
import { subjectLine } from './wording.ts';

/** The link that somebody asked for. It was asked for without proof of who asks: so nothing but the link is in it. */
export function linkLetter({ event, link }: { event: EventView; link: string }): Letter {
  const until = describeWallTime(wallTimeAt(shiftInstant(event.endsAt, LINK_HOURS), event.zone), event.zone);
  return {
    subject: subjectLine(event.vessel.name, event.start, 'your new link'),
    preview: 'Here is the link that you asked for.',
    title: 'Your new link',
    intro:
      `Here is the link that you asked for. It works until ${until}, a week after the charter ends, and as often as you like. ` +
      'If you did not ask for it, leave it be: nobody but you got it.',
    facts: charterFacts(event, false),
    changes: [],
    notes: [],
    lists: [],
    actions: [{ label: 'Open your charters', url: link, hint: LINK_HINT }],
    footer: crewFooter(event.vessel.name),
  };
}
