import type { BookingFileInput, Platform } from '#bookings/model/booking-file.ts';
import { addHours, nextDate } from '#bookings/model/time.ts';
import { BOATS, GUESTS_PER_DECKHAND, type Boat } from './fleet.ts';
import { createRandom, type Random } from './random.ts';

type Amendment = NonNullable<BookingFileInput['amendments']>[number];

/**
 * Booking files as an operator of a fleet would have them: each vessel sails up to four times a day, and no two of them
 * contradict each other. The same for the same seed; a smaller set is the beginning of a larger one.
 */
export function generateBookings(count: number, seed: number): BookingFileInput[] {
  const random = createRandom(seed);
  const bookings: BookingFileInput[] = [];
  for (let day = 0, date = FIRST_DATE; bookings.length < count; day++, date = nextDate(date)) {
    for (const boat of BOATS)
      for (const slot of sailingsOf(date, random))
        bookings.push(generateBooking(bookings.length, { boat, day, ...slot }, random));
  }
  return bookings.slice(0, count);
}

const FIRST_DATE = '2027-01-01';

/** Quarters of an hour since midnight: no charter begins or ends in the hours that clocks skip or repeat. */
const FIRST_START = 8 * 4;
const LAST_END = 22 * 4;
/** Between two charters of a vessel and its crew. */
const PAUSE = 4;

interface Slot {
  readonly start: string;
  readonly hours: number;
}

/** A vessel's charters of one day, one after the other. */
function sailingsOf(date: string, random: Random): Slot[] {
  const slots: Slot[] = [];
  let start = FIRST_START + random.whole(0, 4);
  for (;;) {
    const hours = random.pick([2, 2.5, 3, 3, 3, 4, 6]);
    const end = start + hours * 4;
    if (end > LAST_END) return slots;
    slots.push({ start: `${date}T${clockOf(start)}`, hours });
    start = end + PAUSE + random.whole(0, 3);
  }
}

/** `49` → `12:15`. */
const clockOf = (quarters: number): string =>
  [Math.floor(quarters / 4), (quarters % 4) * 15].map((part) => String(part).padStart(2, '0')).join(':');

interface Sailing extends Slot {
  readonly boat: Boat;
  /** Days since the first. */
  readonly day: number;
}

function generateBooking(index: number, sailing: Sailing, random: Random): BookingFileInput {
  const { boat, start, hours } = sailing;
  const language = random.percent(30) ? 'es' : 'en';
  const status = random.percent(85) ? 'confirmed' : random.pick(['pending', 'cancelled'] as const);
  const count = random.whole(2, boat.capacity);
  const pageId = `b${index.toString(36).padStart(7, '0')}`;
  return {
    platform: random.pick<Platform>(['boatsetter', 'boatsetter', 'getmyboat', 'phone']),
    id: pageId.toUpperCase(),
    pageId,
    status,
    bookedAt: `2026-${random.pick(['09', '10', '11'])}-${random.whole(10, 28)}T10:15:00-08:00`,
    vessel: boat.key,
    start,
    hours,
    guest: { name: generateName(language, random), count, language },
    gross: `${random.whole(400, 2400)}.${random.whole(10, 99)}`,
    crew: generateCrew(count, sailing, random),
    notes: random.percent(60) ? { guest: random.pick(NOTES[language]) } : {},
    amendments: random.percent(20) ? generateAmendments({ start, hours, count }, random) : [],
  };
}

/** A position in four is still open. */
function generateCrew(
  guests: number,
  { boat, day, hours }: Sailing,
  random: Random,
): NonNullable<BookingFileInput['crew']> {
  const captain = boat.captains[day % boat.captains.length]!;
  const needed = Math.ceil(guests / GUESTS_PER_DECKHAND);
  const deckhands = Array.from({ length: needed }, (_, position) => {
    const member = boat.deckhands[(day + position) % boat.deckhands.length]!;
    return { ...(random.percent(75) && { member }), role: 'deckhand', hours: hours + 1 };
  });
  return [{ member: captain, role: 'captain', hours }, ...deckhands];
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
