/**
 * Of one address, GETs below `/g/` in five minutes. The pipeline looks at the pages of all bookings from one, and keeps to
 * this. Of two thousand pages among the 1.5e11 that new ids are chosen from, a stranger guesses one in a month.
 */
export const PAGES_PER_FIVE_MINUTES = 10_000;
