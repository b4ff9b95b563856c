import { cpus } from 'node:os';

/** Of several runs: median, and the best and the worst. */
export interface Spread {
  readonly median: number;
  readonly fastest: number;
  readonly slowest: number;
}

export function spreadOf(runs: readonly number[]): Spread {
  const sorted = runs.toSorted((one, other) => one - other);
  return { median: sorted[sorted.length >> 1]!, fastest: sorted[0]!, slowest: sorted.at(-1)! };
}

/** Columns as wide as what is in them; numbers come as text. */
export function renderTable(heading: string, rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const [head, ...body] = rows.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`,
  );
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [heading, '', head, rule, ...body, ''].join('\n');
}

/** `2 × Intel(R) Xeon(R), Node v24.21.0` */
export const machine = (): string =>
  `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}`;
