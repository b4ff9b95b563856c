/** The sheet behind the board: rows in, rows out. Shares its global scope with Code.js, as Apps Script has it. */

const SHEET = 'Cards';

/** People edit `lane`; the rest is written by commands only. The last four columns are for machines. */
const COLUMNS = [
  'bookingKey',
  'lane',
  'title',
  'details',
  'expensesText',
  'revision',
  'card',
  'entriesVersion',
  'expenses',
];

const AMOUNTS = [
  ['gross', 'Gross'],
  ['crew', 'Crew costs'],
  ['captain', 'Captain'],
  ['portFee', 'Port fee'],
  ['net', 'Net'],
];

const SYMBOLS = { USD: '$', EUR: '€', GBP: '£' };

function emptyRow_(bookingKey) {
  return { bookingKey, lane: '', shown: {}, revision: 0, card: null, entriesVersion: 0, expenses: null };
}

/** `at` is the 1-based row of the booking, or of the first free row. */
function find_(bookingKey) {
  const row = rows_().find((each) => each.bookingKey === bookingKey);
  return row ? { at: row.at, row } : { at: Math.max(sheet_().getLastRow(), 1) + 1, row: null };
}

/** All rows; where a person broke a card's JSON, `card` is null, and the next put repairs it. */
function rows_() {
  const sheet = sheet_();
  const count = sheet.getLastRow() - 1;
  if (count < 1) return [];
  return sheet.getRange(2, 1, count, COLUMNS.length).getValues().map(toRow_);
}

function toRow_(values, index) {
  const cell = Object.fromEntries(COLUMNS.map((name, at) => [name, String(values[at])]));
  const [card, expenses] = [parse_(cell.card), parse_(cell.expenses)];
  return {
    at: index + 2,
    bookingKey: cell.bookingKey,
    lane: cell.lane,
    shown: { title: cell.title, details: cell.details },
    revision: Number(cell.revision) || 0,
    card: isObject_(card) ? card : null,
    entriesVersion: Number(cell.entriesVersion) || 0,
    expenses: isObject_(expenses) ? expenses : null,
  };
}

/** Columns for people that do not show what the card says. */
function edited_({ card, shown }) {
  if (card === null) return [];
  const meant = shown_(card);
  return Object.keys(meant).filter((name) => shown[name] !== meant[name]);
}

function shown_(card) {
  return { title: card.title, details: lines_(details_(card)) };
}

function write_(at, row) {
  const cell = {
    bookingKey: row.bookingKey,
    lane: row.lane,
    ...shown_(row.card),
    expensesText: lines_(expenseDetails_(row)),
    revision: String(row.revision),
    card: JSON.stringify(row.card),
    entriesVersion: String(row.entriesVersion),
    expenses: row.expenses ? JSON.stringify(row.expenses) : '',
  };
  const range = sheet_().getRange(at, 1, 1, COLUMNS.length);
  // As plain text: otherwise a title that begins with "=" would run as a formula, and dates would change form.
  range.setNumberFormat('@').setValues([COLUMNS.map((name) => cell[name])]);
}

function expenseDetails_(row) {
  return Object.entries(row.expenses || {}).map(([label, cents]) => {
    return { label, text: money_(cents, row.card.currency) };
  });
}

function lines_(details) {
  return details.map(({ label, text }) => `${label}: ${text}`).join('\n');
}

function sheet_() {
  const book = SpreadsheetApp.getActiveSpreadsheet();
  const existing = book.getSheetByName(SHEET);
  if (existing) return existing;
  const sheet = book.insertSheet(SHEET);
  sheet.getRange(1, 1, 1, COLUMNS.length).setNumberFormat('@').setValues([COLUMNS]);
  return sheet;
}

function details_(card) {
  return AMOUNTS.map(([name, label]) => ({ label, text: money_(card[name], card.currency) }));
}

/** 84075 → '$840.75'. */
function money_(cents, currency) {
  const whole = String(Math.floor(Math.abs(cents) / 100)).replace(/\B(?=(\d{3})+$)/g, ',');
  const rest = String(Math.abs(cents) % 100).padStart(2, '0');
  return `${cents < 0 ? '-' : ''}${SYMBOLS[currency] || `${currency} `}${whole}.${rest}`;
}
