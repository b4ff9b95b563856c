import { escapeHtml, renderPage } from './html-page.ts';

/** A card as the board lists it; `expenses` is in integer cents by label. */
export interface BoardCard {
  readonly bookingKey: string;
  readonly platform: string;
  readonly id: string;
  readonly title: string;
  readonly lane: string;
  readonly date: string;
  readonly currency: string;
  readonly details: readonly { readonly label: string; readonly text: string }[];
  readonly revision: number;
  readonly expenses: Readonly<Record<string, number>> | null;
}

/** The kanban board as an HTML page: one column per lane, cards by date. */
export function renderBoard(cards: readonly BoardCard[]): string {
  const lanes = [...new Set([...LANES, ...cards.map(({ lane }) => lane)])];
  const columns = lanes.map((lane) =>
    renderLane(
      lane,
      cards.filter((card) => card.lane === lane),
    ),
  );
  const body = `<header><h1>Revenue board</h1></header>\n<main>${columns.join('\n')}</main>`;
  return renderPage('Revenue board', body, STYLE);
}

const LANES = ['Inquiries', 'New Bookings', 'Ready', 'Done', 'Cancelled'];

function renderLane(lane: string, cards: readonly BoardCard[]): string {
  const sorted = [...cards].sort((one, other) => (one.date < other.date ? -1 : 1));
  const items = sorted.map(renderCard).join('\n');
  const content = cards.length === 0 ? '<p class="none">No cards</p>' : `<ul>${items}</ul>`;
  return `<section><h2>${escapeHtml(lane)} <span class="count">${cards.length}</span></h2>${content}</section>`;
}

function renderCard(card: BoardCard): string {
  const rows = card.details.map(({ label, text }) => renderRow(label, text));
  const expenses = Object.entries(card.expenses ?? {}).map(([label, cents]) =>
    renderRow(label, money(cents, card.currency)),
  );
  const crewSection = expenses.length === 0 ? '' : `<h4>Expenses</h4><dl>${expenses.join('')}</dl>`;
  return `<li id="${escapeHtml(card.bookingKey)}"><h3>${escapeHtml(card.title)}</h3>
<p class="id"><span>${escapeHtml(card.id)}</span> <time datetime="${escapeHtml(card.date)}">${escapeHtml(card.date)}</time></p>
<dl>${rows.join('')}</dl>${crewSection}</li>`;
}

const renderRow = (label: string, text: string): string =>
  `<div><dt>${escapeHtml(label)}</dt><dd>${escapeHtml(text)}</dd></div>`;

const money = (cents: number, currency: string): string =>
  new Intl.NumberFormat('en-US', { style: 'currency', currency }).format(cents / 100);

const STYLE = `
header { margin-bottom: 1rem; }
main { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: 1rem; align-items: start; }
section { background: var(--panel); border: 1px solid var(--line); border-radius: .6rem; padding: .75rem; }
h2 { font-size: 1rem; margin: 0 0 .5rem; display: flex; justify-content: space-between; }
h3 { font-size: 1rem; margin: 0; overflow-wrap: anywhere; } h4 { font-size: .85rem; margin: .6rem 0 .2rem; color: var(--muted); }
.count, .id, .none, dt { color: var(--muted); } .id { margin: .1rem 0 .4rem; font-size: .85rem; display: flex; justify-content: space-between; }
ul { list-style: none; margin: 0; padding: 0; display: grid; gap: .6rem; }
li { border: 1px solid var(--line); border-left: .3rem solid var(--accent); border-radius: .4rem; padding: .6rem; background: var(--page); }
dl { margin: 0; } dl div { display: flex; justify-content: space-between; gap: 1rem; }
dd { margin: 0; font-variant-numeric: tabular-nums; } dl div:last-child dt, dl div:last-child dd { font-weight: 600; color: var(--ink); }
.none { margin: 0; }
`;
