import { button, element } from './element.ts';
import type { PhotoTexts } from './photo-texts.ts';
import { UNDER_WAY, type Item, type Queue } from './queue.ts';

export interface Rows {
  readonly list: HTMLElement;
  show(item: Item): void;
}

/** One row for each picture that was chosen: its name, how far it is and what can be done about it. */
export function createRows(
  texts: PhotoTexts,
  { retry, remove }: Pick<Queue, 'retry' | 'remove'>,
  say: (text: string) => void,
): Rows {
  const list = element('ul', { class: 'ph-rows', tabindex: '-1' });
  const rows = new Map<number, Row>();
  const create = ({ id, file }: Item): Row => {
    // A control that was pressed is gone: reading goes on from the list.
    const row = createRow(texts, file.name, {
      retry: () => {
        retry(id);
        list.focus();
      },
      remove: () => {
        remove(id);
        row.item.remove();
        list.focus();
      },
    });
    rows.set(id, row);
    list.append(row.item);
    return row;
  };
  return {
    list,
    show(item) {
      const text = (rows.get(item.id) ?? create(item)).show(item);
      if (FINAL.includes(item.state)) say(`${item.file.name}: ${text}`);
    },
  };
}

const FINAL: readonly Item['state'][] = ['done', 'there', 'late', 'refused'];

interface Row {
  readonly item: HTMLElement;
  /** Returns how far it is, in words. */
  show(item: Item): string;
}

function createRow(texts: PhotoTexts, name: string, press: { retry: () => void; remove: () => void }): Row {
  const state = element('span');
  const bar = element('progress', { 'aria-label': name });
  const note = element('small', {}, texts.untouched);
  const again = button(texts.retry, press.retry, `${texts.retry}: ${name}`);
  const away = button('×', press.remove, `${texts.remove}: ${name}`);
  const item = element('li', {}, element('b', {}, name), away, state, bar, note, again);
  return {
    item,
    show(shown) {
      const isUnderWay = UNDER_WAY.includes(shown.state);
      const text =
        shown.state === 'refused' ? texts.reasons[shown.reason ?? 'invalid'] : texts.states[shown.state];
      item.dataset['state'] = shown.state;
      state.textContent = text;
      // Without a value the bar says that it goes on, not how far it is.
      if (shown.state === 'sending') bar.value = shown.part;
      else bar.removeAttribute('value');
      bar.hidden = !isUnderWay;
      note.hidden = !shown.isUntouched;
      again.hidden = shown.reason === undefined;
      away.hidden = isUnderWay;
      return text;
    },
  };
}
