import type { Difference } from '../model/differences.ts';
import type { Artefact } from '../model/views.ts';

/** Amounts of the card and pay of the crew: that they change is said, not how. A plan is read by everyone. */
const MONEY = /^(gross|crew|captain|portFee|net|pay\..*|pay)$/;

export const withoutMoney = (artefact: Artefact, difference: Difference): Difference =>
  (artefact === 'card' || artefact === 'event') && MONEY.test(difference.path)
    ? { path: difference.path, from: null, to: null }
    : difference;
