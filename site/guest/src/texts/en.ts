import type { Texts } from '../texts.ts';

export const en: Texts = {
  title: 'Your charter',
  description: 'Everything about your day on the water in one place: when, where and what to bring.',
  locale: 'en_US',
  at: (time, date) => (date === undefined ? `at ${time}` : `on ${date} at ${time}`),
  other: { language: 'es', name: 'Español' },
  hero: {
    pending: [
      {
        showing: 'not-after',
        state: 'On hold',
        greeting: ['Almost aboard, ', ''],
        lead: ({ vessel }) =>
          `We are holding this time on ${vessel} for you. It is not confirmed yet; this page will say so as soon as it is.`,
      },
      {
        showing: 'on-after',
        state: 'Not confirmed',
        greeting: ['Perhaps another day, ', ''],
        lead: ({ vessel }) =>
          `The time that we were holding for you on ${vessel} has passed without being confirmed. If you would still like to sail, tell us, and we will find a new day together.`,
      },
    ],
    confirmed: [
      {
        showing: 'on-before',
        state: 'Confirmed',
        greeting: ['Welcome aboard, ', ''],
        lead: ({ vessel }) =>
          `Your charter on ${vessel} is confirmed. Here is all you need for the day; keep this link, it always shows the latest.`,
      },
      {
        showing: 'on-day',
        state: 'Today',
        greeting: ['Today we sail, ', ''],
        lead: ({ vessel, checkIn, start }) =>
          `Please be at the dock ${checkIn}. ${vessel} casts off ${start}, and the crew is looking forward to you.`,
      },
      {
        showing: 'on-after',
        state: 'Thank you',
        greeting: ['It was good to have you aboard, ', ''],
        lead: ({ vessel }) =>
          `Thank you for sailing on ${vessel}. We hope that the bay showed you its best side.`,
      },
    ],
    cancelled: [
      {
        state: 'Cancelled',
        greeting: ['Until another day, ', ''],
        lead: ({ vessel }) =>
          `This charter on ${vessel} has been cancelled. There is nothing more you need to do, and we would love to sail with you another day.`,
      },
    ],
  },
  changes: {
    heading: 'What changed',
    lead: 'Everything else on this page is as it was.',
    from: 'Before:',
    to: 'Now:',
    agreed: (date) => `Agreed on ${date}`,
    nothing: 'nothing',
  },
  fields: {
    start: 'Start',
    hours: 'Duration',
    vessel: 'Vessel',
    'guest.count': 'Party',
    'notes.guest': 'Good to know',
  },
  facts: {
    heading: 'Your charter',
    when: 'When',
    checkIn: 'Check-in',
    come: (at) => `Be at the dock ${at}`,
    where: 'Where',
    map: 'Open the map',
    vessel: 'Vessel',
    party: 'Party',
    guests: (count) => (count === 1 ? '1 guest' : `${count} guests`),
  },
  calendar: {
    heading: 'Add to your calendar',
    entry: (vessel) => `${vessel} charter`,
    details: (checkIn, address) => `Check-in: ${checkIn}\nAll about the day: ${address}`,
    file: 'Apple or file',
  },
  notes: 'Good to know',
  photos: {
    heading: 'Photos',
    lead: (until) =>
      `Before, on the day and afterwards: collect the photos of your group here, up to 100, each up to 25 MB, until ${until}. Only people with the link that we sent you can see them. Save the ones you like: they are taken down after that.`,
    noKey: 'To add or see photos, open the whole link that we sent you: it ends in #k= and a row of letters.',
    noScript: 'Photos need JavaScript; everything else on this page works without.',
    closed: (until) => `The photos of this charter were here until ${until}.`,
  },
  emergency: {
    heading: 'In an emergency',
    lead: 'On board, tell the crew first: they are trained for it.',
    rescue: 'Police, fire, ambulance',
    coastGuard: 'U.S. Coast Guard',
    channel: 'VHF channel 16',
  },
  contact: {
    heading: 'Questions?',
    lead: {
      pending: 'Something not right, or another day suits you better? A person of our crew answers.',
      confirmed: 'Running late, or something not right? A person of our crew answers.',
      cancelled: 'Another day, or something not right? A person of our crew answers.',
    },
    call: 'Call us',
    write: 'Write',
  },
  thanks: {
    heading: 'How was your day?',
    lead: 'A few honest words help other guests to choose, and the crew reads every one of them.',
    review: 'Write a review',
  },
};
