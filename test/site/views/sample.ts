import type { Entry, EntryContent } from '#functions/scc/entries/entry.ts';
import { foldEntries } from '#functions/scc/entries/fold.ts';
import type { Section } from '#site/portal/src/views/section.ts';

/** Entries in the order of the list, a minute apart, from 8:00 AM at the berth. */
export const entriesOf = (...made: readonly (readonly [member: string, content: EntryContent])[]): Entry[] =>
  made.map(([member, content], index) => {
    const at = `2027-05-30T15:${String(index).padStart(2, '0')}:00Z`;
    return {
      id: `entry-number-${String(index).padStart(4, '0')}`,
      member,
      lamport: index + 1,
      at,
      receivedAt: at,
      ...content,
    };
  });

/** What John sees. */
export const sectionOf = (entries: readonly Entry[], more: Partial<Section> = {}): Section => ({
  eventId: 'e1',
  me: 'john',
  csrf: 'csrf-of-john',
  isCaptain: false,
  checklists: [
    {
      key: 'before',
      title: 'Before the guests come',
      phase: 'pre-charter',
      items: [
        { key: 'fuel', text: 'Fuel & water checked' },
        { key: 'lines', text: 'Lines checked' },
      ],
    },
  ],
  currency: 'USD',
  zone: 'America/Los_Angeles',
  names: { john: 'John Reyes', maria: 'Maria Lopez' },
  state: foldEntries(entries),
  unsent: new Map(),
  ...more,
});

/** What a person reads. */
export const textOf = (markup: string): string =>
  markup
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();

/** The fields of each form, in their order; a button of its own name is not among them. */
export const formsOf = (markup: string): Record<string, string>[] =>
  Array.from(markup.matchAll(/<form[^]*?<\/form>/g), ([form]) =>
    Object.fromEntries(
      Array.from(form.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g), ([, name, value]) => [
        name!,
        value!,
      ]),
    ),
  );
