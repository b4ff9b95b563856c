import { describe, expect, it } from 'vitest';
import { findContactData } from '#bookings/model/contact-data.ts';

describe('contact data in free text', () => {
  it.each([
    'Call +1 619 555 0134',
    '619-555-0134',
    '(619) 555-0134',
    '6195550134',
    '619.555.0134',
    '+4930123456',
    'WhatsApp: +34 612 345 678',
    '６１９５５５０１３４',
    '619‑555‑0134',
    '619•555•0134',
  ])('finds the phone number in %j', (text) => {
    expect(findContactData(text)).toBe('a phone number');
  });

  it.each(['alex@example.com', 'write to Alex.Morgan+boat@mail.example.org please', 'ALEX@EXAMPLE.COM'])(
    'finds the address in %j',
    (text) => {
      expect(findContactData(text)).toBe('an e-mail address');
    },
  );

  it.each([
    'Sunset at 19:48, back by 20:30.',
    'From 2027-05-30 to 2027-05-31',
    'From 5/30/2027 - 6/2/2027',
    'Order 123456789',
    'Slip C-14, gate code at the office',
    '6 guests @ 09:00',
    'Gross is 840.75, fee 151.34',
  ])('leaves %j alone', (text) => {
    expect(findContactData(text)).toBeUndefined();
  });
});
