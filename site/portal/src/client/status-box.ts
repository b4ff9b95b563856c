import type { Section } from '../views/section.ts';
import { html, type Markup } from '../views/html.ts';
import { describeEntry } from './describe-entry.ts';
import type { Unsent } from './queue.ts';

export interface StatusBox {
  show(line: string, failed: readonly Unsent[], section: Section, isKept: boolean): void;
  /** Said once, to eyes and ears. */
  say(text: string): void;
}

/** Above the sections: what is saved, what is not and why, and what can be done about it. */
export function createStatusBox(before: HTMLElement): StatusBox {
  const box = document.createElement('div');
  box.id = 'sync';
  box.className = 'sync card';
  box.tabIndex = -1;
  box.innerHTML = '<p role="status"></p><p role="alert" hidden></p><ul></ul>';
  const [line, alert] = box.querySelectorAll('p');
  const list = box.querySelector('ul')!;
  let shown = '';
  before.before(box);
  return {
    show(text, failed, section, isKept) {
      // A live region speaks whenever it is written to.
      if (line!.textContent !== text) line!.textContent = text;
      const parts = [...failed.map((unsent) => renderFailed(unsent, section)), isKept && RELOAD];
      const { markup: now } = html`${parts}`;
      if (now === shown) return;
      // A control that was pressed is gone: reading goes on from here.
      const hadFocus = list.contains(document.activeElement);
      list.innerHTML = shown = now;
      if (hadFocus) box.focus();
    },
    say(text) {
      alert!.textContent = text;
      alert!.hidden = text === '';
    },
  };
}

const RELOAD = html`<li><button type="button" data-reload>Show the newest</button></li>`;

function renderFailed({ entry, refusal }: Unsent, section: Section): Markup {
  const what = describeEntry(entry, section);
  return html`<li>
    <p><span class="tag tag-failed">not saved</span> ${what}: ${refusal}</p>
    <button type="button" data-retry="${entry.id}">Try again<span class="sr">: ${what}</span></button>
    <button type="button" class="off" data-remove="${entry.id}">
      Remove<span class="sr">: ${what}</span>
    </button>
  </li>`;
}
