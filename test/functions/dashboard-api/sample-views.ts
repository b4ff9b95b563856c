import type { CalendarView } from '#bookings/model/views/calendar.ts';
import type { CardView } from '#bookings/model/views/card.ts';

export const bookingKey = 'boatsetter-xhqgmdh';

export const calendarView: CalendarView = {
  calendar: 'jada',
  id: 'XHQGMDH',
  platform: 'Boatsetter',
  guestName: 'Alex Morgan',
  vessel: 'JADA',
  status: 'confirmed',
  start: '2027-05-30T09:00',
  end: '2027-05-30T12:00',
  zone: 'America/Los_Angeles',
  hours: 3,
  crew: [{ name: 'John', role: 'deckhand', hours: 5 }],
};

export const cardView: CardView = {
  bookingKey,
  platform: 'Boatsetter',
  id: 'XHQGMDH',
  title: 'Boatsetter — May 30 (3h)',
  lane: 'New Bookings',
  date: '2027-05-30',
  currency: 'USD',
  gross: 84075,
  crew: 25000,
  captain: 15000,
  portFee: 15134,
  net: 28941,
};
