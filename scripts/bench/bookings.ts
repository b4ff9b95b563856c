import type { BookingFileInput, Platform } from '#bookings/model/booking-file.ts';
import { addHours, nextDate } from '#bookings/model/time.ts';
import { createRandom, type Random } from './random.ts';

type Amendment = NonNullable<BookingFileInput['amendments']>[number];

/** Booking files as an operator of many charters would have them, up to four a day; the same for the same seed. */
export function generateBookings(count: number, seed: number): BookingFileInput[] {
  const random = createRandom(seed);
  let date = '2027-01-01';
  return Array.from({ length: count }, (_, index) => {
    if (index % STARTS.length === 0 && index > 0) date = nextDate(date);
    return generateBooking(index, `${date}T${STARTS[index % STARTS.length]}`, random);
  });
}

/** None in the hours that clocks skip or repeat. */
const STARTS = ['08:00', '11:30', '15:00', '18:45'] as const;

function generateBooking(index: number, start: string, random: Random): BookingFileInput {
  const language = random.percent(30) ? 'es' : 'en';
  const status = random.percent(85) ? 'confirmed' : random.pick(['pending', 'cancelled'] as const);
  const hours = random.pick([2, 2.5, 3, 3, 3, 4, 6]);
  const count = random.whole(2, 20);
  const pageId = `b${index.toString(36).padStart(7, '0')}`;
  return {
    platform: random.pick<Platform>(['boatsetter', 'boatsetter', 'getmyboat', 'phone']),
    id: pageId.toUpperCase(),
    pageId,
    status,
    bookedAt: `2026-${random.pick(['09', '10', '11'])}-${random.whole(10, 28)}T10:15:00-08:00`,
    vessel: 'jada',
    start,
    hours,
    guest: { name: generateName(language, random), count, language },
    gross: `${random.whole(400, 2400)}.${random.whole(10, 99)}`,
    crew: [
      { member: 'mike', role: 'captain', hours },
      { role: 'deckhand', hours: hours + 1 },
    ],
    notes: random.percent(60) ? { guest: random.pick(NOTES[language]) } : {},
    amendments: random.percent(20) ? generateAmendments({ start, hours, count }, random) : [],
  };
}

function generateName(language: 'en' | 'es', random: Random): string {
  if (random.percent(3)) return random.pick(ODD_NAMES);
  const { first, last } = NAMES[language];
  return `${random.pick(first)} ${random.pick(last)}`;
}

const NAMES = {
  en: {
    first: ['Alex', 'Sam', 'Priya', 'Grace', 'Owen', 'Mei', 'Hannah', 'Tobias', 'Imani', 'Luke'],
    last: ['Morgan', 'Whitfield', 'O’Neill', 'Nakamura', 'van der Berg', 'Okafor', 'Smith-Jones', 'Kaur'],
  },
  es: {
    first: ['Lucía', 'José', 'Íñigo', 'María del Mar', 'Andrés', 'Ximena', 'Raúl', 'Noemí'],
    last: ['Fernández', 'García Muñoz', 'Peña', 'Ibáñez', 'de la Cruz', 'Núñez'],
  },
} as const;

/** What people are really called, or say they are. */
const ODD_NAMES = [
  'נועה לוי',
  'محمد العربي',
  '山田 太郎',
  'Zoë 🎉⛵',
  'Tom & Jerry <3',
  `D'Arcy "Ace" Lee`,
] as const;

const NOTES = {
  en: [
    'Bring a light jacket: it is cooler on the water.',
    'We sail past Point Loma and the bay bridges.\nThe cake goes into the fridge on board.',
    'Shoes with light soles, please. There is shade on deck, and drinking water for everyone; bring sunscreen, hats and whatever you like to eat. Music is welcome: the speakers on deck take a phone by Bluetooth.',
  ],
  es: [
    'Traiga una chaqueta ligera: en el agua hace más fresco.',
    'Es un cumpleaños: pueden traer pastel, tenemos refrigerador a bordo.',
    'Zapatos de suela clara, por favor. Hay sombra en cubierta y agua potable para todos; traigan protector solar, sombreros y lo que les guste comer.',
  ],
} as const;

function generateAmendments(
  now: { start: string; hours: number; count: number },
  random: Random,
): Amendment[] {
  const earlier = addHours(now.start, 'UTC', -24 * random.whole(1, 20));
  const all = [
    { field: 'start', from: earlier, to: now.start },
    { field: 'hours', from: now.hours + 1, to: now.hours },
    { field: 'guest.count', from: now.count + random.whole(1, 4), to: now.count },
  ];
  return all
    .slice(0, random.whole(1, 3))
    .map((change, index) => ({ at: `2026-12-0${index + 1}T18:00:00-08:00`, ...change }));
}
