import { describe, expect, it } from 'vitest';
import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import { hashViews, toViews, type Artefact } from '#bookings/model/views.ts';
import { load } from '#bookings/reconcile/load.ts';
import { sourceOf, xhqgmdh } from '#test/fixtures/bookings.ts';

const viewsOf = (changes: Partial<BookingFileInput> = {}) =>
  toViews(load(sourceOf({ ...xhqgmdh(), ...changes })).bookings[0]!);

/** Artefacts whose view differs from that of the documented booking. */
function changedBy(changes: Partial<BookingFileInput>): Artefact[] {
  const [before, after] = [hashViews(viewsOf()), hashViews(viewsOf(changes))];
  return (Object.keys(before) as Artefact[]).filter((artefact) => before[artefact] !== after[artefact]);
}

describe('views', () => {
  it('the card of the documented booking has the documented figures, lane and title', () => {
    expect(viewsOf().card).toMatchObject({
      title: 'Boatsetter — May 30 (3h)',
      lane: 'New Bookings',
      gross: 84075,
      crew: 25000,
      captain: 15000,
      portFee: 15134,
      net: 28941,
    });
  });

  it.each<[string, Partial<BookingFileInput>, Artefact[]]>([
    ['gross', { gross: '900.00' }, ['card']],
    ['the date', { start: '2027-05-31T09:00' }, ['page', 'calendar', 'event', 'card', 'summary']],
    ['the guest’s note', { notes: { ...xhqgmdh().notes, guest: 'x' } }, ['page', 'summary']],
    ['the crew’s note', { notes: { ...xhqgmdh().notes, crew: 'x' } }, ['event', 'summary']],
    ['the internal note', { notes: { ...xhqgmdh().notes, internal: 'x' } }, ['calendar', 'summary']],
    [
      'the guest’s family name',
      { guest: { name: 'Alex Miller', count: 6 } },
      ['page', 'calendar', 'summary'],
    ],
    ['a cancellation', { status: 'cancelled' }, ['page', 'calendar', 'event', 'card', 'summary']],
    [
      'an amendment of gross',
      { amendments: [{ at: '2026-11-21T10:00:00Z', field: 'gross', from: '1', to: '840.75' }] },
      [],
    ],
  ])('a change of %s touches these artefacts and no others', (_, changes, artefacts) => {
    expect(changedBy(changes)).toEqual(artefacts);
  });

  it('no amount appears in any view but the card’s, and pay only apart from the event’s view', () => {
    const views = viewsOf({
      gross: '77777.77',
      crew: [{ member: 'john', role: 'deckhand', hours: 1, rate: '4242.42' }],
    });
    const { card, event, ...others } = views;
    const withoutPay = JSON.stringify([others, event.view]);
    for (const amount of [card.gross, card.net, card.portFee, card.crew])
      expect(withoutPay).not.toContain(String(amount));
    expect(withoutPay).not.toMatch(/77777|4242/);
    expect(event.pay).toEqual({ john: { cents: 424242, currency: 'USD' } });
  });

  it('an open position names its candidates and is keyed by role and number', () => {
    const { event } = viewsOf({
      crew: [
        { role: 'deckhand', hours: 5 },
        { role: 'deckhand', hours: 5 },
      ],
    });
    expect(event.view.crew.map(({ key }) => key)).toEqual(['deckhand-1', 'deckhand-2']);
    expect(event.view.crew[0]!.candidates).toEqual(['ana', 'jane', 'john', 'mike']);
  });

  it('an assigned position names who could take it over: same role, and not on this booking', () => {
    const { event } = viewsOf();
    expect(event.view.crew.map(({ key, substitutes }) => [key, substitutes])).toEqual([
      ['john', ['ana']],
      ['jane', ['ana']],
      ['mike', ['rosa']],
    ]);
    expect(viewsOf({ crew: [{ role: 'deckhand', hours: 5 }] }).event.view.crew[0]!.substitutes).toEqual([]);
  });

  it('the event has its vessel’s checklists with their texts, and the currency of pay and expenses', () => {
    const { view } = viewsOf().event;
    expect(view.checklists.map(({ key, phase }) => [key, phase])).toEqual([
      ['jada-before', 'pre-charter'],
      ['jada-after', 'post-charter'],
    ]);
    expect(view.checklists[0]!.items).toContainEqual({ key: 'fuel', text: 'Fuel and water checked' });
    expect(view.currency).toBe('USD');
  });

  it('a new text in a checklist touches the event and nothing that anybody is told', () => {
    const source = sourceOf(xhqgmdh());
    const reference = source.reference.map((file) => ({
      ...file,
      text: file.text.replace('Fuel and water checked', 'Fuel, water and oil checked'),
    }));
    const [before, after] = [source, { ...source, reference }].map((one) =>
      hashViews(toViews(load(one).bookings[0]!)),
    );
    expect({ ...after, event: '' }).toEqual({ ...before, event: '' });
    expect(after!.event).not.toBe(before!.event);
  });
});
