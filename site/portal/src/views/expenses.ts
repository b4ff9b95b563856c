import { sumCents, toAmount } from '#bookings/model/money.ts';
import { formatMoney } from '#functions/charter-money.ts';
import { EXPENSE_CATEGORIES, type ExpenseCategory } from '#functions/scc/entries/entry.ts';
import type { ExpenseState } from '#functions/scc/entries/fold.ts';
import { LONGEST_TEXT } from '#functions/scc/entries/read-form.ts';
import { entryForm } from './entry-form.ts';
import { html, type Markup, type Part } from './html.ts';
import type { Section } from './section.ts';
import { renderStamp } from './stamp.ts';

/** The content of `<div id="expenses">`: the reader's own, and nobody else's. */
export function renderExpenses(section: Section): string {
  const { me, currency, state } = section;
  const own = state.expenses.filter(({ member }) => member === me);
  const total = formatMoney({ cents: sumCents(own.map(({ cents }) => cents)), currency });
  return html`<section class="card">
    <h2>Your expenses</h2>
    <p class="quiet">The rest of the crew does not see them.</p>
    ${
      own.length > 0 &&
      html`<ul>
          ${own.map((expense) => renderExpense(section, expense))}
        </ul>
        <p class="total">Total <b>${total}</b></p>`
    }${state.closed ? html`<p class="closed">The captain closed this charter: expenses are final.</p>` : renderNew(section)}
  </section>`.markup;
}

function renderExpense(section: Section, expense: ExpenseState): Markup {
  const { eventId, currency, state } = section;
  const { category, cents, text, receipt } = expense;
  return html`<li>
    <p class="line">
      <span><b>${LABELS[category]}</b> ${text}</span> <b>${formatMoney({ cents, currency })}</b>
    </p>
    ${renderStamp(section, expense)}${receipt && html`<a class="link-row" href="/api/events/${eventId}/photos/${receipt}/original">Receipt</a>`}${!state.closed && renderChange(section, expense)}
  </li>`;
}

const LABELS: Readonly<Record<ExpenseCategory, string>> = {
  mileage: 'Mileage',
  supplies: 'Supplies',
  tips: 'Tips',
  other: 'Other',
};

function renderChange(section: Section, expense: ExpenseState): Markup {
  const { category, cents, text } = expense;
  const fixed = { kind: 'expense', expense: expense.expense, receipt: expense.receipt ?? '' };
  const said = `${LABELS[category]} ${text}`;
  return html`<details>
    <summary>Change<span class="sr"> ${said}</span></summary>
    ${entryForm(section, fixed, html`${renderFields(expense)}<button>Save</button>`)}${entryForm(
      section,
      { ...fixed, category, amount: toAmount(cents), text, removed: 'true' },
      html`<button class="off">Remove<span class="sr"> ${said}</span></button>`,
    )}
  </details>`;
}

const renderNew = (section: Section): Markup =>
  html`<details class="pressable">
    <summary>Add an expense</summary>
    ${entryForm(
      section,
      { kind: 'expense', expense: '', receipt: '' },
      html`${renderFields({ category: 'supplies', cents: undefined, text: '' })}<button class="main">
          Add
        </button>`,
    )}
  </details>`;

interface Fields {
  readonly category: ExpenseCategory;
  readonly cents: number | undefined;
  readonly text: string;
}

const renderFields = ({ category, cents, text }: Fields): Part => [
  html`<label
    >Kind<select name="category">
      ${EXPENSE_CATEGORIES.map((one) => html`<option value="${one}" ${one === category && html` selected`}>${LABELS[one]}</option>`)}
    </select></label
  >`,
  html`<label
    >Amount<input
      name="amount"
      inputmode="decimal"
      required
      autocomplete="off"
      placeholder="12.50"
      value="${cents === undefined ? '' : toAmount(cents)}"
  /></label>`,
  html`<label
    >What for<input name="text" maxlength="${LONGEST_TEXT}" autocomplete="off" value="${text}"
  /></label>`,
];
