import { toAmount } from '#bookings/model/money.ts';

/** `$125.00` */
export const formatPay = ({ cents, currency }: { cents: number; currency: string }): string =>
  new Intl.NumberFormat('en-US', { style: 'currency', currency }).format(
    toAmount(cents) as Intl.StringNumericLiteral,
  );
