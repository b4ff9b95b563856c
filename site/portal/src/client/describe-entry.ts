import { formatMoney } from '#functions/charter-money.ts';
import type { Entry } from '#functions/scc/entries/entry.ts';
import type { Section } from '../views/section.ts';

/** What an entry of this device was about, for a list of those that were refused: `Tick “Tank full”`. */
export function describeEntry(
  entry: Entry,
  { checklists, currency }: Pick<Section, 'checklists' | 'currency'>,
): string {
  const list = 'list' in entry ? checklists.find(({ key }) => key === entry.list) : undefined;
  const item = 'item' in entry ? list?.items.find(({ key }) => key === entry.item) : undefined;
  const about = item?.text ?? list?.title;
  const what =
    entry.kind === 'expense' ? formatMoney({ cents: entry.cents, currency }) : about && `“${about}”`;
  return [KINDS[entry.kind] ?? entry.kind, what].filter(Boolean).join(' ');
}

const KINDS: Readonly<Record<string, string>> = {
  tick: 'Tick',
  note: 'Note on',
  finish: 'Finishing',
  reopen: 'Reopening',
  expense: 'Expense of',
  'photo-removed': 'Removing a photo',
};
