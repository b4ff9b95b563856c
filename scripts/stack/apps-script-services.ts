import { createHash } from 'node:crypto';
import type { KeptMap } from './persistent-map.ts';

export type Cell = string | number | boolean;

/** The rows of a spreadsheet, kept under `<sheet name>!<row number>`; rows and columns count from 1. */
export type Rows = KeptMap<readonly Cell[]>;

/** What a script's web app returned. */
export interface TextOutput {
  getContent(): string;
  getMimeType(): string;
}

/**
 * The Apps Script services that our scripts use, as globals for one execution. A service or method that
 * is not modelled fails as an unknown one does on Google: with an exception.
 */
export function createServices(options: {
  readonly rows: Rows;
  readonly properties: Readonly<Record<string, string>>;
  /** Whether somebody else holds the script lock for longer than anyone waits. */
  readonly isLocked: () => boolean;
}): Record<string, unknown> {
  const book = createSpreadsheet(options.rows);
  return {
    SpreadsheetApp: { getActiveSpreadsheet: () => book, flush: () => undefined },
    PropertiesService: {
      getScriptProperties: () => ({ getProperty: (name: string) => options.properties[name] ?? null }),
    },
    LockService: { getScriptLock: () => createLock(options.isLocked) },
    ContentService: { MimeType: { JSON: 'application/json', TEXT: 'text/plain' }, createTextOutput },
    Utilities: { DigestAlgorithm: { SHA_256: 'sha256' }, Charset: { UTF_8: 'utf8' }, computeDigest },
  };
}

function createLock(isLocked: () => boolean) {
  let isHeld = false;
  return {
    tryLock(milliseconds: number) {
      if (typeof milliseconds !== 'number')
        throw new Error('The parameters () don’t match the method signature.');
      isHeld = !isLocked();
      return isHeld;
    },
    hasLock: () => isHeld,
    releaseLock() {
      isHeld = false;
    },
  };
}

function createTextOutput(content: string) {
  let mimeType = 'text/plain';
  const output = {
    getContent: () => content,
    getMimeType: () => mimeType,
    setMimeType(type: string) {
      mimeType = type;
      return output;
    },
  };
  return output;
}

/** Bytes are signed, as in Java. */
function computeDigest(algorithm: string, text: string, charset: BufferEncoding): number[] {
  return [...new Int8Array(createHash(algorithm).update(text, charset).digest())];
}

function createSpreadsheet(rows: Rows) {
  const formats = new Map<string, string>();
  const has = (name: string) => [...rows.entries()].some(([key]) => key.startsWith(`${name}!`));
  return {
    getSheetByName: (name: string) => (has(name) ? createSheet(name, rows, formats) : null),
    insertSheet(name: string) {
      if (has(name))
        throw new Error(`A sheet with the name "${name}" already exists. Please enter another name.`);
      return createSheet(name, rows, formats);
    },
  };
}

function createSheet(name: string, rows: Rows, formats: Map<string, string>) {
  return {
    getLastRow: () => {
      const numbers = [...rows.entries()]
        .filter(([key, cells]) => key.startsWith(`${name}!`) && cells.some((cell) => cell !== ''))
        .map(([key]) => Number(key.slice(name.length + 1)));
      return Math.max(0, ...numbers);
    },
    getRange(row: number, column: number, rowCount: number, columnCount: number) {
      if (row < 1) throw new Error('The starting row of the range is too small.');
      if (column < 1) throw new Error('The starting column of the range is too small.');
      if (rowCount < 1) throw new Error('The number of rows in the range must be at least 1.');
      return createRange({ name, row, column, rowCount, columnCount }, rows, formats);
    },
  };
}

interface Area {
  readonly name: string;
  readonly row: number;
  readonly column: number;
  readonly rowCount: number;
  readonly columnCount: number;
}

function createRange(area: Area, rows: Rows, formats: Map<string, string>) {
  const keys = Array.from({ length: area.rowCount }, (_, index) => `${area.name}!${area.row + index}`);
  const columns = Array.from({ length: area.columnCount }, (_, index) => area.column - 1 + index);
  const range = {
    getValues: () => keys.map((key) => columns.map((column) => rows.get(key)?.[column] ?? '')),
    setNumberFormat(format: string) {
      for (const key of keys) for (const column of columns) formats.set(`${key}!${column}`, format);
      return range;
    },
    setValues(values: readonly (readonly Cell[])[]) {
      checkSize(values, area);
      keys.forEach((key, at) => {
        const cells = [...(rows.get(key) ?? [])];
        columns.forEach((column, index) => {
          cells[column] = toCell(values[at]![index]!, formats.get(`${key}!${column}`));
        });
        rows.set(
          key,
          Array.from(cells, (cell) => cell ?? ''),
        );
      });
      return range;
    },
  };
  return range;
}

function checkSize(values: readonly (readonly Cell[])[], { rowCount, columnCount }: Area): void {
  if (values.length !== rowCount) {
    throw new Error(
      `The number of rows in the data does not match the number of rows in the range. The data has ${values.length} but the range has ${rowCount}.`,
    );
  }
  const wrong = values.find((row) => row.length !== columnCount);
  if (wrong !== undefined) {
    throw new Error(
      `The number of columns in the data does not match the number of columns in the range. The data has ${wrong.length} but the range has ${columnCount}.`,
    );
  }
}

/** Sheets interprets what is typed or set, unless the cell is plain text (`@`). */
function toCell(value: Cell, format: string | undefined): Cell {
  if (format === '@') return String(value);
  if (typeof value !== 'string') return value;
  if (value.startsWith('=')) return '#ERROR!';
  return value.trim() !== '' && !Number.isNaN(Number(value)) ? Number(value) : value;
}
