/**
 * The revenue board: a Google Apps Script web app over one sheet, one row per booking.
 *
 * A web app sees no request headers and cannot set a status, so the key and the revision travel in the
 * body, and the reply says how it went: { ok: true, … } or { ok: false, error, … }.
 *
 * Commands, as JSON { key, command, … }:
 *   putCard      bookingKey, revision, card        the pipeline's section of a card
 *   putExpenses  bookingKey, entriesVersion, totals  the crew's section of a card
 *   listCards
 * Both puts say what should be there, so sending one again changes nothing; an older one is 'stale'.
 */

const PIPELINE_LANES = ['Inquiries', 'New Bookings', 'Cancelled'];

/** Lanes that only people move cards to. */
const PEOPLE_LANES = ['Ready', 'Done'];

const TEXT = {
  expected: 'text of 1 to 200 characters',
  isGood: (value) => typeof value === 'string' && value.length > 0 && value.length <= 200,
};
const CENTS = { expected: 'integer cents', isGood: (value) => Number.isSafeInteger(value) };

/** What a card holds, and nothing else. */
const FIELDS = {
  bookingKey: {
    expected: 'the same as bookingKey',
    isGood: (value, request) => value === request.bookingKey,
  },
  platform: TEXT,
  id: TEXT,
  title: TEXT,
  lane: {
    expected: `one of ${PIPELINE_LANES.join(', ')}`,
    isGood: (value) => PIPELINE_LANES.includes(value),
  },
  date: { expected: 'a date like 2027-05-30', isGood: (value) => /^\d{4}-\d\d-\d\d$/.test(value) },
  currency: { expected: 'a code like USD', isGood: (value) => /^[A-Z]{3}$/.test(value) },
  gross: CENTS,
  crew: CENTS,
  captain: CENTS,
  portFee: CENTS,
  net: CENTS,
};

const COMMANDS = { putCard: putCard_, putExpenses: putExpenses_, listCards: listCards_ };

/** Says only that the board is there: cards hold revenue, and a GET carries no key. */
function doGet() {
  return toOutput_({ ok: true, service: 'board' });
}

function doPost(e) {
  return toOutput_(answer_(e));
}

function toOutput_(reply) {
  return ContentService.createTextOutput(JSON.stringify(reply)).setMimeType(ContentService.MimeType.JSON);
}

function answer_(e) {
  const request = parse_(e && e.postData ? e.postData.contents : '');
  if (!isObject_(request)) return invalid_(['body: expected a JSON object']);
  if (!isKey_(request.key)) return { ok: false, error: 'forbidden' };
  if (!Object.keys(COMMANDS).includes(request.command)) {
    return invalid_([`command: expected one of ${Object.keys(COMMANDS).join(', ')}`]);
  }
  return underLock_(() => COMMANDS[request.command](request));
}

function parse_(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    return undefined;
  }
}

/** BOARD_KEY_HASH holds the sha-256 of the key in hex, or two of them, comma-separated, during a rotation. */
function isKey_(key) {
  const hashes = PropertiesService.getScriptProperties().getProperty('BOARD_KEY_HASH');
  if (!hashes) throw new Error('The script property BOARD_KEY_HASH is not set');
  if (typeof key !== 'string' || key === '') return false;
  const given = sha256_(key);
  return hashes.split(',').some((hash) => isEqual_(given, hash.trim().toLowerCase()));
}

function sha256_(text) {
  const bytes = Utilities.computeDigest(Utilities.DigestAlgorithm.SHA_256, text, Utilities.Charset.UTF_8);
  // Apps Script's bytes are signed.
  return bytes.map((byte) => (byte & 255).toString(16).padStart(2, '0')).join('');
}

/** Takes equally long wherever the difference is. */
function isEqual_(left, right) {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let at = 0; at < left.length; at++) difference |= left.charCodeAt(at) ^ right.charCodeAt(at);
  return difference === 0;
}

function underLock_(work) {
  const lock = LockService.getScriptLock();
  // Shorter than dashboard-api waits, so that it hears this answer.
  if (!lock.tryLock(8000)) return { ok: false, error: 'busy' };
  try {
    const reply = work();
    // Otherwise the next execution could read the sheet before these writes are in it.
    SpreadsheetApp.flush();
    return reply;
  } finally {
    lock.releaseLock();
  }
}

function invalid_(problems) {
  return { ok: false, error: 'invalid', problems };
}

