/** Amounts are integer cents in the vessel's currency; this file is the only place that calculates with them. */
export type Cents = number;

const AMOUNT = /^(0|[1-9]\d{0,6})(?:\.(\d{2}))?$/;

/** `"840.75"` → 84075. Returns undefined for anything that is not a plain amount with no or two decimals. */
export function parseAmount(text: string): Cents | undefined {
  const match = AMOUNT.exec(text);
  if (match === null) return undefined;
  return Number(match[1]) * 100 + Number(match[2] ?? '0');
}

/**
 * An amount as people write it: `12`, `12.5`, `.50`, `$1,250.50`, `12,50`, `1.234,50`. Undefined for anything else, with a
 * sign, or above 100,000.00. `1,234` is one thousand; `1.234` could be either and is neither. Zero is an amount.
 */
export function readAmount(text: string): Cents | undefined {
  const bare = text.trim().replace(/^[$€£]\s*|\s*[$€£]$/, '');
  const match = WRITTEN.map((form) => form.exec(bare)).find((found) => found !== null);
  if (match === undefined) return undefined;
  const [, whole = '', decimals = ''] = match;
  const cents = Number(whole.replace(/[.,]/g, '')) * 100 + Number(decimals.padEnd(2, '0'));
  return cents <= MOST_WRITTEN ? cents : undefined;
}

const WRITTEN = [
  /^(\d{1,6})(?:[.,](\d{1,2}))?$/,
  /^(\d{1,3}(?:,\d{3})+)(?:\.(\d{1,2}))?$/,
  /^(\d{1,3}(?:\.\d{3})+),(\d{1,2})$/,
  /^()\.(\d{1,2})$/,
];

const MOST_WRITTEN: Cents = 10_000_000;

/** 84075 → `"840.75"`. */
export function toAmount(cents: Cents): string {
  const sign = cents < 0 ? '-' : '';
  const whole = Math.abs(cents);
  return `${sign}${Math.trunc(whole / 100)}.${String(whole % 100).padStart(2, '0')}`;
}

/** Pay for quarter hours at an hourly rate, rounded half-up: 2500 × 5 h = 12500. */
export const payFor = (hourly: Cents, hours: number): Cents => roundHalfUp(hourly * hours * 4, 4);

/** A percentage with at most two decimals of an amount, rounded half-up *first*: 18 % of 84075 = 15134. */
export const percentOf = (amount: Cents, percent: number): Cents =>
  roundHalfUp(amount * Math.round(percent * 100), 10_000);

export const sumCents = (amounts: readonly Cents[]): Cents => amounts.reduce((sum, each) => sum + each, 0);

/** Integer division that rounds halves up; both arguments are whole numbers, the divisor is positive. */
function roundHalfUp(dividend: number, divisor: number): number {
  const whole = Math.round(dividend);
  return Math.floor((2 * whole + divisor) / (2 * divisor));
}
