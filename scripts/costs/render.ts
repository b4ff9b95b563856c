import { CHARTER, monthlyCosts, sumOf, type CostLine, type Installed } from './monthly.ts';
import { PRICES } from './prices.ts';

/** Charters a year that the document tells of. */
const SIZES = [20, 2000] as const;

/** The tables of `docs/costs.md`: what is paid for, and what is assumed of a charter. */
export function renderCosts(installed: Installed): string {
  const columns = SIZES.map((charters) => monthlyCosts(charters, installed));
  const [first] = columns;
  const rows = first!.map((line, index) =>
    rowOf(
      line,
      columns.map((column) => column[index]!),
    ),
  );
  const total = (label: string, column: 'dollars' | 'listed') =>
    `| **${label}** | | | ${columns.map((lines) => ` | **${dollars(sumOf(lines, column))}**`).join(' | ')} |`;
  return [
    `| what | price | free | ${SIZES.map((size) => `${number(size)} a year | $`).join(' | ')} |`,
    '| --- | --- | --- | --: | --: | --: | --: |',
    ...rows,
    total('a month', 'dollars'),
    total('a month, if nothing was free', 'listed'),
    '',
    '| assumed of one charter | |',
    '| --- | --: |',
    ...Object.entries(CHARTER).map(([name, value]) => `| ${inWords(name)} | ${number(value)} |`),
  ].join('\n');
}

function rowOf({ price, unit }: CostLine, lines: readonly CostLine[]): string {
  const { dollars: each, per, free, source } = PRICES[price];
  const rate = `$${each} for ${per === 1 ? 'each' : number(per)}`;
  const cells = lines.map(({ amount, dollars: cost }) => `${number(amount)} | ${dollars(cost)}`);
  return `| ${unit} | [${rate}](${source}) | ${free === 0 ? '' : number(free)} | ${cells.join(' | ')} |`;
}

const dollars = (amount: number): string => amount.toFixed(2);

/** `8,640`, `0.27`, `0.0040`. */
const number = (value: number): string =>
  value.toLocaleString('en-US', value >= 10 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 2 });

/** `megabytesOfPhoto` → `megabytes of photo`. */
const inWords = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