/** Replaces the pipeline's section. Leaves expenses alone, and a lane that a person chose until the pipeline's own changes. */
function putCard_(request) {
  const problems = checkCardRequest_(request);
  if (problems.length > 0) return invalid_(problems);
  const found = find_(request.bookingKey);
  const old = found.row || emptyRow_(request.bookingKey);
  if (old.revision > request.revision) return { ok: false, error: 'stale', revision: old.revision };
  const card = request.card;
  const isSame =
    old.revision === request.revision &&
    JSON.stringify(old.card) === JSON.stringify(card) &&
    edited_(old).length === 0;
  if (isSame) return { ok: true, outcome: 'unchanged', revision: old.revision };
  const isMoved = old.card === null || old.card.lane !== card.lane;
  write_(found.at, { ...old, revision: request.revision, card, lane: isMoved ? card.lane : old.lane });
  return { ok: true, outcome: found.row ? 'updated' : 'created', revision: request.revision };
}

/**
 * Replaces the expenses of a card that exists; the pipeline's section stays. The same version may bring other totals: it is
 * counted before the crew's entry is stored. 'unchanged' says that the board had just that.
 */
function putExpenses_(request) {
  const problems = checkExpensesRequest_(request);
  if (problems.length > 0) return invalid_(problems);
  const found = find_(request.bookingKey);
  if (!found.row || !found.row.card) return { ok: false, error: 'unknown' };
  const version = found.row.entriesVersion;
  if (version > request.entriesVersion) return { ok: false, error: 'stale', entriesVersion: version };
  const isSame =
    version === request.entriesVersion && isSameTotals_(found.row.expenses || {}, request.totals);
  if (isSame) return { ok: true, outcome: 'unchanged', entriesVersion: version };
  write_(found.at, { ...found.row, entriesVersion: request.entriesVersion, expenses: request.totals });
  return { ok: true, outcome: 'updated', entriesVersion: request.entriesVersion };
}

function isSameTotals_(one, other) {
  const labels = Object.keys(one);
  return labels.length === Object.keys(other).length && labels.every((label) => one[label] === other[label]);
}

function listCards_() {
  const unreadable = rows_().filter(({ bookingKey, card }) => bookingKey !== '' && card === null);
  return {
    ok: true,
    lanes: [...PIPELINE_LANES, ...PEOPLE_LANES],
    cards: cards_(),
    unreadable: unreadable.map(({ bookingKey }) => bookingKey),
  };
}

/** All cards, with amounts both as cents and as text. */
function cards_() {
  return rows_()
    .filter(({ card }) => card !== null)
    .map((row) => {
      const { bookingKey, lane, card, revision, expenses, entriesVersion } = row;
      const section = { ...card, bookingKey, lane, details: details_(card), revision };
      return { ...section, expenses, entriesVersion, edited: edited_(row) };
    });
}

function checkCardRequest_(request) {
  const { card } = request;
  const problems = [...checkBookingKey_(request), ...checkCount_(request, 'revision')];
  if (!isObject_(card)) return [...problems, 'card: expected an object'];
  const wrong = Object.keys(FIELDS).filter((name) => !FIELDS[name].isGood(card[name], request));
  const unknown = Object.keys(card).filter((name) => !Object.keys(FIELDS).includes(name));
  return [
    ...problems,
    ...wrong.map((name) => `card.${name}: expected ${FIELDS[name].expected}`),
    ...unknown.map((name) => `card.${name}: not a known field`),
  ];
}

function checkExpensesRequest_(request) {
  const { totals } = request;
  const problems = [...checkBookingKey_(request), ...checkCount_(request, 'entriesVersion')];
  if (!isObject_(totals)) return [...problems, 'totals: expected an object of label → integer cents'];
  const wrong = Object.keys(totals).filter((label) => !Number.isSafeInteger(totals[label]));
  return [...problems, ...wrong.map((label) => `totals.${label}: expected integer cents`)];
}

function checkBookingKey_(request) {
  const isGood =
    typeof request.bookingKey === 'string' && /^[a-z0-9]+-[a-z0-9-]{1,80}$/.test(request.bookingKey);
  return isGood ? [] : ['bookingKey: expected a key like boatsetter-xhqgmdh'];
}

function checkCount_(request, name) {
  const isGood = Number.isSafeInteger(request[name]) && request[name] > 0;
  return isGood ? [] : [`${name}: expected a whole number above 0`];
}

function isObject_(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
