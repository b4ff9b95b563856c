import { describe, expect, it } from 'vitest';
import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import type { Ports } from '#bookings/reconcile/ports.ts';
import { sourceOf, xhqgmdh } from '#test/fixtures/bookings.ts';
import { createMemoryWorld } from './memory-world.ts';

const KEY = 'boatsetter-xhqgmdh';
const booking = (changes: Partial<BookingFileInput> = {}): BookingFileInput => ({ ...xhqgmdh(), ...changes });
const other = (changes: Partial<BookingFileInput> = {}) =>
  booking({ id: 'SECOND1', pageId: 'secondpage', ...changes });
const LATER = '2026-11-21T13:00:00Z';

const die = (): never => {
  throw new Error('killed');
};

/** Stops an apply dead once everything is in place and before the ledger knows. */
const killedBeforeRecord = (ports: Ports): Ports => ({
  ...ports,
  ledger: { ...ports.ledger, record: async () => die(), finish: async () => die() },
});

describe('what an interrupted run leaves behind', () => {
  it('a begun booking whose file is removed is not forgotten, whatever is applied meanwhile', async () => {
    const world = createMemoryWorld();
    await world.apply([booking()], { tamper: killedBeforeRecord }).catch(() => undefined);
    world.setTime(LATER);
    for (let run = 0; run < 3; run++)
      expect(await world.apply([other()])).toMatchObject({
        status: 'refused',
        refusals: [{ rule: 'missing', bookingKeys: [KEY] }],
      });
  });

  it('a cancellation that was half taken back keeps its file from being deleted', async () => {
    const world = createMemoryWorld();
    await world.apply([booking()]);
    await world.apply([booking({ status: 'cancelled' })]);
    await world.apply([booking()], { tamper: killedBeforeRecord }).catch(() => undefined);
    world.setTime(LATER);
    expect(await world.apply([other()])).toMatchObject({ refusals: [{ rule: 'missing' }] });
  });

  it('a half-published site build that is taken back is repaired', async () => {
    const world = createMemoryWorld();
    await world.apply([booking(), other()]);
    const before = world.outside();
    world.setBuild('two');
    const failing = (ports: Ports): Ports => ({
      ...ports,
      pages: {
        ...ports.pages,
        put: async (object, version) =>
          object.key.includes('second') ? die() : ports.pages.put(object, version),
      },
    });
    expect(await world.apply([booking(), other()], { tamper: failing })).toMatchObject({ status: 'failed' });
    world.setBuild('one');
    await world.apply([booking(), other()]);
    expect(world.outside()).toEqual(before);
    expect((await world.apply([booking(), other()])).status).toBe('nothing-to-do');
  });

  it('so is one whose shared files went out before it was killed', async () => {
    const world = createMemoryWorld();
    await world.apply([booking()]);
    const before = world.outside();
    world.setBuild('two');
    const killed = (ports: Ports): Ports => ({
      ...ports,
      ledger: { ...ports.ledger, reserve: async () => die(), finish: async () => die() },
      pages: { ...ports.pages, invalidate: async () => die() },
    });
    await world.apply([booking()], { tamper: killed }).catch(() => undefined);
    world.setTime(LATER);
    world.setBuild('one');
    await world.apply([booking()]);
    expect(world.outside()).toEqual(before);
  });

  it('a killed change of templates ends in the very bytes of one that was not', async () => {
    const [clean, killed] = [createMemoryWorld(), createMemoryWorld()];
    for (const world of [clean, killed]) {
      await world.apply([booking()]);
      await world.apply([booking({ hours: 4 })]);
      world.setBuild('two');
    }
    await killed.apply([booking({ hours: 4 })], { tamper: killedBeforeRecord }).catch(() => undefined);
    killed.setTime(LATER);
    await killed.apply([booking({ hours: 4 })]);
    await clean.apply([booking({ hours: 4 })]);
    expect(killed.outside().pages).toEqual(clean.outside().pages);
  });
});

