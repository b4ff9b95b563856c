import { createContext, runInContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { startOfDay } from '#bookings/model/time.ts';
import { PHASE_SCRIPT } from '#site/guest/src/phase.ts';

const CLOCK = {
  'data-day': '2027-05-30T07:00:00Z',
  'data-end': '2027-05-30T19:00:00Z',
  'data-photos-until': '2027-06-06T19:00:00Z',
};

/** The page's script in a page of its own, at a moment of the reader's clock. */
function openAt(now: string, attributes: Record<string, string> = CLOCK, hash = '') {
  const page = new Map(Object.entries(attributes));
  const listeners: Record<string, () => void> = {};
  const links = [{ hash: '' }, { hash: '' }];
  const listen = (event: string, listener: () => void) => {
    listeners[event] = listener;
  };
  const world = { now: Date.parse(now), location: { hash } };
  const context = createContext({
    Date: { parse: Date.parse, now: () => world.now },
    URLSearchParams,
    location: world.location,
    addEventListener: listen,
    document: {
      documentElement: {
        getAttribute: (name: string) => page.get(name) ?? null,
        setAttribute: (name: string, value: string) => page.set(name, value),
        toggleAttribute: (name: string, on: boolean) => (on ? page.set(name, '') : page.delete(name)),
      },
      addEventListener: listen,
      querySelectorAll: (selector: string) => (selector === 'a[data-keep-key]' ? links : []),
    },
  });
  runInContext(PHASE_SCRIPT, context);
  return { page, world, links, tell: (event: string) => listeners[event]!() };
}

const phaseAt = (now: string, attributes?: Record<string, string>) =>
  openAt(now, attributes).page.get('data-phase');
const photosAt = (now: string, attributes?: Record<string, string>) =>
  openAt(now, attributes).page.get('data-photos');

describe('which reading of a page shows', () => {
  it.each([
    ['2027-01-01T00:00:00Z', 'before', 'open'],
    ['2027-05-30T06:59:59.999Z', 'before', 'open'],
    ['2027-05-30T07:00:00Z', 'day', 'open'],
    ['2027-05-30T18:59:59.999Z', 'day', 'open'],
    ['2027-05-30T19:00:00Z', 'after', 'open'],
    ['2027-06-06T18:59:59.999Z', 'after', 'open'],
    ['2027-06-06T19:00:00Z', 'after', 'closed'],
    ['2030-01-01T00:00:00Z', 'after', 'closed'],
  ])('at %s: %s, photos %s', (now, phase, photos) => {
    expect(phaseAt(now)).toBe(phase);
    expect(photosAt(now)).toBe(photos);
  });

  it.each([
    ['clocks go forward', '2027-03-14T09:00', '2027-03-14T08:00:00Z'],
    ['clocks go back', '2027-11-07T09:00', '2027-11-07T07:00:00Z'],
    ['the day after clocks went forward', '2027-03-15T09:00', '2027-03-15T07:00:00Z'],
  ])('begins the day at midnight at the berth: %s', (_name, checkIn, midnight) => {
    const attributes = { ...CLOCK, 'data-day': startOfDay(checkIn, 'America/Los_Angeles') };
    const before = new Date(Date.parse(midnight) - 1).toISOString();
    const end = { ...attributes, 'data-end': '2028-01-01T00:00:00Z' };
    expect(phaseAt(before, end)).toBe('before');
    expect(phaseAt(midnight, end)).toBe('day');
  });

  it.each<Record<string, string>>([
    {},
    { 'data-day': '', 'data-end': 'soon', 'data-photos-until': '2027-99-99' },
  ])(
    'is the one before the charter, with photos open, when the page says nothing readable: %j',
    (attributes) => {
      expect(phaseAt('2030-01-01T00:00:00Z', attributes)).toBe('before');
      expect(photosAt('2030-01-01T00:00:00Z', attributes)).toBe('open');
    },
  );

  it.each(['visibilitychange', 'pageshow'])(
    'is decided again when the page is looked at anew: %s',
    (event) => {
      const { page, world, tell } = openAt('2027-05-29T12:00:00Z');
      expect(page.get('data-phase')).toBe('before');
      world.now = Date.parse('2027-05-30T12:00:00Z');
      tell(event);
      expect(page.get('data-phase')).toBe('day');
      world.now = Date.parse('2027-07-01T12:00:00Z');
      tell(event);
      expect([page.get('data-phase'), page.get('data-photos')]).toEqual(['after', 'closed']);
    },
  );
});

describe('the key in the fragment', () => {
  it('goes along to the other language once the links are there', () => {
    const { links, tell } = openAt('2027-05-01T12:00:00Z', CLOCK, '#k=secret');
    for (const link of links) link.hash = '';
    tell('DOMContentLoaded');
    expect(links.map(({ hash }) => hash)).toEqual(['#k=secret', '#k=secret']);
  });

  it('is noted before anything is painted, and again when another link is opened in the same tab', () => {
    const { page, world, links, tell } = openAt('2027-05-01T12:00:00Z', CLOCK, '#other');
    expect(page.has('data-key')).toBe(false);
    world.location.hash = '#k=secret';
    tell('hashchange');
    expect(page.has('data-key')).toBe(true);
    expect(links[0]!.hash).toBe('#k=secret');
  });

  it.each(['', '#', '#k=', '#K=secret', '#x=1'])('is not there in %j', (hash) => {
    expect(openAt('2027-05-01T12:00:00Z', CLOCK, hash).page.has('data-key')).toBe(false);
  });
});

describe('the script', () => {
  it('is small, plain and without its comments', () => {
    expect(PHASE_SCRIPT.length).toBeLessThan(1000);
    expect(PHASE_SCRIPT).not.toMatch(/\n|\/\/|=>|`|\?\?|\?\.|<\//);
  });
});
