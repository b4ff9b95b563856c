import type { Texts } from '../texts.ts';

export const es: Texts = {
  title: 'Su paseo',
  description: 'Todo sobre su día en el agua en un solo lugar: cuándo, dónde y qué traer.',
  locale: 'es_US',
  at: (time, date) =>
    `${date === undefined ? '' : `el ${date} `}${/^1\b/.test(time) ? 'a la' : 'a las'} ${time}`,
  other: { language: 'en', name: 'English' },
  hero: {
    pending: [
      {
        showing: 'not-after',
        state: 'En espera',
        greeting: ['Casi a bordo, ', ''],
        lead: ({ vessel }) =>
          `Le reservamos este horario a bordo de ${vessel}. Aún no está confirmado; esta página lo dirá en cuanto lo esté.`,
      },
      {
        showing: 'on-after',
        state: 'Sin confirmar',
        greeting: ['Quizás otro día, ', ''],
        lead: ({ vessel }) =>
          `El horario que le reservábamos a bordo de ${vessel} pasó sin confirmarse. Si todavía quiere navegar, díganos y buscaremos juntos otra fecha.`,
      },
    ],
    confirmed: [
      {
        showing: 'on-before',
        state: 'Confirmado',
        greeting: ['Le damos la bienvenida a bordo, ', ''],
        lead: ({ vessel }) =>
          `Su paseo a bordo de ${vessel} está confirmado. Aquí tiene todo lo necesario para ese día; guarde este enlace, siempre muestra lo más reciente.`,
      },
      {
        showing: 'on-day',
        state: 'Hoy',
        greeting: ['Hoy navegamos, ', ''],
        lead: ({ vessel, checkIn, start }) =>
          `Le esperamos en el muelle ${checkIn}; ${vessel} zarpa ${start} y la tripulación se alegra de navegar con usted.`,
      },
      {
        showing: 'on-after',
        state: 'Gracias',
        greeting: ['Fue un gusto tenerle a bordo, ', ''],
        lead: ({ vessel }) =>
          `Gracias por navegar en ${vessel}. Esperamos que la bahía le haya mostrado su mejor cara.`,
      },
    ],
    cancelled: [
      {
        state: 'Cancelado',
        greeting: ['Hasta otro día, ', ''],
        lead: ({ vessel }) =>
          `Este paseo a bordo de ${vessel} ha sido cancelado. No tiene que hacer nada más, y nos encantaría navegar con usted otro día.`,
      },
    ],
  },
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
  facts: {
    heading: 'Su paseo',
    when: 'Cuándo',
    checkIn: 'Llegada',
    come: (at) => `En el muelle ${at}`,
    where: 'Dónde',
    map: 'Abrir el mapa',
    vessel: 'Embarcación',
    party: 'Grupo',
    guests: (count) => (count === 1 ? '1 persona' : `${count} personas`),
  },
  calendar: {
    heading: 'Añadir a su calendario',
    entry: (vessel) => `Paseo en ${vessel}`,
    details: (checkIn, address) => `Llegada: ${checkIn}\nTodo sobre el día: ${address}`,
    file: 'Apple o archivo',
  },
  notes: 'Bueno saberlo',
  photos: {
    heading: 'Fotos',
    lead: (until) =>
      `Antes, durante y después, hasta el ${until}, reúna aquí las fotos de su grupo: como máximo 100, de hasta 25 MB cada una. Solo las ve quien tiene el enlace que le enviamos. Guarde las que le gusten: después se retiran.`,
    noKey:
      'Para añadir o ver fotos, abra el enlace completo que le enviamos: termina en #k= y una serie de letras.',
    noScript: 'Las fotos necesitan JavaScript; todo lo demás en esta página funciona sin él.',
    closed: (until) => `Hasta el ${until}, estuvieron aquí las fotos de este paseo.`,
  },
  emergency: {
    heading: 'En una emergencia',
    lead: 'A bordo, avise primero a la tripulación: está preparada para ello.',
    rescue: 'Policía, bomberos, ambulancia',
    coastGuard: 'Guardia Costera de EE. UU.',
    channel: 'Canal 16 de VHF',
  },
  contact: {
    heading: '¿Preguntas?',
    lead: {
      pending: '¿Algo no está bien, o le conviene más otro día? Le responde una persona de nuestro equipo.',
      confirmed: '¿Viene con retraso, o algo no está bien? Le responde una persona de nuestro equipo.',
      cancelled: '¿Otro día, o algo no está bien? Le responde una persona de nuestro equipo.',
    },
    call: 'Llámenos',
    write: 'Escribir',
  },
  thanks: {
    heading: '¿Qué tal su día?',
    lead: 'Unas palabras sinceras ayudan a otros a elegir, y la tripulación las lee todas.',
    review: 'Escribir una reseña',
  },
};
