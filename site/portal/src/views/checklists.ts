import type { Checklist } from '#bookings/model/views/event.ts';
import type { ItemState, ListState } from '#functions/scc/entries/fold.ts';
import { LONGEST_TEXT } from '#functions/scc/entries/read-form.ts';
import { entryForm } from './entry-form.ts';
import { html, type Markup } from './html.ts';
import type { Section } from './section.ts';
import { renderStamp } from './stamp.ts';

/** The content of `<div id="checklists">`. */
export const renderChecklists = (section: Section): string =>
  html`<h2>Checklists</h2>
    ${section.checklists.length === 0 && html`<p class="quiet">None for this charter.</p>`}${section.checklists.map((list) => renderList(section, list))}`
    .markup;

const UNTOUCHED: ListState = { items: {}, finished: null, entries: [], late: [] };

function renderList(section: Section, list: Checklist): Markup {
  const state = section.state.lists[list.key] ?? UNTOUCHED;
  const done = list.items.filter(({ key }) => state.items[key]?.done).length;
  return html`<section class="card list" aria-labelledby="list-${list.key}">
    <h3 id="list-${list.key}">${list.title}</h3>
    <p class="count">${PHASES[list.phase]} · <b>${done} of ${list.items.length} done</b></p>
    <ul>
      ${list.items.map((item) => renderItem({ section, list, state, item }))}
    </ul>
    ${renderEnd(section, list, state)}
  </section>`;
}

const PHASES: Readonly<Record<Checklist['phase'], string>> = {
  'pre-charter': 'Before',
  'post-charter': 'After',
};

interface Row {
  readonly section: Section;
  readonly list: Checklist;
  readonly state: ListState;
  readonly item: Checklist['items'][number];
}

const BLANK: ItemState = { done: false, changed: null, note: null };

function renderItem(row: Row): Markup {
  const { section, state, item } = row;
  const { done, changed, note } = state.items[item.key] ?? BLANK;
  return html`<li>
    ${renderTick(row, done)}${changed && renderStamp(section, changed)}${note?.text && html`<p class="note">${note.text}</p>`}${note && renderStamp(section, note, note.text ? 'Note:' : 'Note removed:')}${!state.finished && renderNoteForm(row, note?.text ?? '')}
  </li>`;
}

/** A finished list is only read. */
const renderTick = ({ section, list, state, item }: Row, done: boolean): Markup =>
  state.finished
    ? html`<p class="tick" data-done="${String(done)}">
        ${item.text}<span class="sr">: ${done ? 'done' : 'not done'}</span>
      </p>`
    : entryForm(
        section,
        { kind: 'tick', list: list.key, item: item.key, done: String(!done) },
        html`<button class="tick" aria-pressed="${String(done)}" data-done="${String(done)}">
          ${item.text}
        </button>`,
      );

const renderNoteForm = ({ section, list, item }: Row, text: string): Markup =>
  html`<details class="noting">
    <summary>Note<span class="sr"> on: ${item.text}</span></summary>
    ${entryForm(
      section,
      { kind: 'note', list: list.key, item: item.key },
      html`<label
          >Note<input name="text" maxlength="${LONGEST_TEXT}" autocomplete="off" value="${text}" /></label
        ><button>Save note</button>`,
    )}
  </details>`;

function renderEnd(
  section: Section,
  { key, items }: Checklist,
  { items: states, finished, entries, late }: ListState,
): Markup {
  if (finished)
    return html`${renderStamp(section, finished, 'Finished:')}${late.length > 0 && html`<p class="count">What is marked late came after that. To go on, reopen the list.</p>`}${entryForm(section, { kind: 'reopen', list: key }, html`<button>Reopen this list</button>`)}`;
  const isWhole = items.every((item) => states[item.key]?.done);
  return entryForm(
    section,
    { kind: 'finish', list: key, saw: entries.join(',') },
    html`<button${isWhole && html` class="main"`}>Finish this list</button>`,
  );
}
