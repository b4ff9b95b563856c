import type { PageView } from '#bookings/model/views/page.ts';
import { formatTime, formatZone } from '#bookings/model/time.ts';
import { renderCalendar, type CalendarEntry } from '#functions/ical.ts';

export interface GuestCalendarOptions {
  /** At which the view last changed. */
  readonly revision: number;
  /** Origin of the guest site. */
  readonly guestUrl: string;
}

/** A guest's charter as a calendar file, in the booking's language: the same bytes for the same view. */
export function renderGuestCalendar(view: PageView, options: GuestCalendarOptions): string {
  const { startsAt, endsAt, zone } = view;
  const url = `${options.guestUrl}/g/${view.pageId}`;
  const texts = TEXTS[view.language];
  const entry: CalendarEntry = {
    uid: `${view.pageId}@${view.site}`,
    sequence: options.revision,
    stamp: view.stamp,
    ...{ startsAt, endsAt, zone },
    status: STATUS[view.status],
    isBusy: view.status === 'confirmed',
    summary: texts.title[view.status](view.vessel.name),
    location: view.berth.name,
    url,
    description: [...texts.note[view.status], ...describe(view, texts), url],
  };
  return renderCalendar([entry], { product: 'Guest', language: view.language.toUpperCase() });
}

const STATUS = { confirmed: 'CONFIRMED', pending: 'TENTATIVE', cancelled: 'CANCELLED' } as const;

function describe(view: PageView, texts: Texts): string[] {
  const { guest, contact, berth } = view;
  const reach = `${texts.contact}: ${contact.name}, ${contact.phone}, ${contact.email}`;
  if (view.status === 'cancelled') return [`${texts.guest}: ${guest.name}`, reach];
  const clock = `${formatTime(view.checkIn, view.language)} ${formatZone(view.checkIn, view.zone, view.language)}`;
  return [
    `${texts.guest}: ${guest.name}`,
    `${texts.party}: ${texts.guests(guest.count)}`,
    `${texts.checkIn}: ${clock}`,
    `${texts.map}: ${berth.map}`,
    reach,
  ];
}

interface Texts {
  readonly title: Readonly<Record<PageView['status'], (vessel: string) => string>>;
  /** Lines before all others. */
  readonly note: Readonly<Record<PageView['status'], readonly string[]>>;
  readonly guest: string;
  readonly party: string;
  readonly guests: (count: number) => string;
  readonly checkIn: string;
  readonly map: string;
  readonly contact: string;
}

const TEXTS: Readonly<Record<PageView['language'], Texts>> = {
  en: {
    title: {
      confirmed: (vessel) => `${vessel} charter`,
      pending: (vessel) => `On hold: ${vessel} charter`,
      cancelled: (vessel) => `Cancelled: ${vessel} charter`,
    },
    note: {
      confirmed: [],
      pending: ['We are holding this time for you. It is not confirmed yet.'],
      cancelled: ['This charter has been cancelled.'],
    },
    guest: 'Guest',
    party: 'Party',
    guests: (count) => (count === 1 ? '1 guest' : `${count} guests`),
    checkIn: 'Check-in',
    map: 'Map',
    contact: 'Questions',
  },
  es: {
    title: {
      confirmed: (vessel) => `Paseo en ${vessel}`,
      pending: (vessel) => `En espera: paseo en ${vessel}`,
      cancelled: (vessel) => `Cancelado: paseo en ${vessel}`,
    },
    note: {
      confirmed: [],
      pending: ['Le guardamos esta hora. Todavía no está confirmada.'],
      cancelled: ['Este paseo ha sido cancelado.'],
    },
    guest: 'Huésped',
    party: 'Grupo',
    guests: (count) => (count === 1 ? '1 persona' : `${count} personas`),
    checkIn: 'Llegada',
    map: 'Mapa',
    contact: 'Preguntas',
  },
};
