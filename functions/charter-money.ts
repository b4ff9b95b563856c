import { toAmount } from '#bookings/model/money.ts';

/** `$125.00`: an amount as people read it, in pages and mails. */
export const formatMoney = ({ cents, currency }: { cents: number; currency: string }): string =>
  new Intl.NumberFormat('en-US', { style: 'currency', currency }).format(
    toAmount(cents) as Intl.StringNumericLiteral,
  );
