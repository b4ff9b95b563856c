import type { EventView } from '#bookings/model/views/event.ts';

/** An event's state in the crew's words. */
export const STATES: Readonly<Record<EventView['status'], string>> = {
  confirmed: 'Confirmed',
  cancelled: 'Cancelled',
  'on-hold': 'On hold',
};

/** What a state means for a crew member; nothing to say when all is well. */
export const STATE_NOTICES: Readonly<Record<EventView['status'], string | undefined>> = {
  confirmed: undefined,
  cancelled: 'This charter has been cancelled. You are not needed for it.',
  'on-hold': 'This charter is on hold. Please wait: you will have a mail once it is confirmed again.',
};
