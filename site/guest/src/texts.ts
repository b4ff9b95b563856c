import type { PageView } from '#bookings/model/views/page.ts';

export type Language = PageView['language'];
export type Status = PageView['status'];

/** Every word of a guest's page. */
export interface Texts {
  readonly title: (vessel: string) => string;
  readonly state: Readonly<Record<Status, string>>;
  readonly greeting: Readonly<Record<Status, (name: string) => string>>;
  readonly lead: Readonly<Record<Status, (vessel: string) => string>>;
  readonly charter: string;
  readonly labels: { when: string; where: string; vessel: string; party: string };
  readonly map: string;
  readonly guests: (count: number) => string;
  readonly notes: string;
  readonly changes: {
    heading: string;
    lead: string;
    from: string;
    to: string;
    agreed: (date: string) => string;
    nothing: string;
  };
  /** By the path of an amended field. */
  readonly fields: Readonly<Record<string, string>>;
  readonly contact: string;
}

export const TEXTS: Readonly<Record<Language, Texts>> = {
  en: {
    title: (vessel) => `Your charter on ${vessel}`,
    state: { pending: 'On hold', confirmed: 'Confirmed', cancelled: 'Cancelled' },
    greeting: {
      pending: (name) => `Almost aboard, ${name}`,
      confirmed: (name) => `Welcome aboard, ${name}`,
      cancelled: (name) => `Until another day, ${name}`,
    },
    lead: {
      pending: (vessel) =>
        `We are holding this time on ${vessel} for you. It is not confirmed yet; this page will say so as soon as it is.`,
      confirmed: (vessel) =>
        `Your charter on ${vessel} is confirmed. Here is all you need for the day; keep this link, it always shows the latest.`,
      cancelled: (vessel) =>
        `This charter on ${vessel} has been cancelled. There is nothing more you need to do, and we would love to sail with you another day.`,
    },
    charter: 'Your charter',
    labels: { when: 'When', where: 'Where', vessel: 'Vessel', party: 'Party' },
    map: 'Open the map',
    guests: (count) => (count === 1 ? '1 guest' : `${count} guests`),
    notes: 'Good to know',
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
    contact: 'Questions, or something not right? Write to us where you booked, and we will take care of it.',
  },
  es: {
    title: (vessel) => `Su paseo a bordo de ${vessel}`,
    state: { pending: 'En espera', confirmed: 'Confirmado', cancelled: 'Cancelado' },
    greeting: {
      pending: (name) => `Casi a bordo, ${name}`,
      confirmed: (name) => `Le damos la bienvenida a bordo, ${name}`,
      cancelled: (name) => `Hasta otro día, ${name}`,
    },
    lead: {
      pending: (vessel) =>
        `Le reservamos este horario a bordo de ${vessel}. Aún no está confirmado; esta página lo dirá en cuanto lo esté.`,
      confirmed: (vessel) =>
        `Su paseo a bordo de ${vessel} está confirmado. Aquí tiene todo lo necesario para ese día; guarde este enlace, siempre muestra lo más reciente.`,
      cancelled: (vessel) =>
        `Este paseo a bordo de ${vessel} ha sido cancelado. No tiene que hacer nada más, y nos encantaría navegar con usted otro día.`,
    },
    charter: 'Su paseo',
    labels: { when: 'Cuándo', where: 'Dónde', vessel: 'Embarcación', party: 'Grupo' },
    map: 'Abrir el mapa',
    guests: (count) => (count === 1 ? '1 invitado' : `${count} invitados`),
    notes: 'Bueno saberlo',
    changes: {
      heading: 'Qué ha cambiado',
      lead: 'Todo lo demás en esta página sigue igual.',
      from: 'Antes:',
      to: 'Ahora:',
      agreed: (date) => `Acordado el ${date}`,
      nothing: 'nada',
    },
    fields: {
      start: 'Inicio',
      hours: 'Duración',
      vessel: 'Embarcación',
      'guest.count': 'Grupo',
      'notes.guest': 'Bueno saberlo',
    },
    contact: '¿Preguntas, o algo no está bien? Escríbanos donde hizo la reserva y lo resolveremos.',
  },
};
