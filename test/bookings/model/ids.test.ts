import { describe, expect, it } from 'vitest';
import { base32hex, bookingKeyOf, calendarEventIdOf, eventIdOf, uploadKeyOf } from '#bookings/model/ids.ts';
import { newPageId, PAGE_ID } from '#bookings/model/page-id.ts';

describe('ids', () => {
  it.each([
    ['', ''],
    ['f', 'co'],
    ['fo', 'cpng'],
    ['foo', 'cpnmu'],
    ['foob', 'cpnmuog'],
    ['fooba', 'cpnmuoj1'],
    ['foobar', 'cpnmuoj1e8'],
  ])('base32hex of %j is %j, as in RFC 4648', (text, expected) => {
    expect(base32hex(new TextEncoder().encode(text))).toBe(expected);
  });

  it('a booking key ignores letter case', () => {
    expect(bookingKeyOf('boatsetter', 'XHQGMDH')).toBe(bookingKeyOf('boatsetter', 'xhqgmdh'));
  });

  it('event and calendar ids use only what SCC and Google allow, and differ between bookings', () => {
    expect(eventIdOf('boatsetter-xhqgmdh')).toMatch(/^[0-9a-v]{20}$/);
    expect(calendarEventIdOf('boatsetter-xhqgmdh', 0)).toMatch(/^[0-9a-v]{53}$/);
    expect(calendarEventIdOf('boatsetter-xhqgmdh', 0)).not.toBe(calendarEventIdOf('boatsetter-xhqgmdh', 1));
    expect(eventIdOf('boatsetter-a')).not.toBe(eventIdOf('boatsetter-b'));
  });

  it('an upload key depends on link key and page', () => {
    const keys = [uploadKeyOf('k1', 'page1'), uploadKeyOf('k2', 'page1'), uploadKeyOf('k1', 'page2')];
    expect(new Set(keys).size).toBe(3);
  });
});

describe('a new page id', () => {
  it('is valid, drawn from the bytes given, and never one that is taken', () => {
    const bytes = [7, 255, 254, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14];
    const first = newPageId(
      () => Uint8Array.from(bytes),
      () => false,
    );
    expect(first).toMatch(PAGE_ID);
    let call = 0;
    const second = newPageId(
      () => Uint8Array.from(bytes, (byte) => (byte + call++) % 250),
      (id) => id === first,
    );
    expect(second).toMatch(PAGE_ID);
    expect(second).not.toBe(first);
  });
});