describe('two runs', () => {
  it('an older checkout does not overwrite a newer one that finished while it planned', async () => {
    const world = createMemoryWorld();
    await world.apply([booking()]);
    let overtaken = false;
    const outcome = await world.apply([booking({ hours: 2 })], {
      includes: async (commit) => commit !== 'commit-3',
      tamper: (ports) => ({
        ...ports,
        ledger: {
          ...ports.ledger,
          async takeLease(request) {
            if (!overtaken) {
              overtaken = true;
              await world.apply([booking({ hours: 4 })]);
            }
            return ports.ledger.takeLease(request);
          },
        },
      }),
    });
    expect(outcome).toEqual({ status: 'stale-checkout', seen: 'commit-3' });
    expect(world.crew.events.get(KEY)!.view.event.hours).toBe(4);
  });
});

describe('the other side', () => {
  it('that holds a higher revision fails one run, and the next takes a revision above it', async () => {
    const world = createMemoryWorld();
    await world.apply([booking()]);
    const held = world.crew.events.get(KEY)!;
    await world.crew.ensure({
      bookingKey: KEY,
      revision: 7,
      event: { createdTimestamp: '', view: { ...held.view.event, status: 'cancelled' }, pay: held.view.pay },
      summary: held.view.summary,
    });
    expect(await world.apply([booking({ hours: 2 })])).toMatchObject({ status: 'failed' });
    expect(await world.apply([booking({ hours: 2 })])).toMatchObject({ status: 'applied' });
    expect(world.crew.events.get(KEY)).toMatchObject({
      revision: 8,
      view: { event: { hours: 2, status: 'confirmed' } },
    });
  });

  it('a cache that cannot be emptied fails the bookings whose pages changed, and no others', async () => {
    const world = createMemoryWorld();
    await world.apply([booking(), other()]);
    const outcome = await world.apply([booking({ hours: 2 }), other({ gross: '1.00' })], {
      tamper: (ports) => ({ ...ports, pages: { ...ports.pages, invalidate: async () => die() } }),
    });
    expect(outcome).toMatchObject({
      status: 'failed',
      results: [
        { booking: { bookingKey: 'boatsetter-second1' }, failures: {} },
        { failures: { page: { error: 'killed' } } },
      ],
    });
    expect(world.mails().filter((mail) => mail.endsWith('changed'))).toEqual([]);
    await world.apply([booking({ hours: 2 }), other({ gross: '1.00' })]);
    expect(world.mails().filter((mail) => mail.endsWith('changed'))).toHaveLength(3);
  });
});

describe('charters that are over', () => {
  const withNewMember = (...files: BookingFileInput[]) => {
    const source = sourceOf(...files);
    return {
      ...source,
      reference: source.reference.map((file) =>
        file.path.endsWith('crew.json') ? { ...file, text: file.text.replace('"Ana"', '"Anabel"') } : file,
      ),
    };
  };
  const open = booking({
    crew: [
      { member: 'ana', role: 'deckhand', hours: 5 },
      { member: 'mike', role: 'captain', hours: 3 },
    ],
  });

  it('stay as they were when reference data changes', async () => {
    const world = createMemoryWorld();
    await world.apply([open]);
    world.setTime('2027-06-01T00:00:00Z');
    expect((await world.apply(withNewMember(open))).status).toBe('nothing-to-do');
    expect(await world.apply([{ ...open, hours: 4 }])).toMatchObject({ refusals: [{ rule: 'over' }] });
  });

  it('and follow it while they are ahead', async () => {
    const world = createMemoryWorld();
    await world.apply([open]);
    expect((await world.apply(withNewMember(open))).status).toBe('applied');
  });
});

describe('the limit on cancellations', () => {
  it('counts charters that are put on hold', async () => {
    const world = createMemoryWorld();
    const many = Array.from({ length: 5 }, (_, index) =>
      booking({ id: `MANY${index}`, pageId: `manypage${index}` }),
    );
    await world.apply(many);
    const outcome = await world.apply(many.map((one) => ({ ...one, status: 'pending' as const })));
    expect(outcome).toMatchObject({
      status: 'refused',
      refusals: [{ rule: 'cancel', override: 'cancel:5' }],
    });
  });
});
