import { runIn } from './checkout.ts';
import { machine, renderTable } from './figures.ts';
import type { RunRow } from './runs.ts';
import type { Stages } from './stages.ts';

export interface StagesRow extends Stages {
  readonly section: 'stages';
}

/** Each size in a process of its own, so that none has the memory of another. */
export async function measureAllStages(checkout: string, sizes: readonly number[]): Promise<StagesRow[]> {
  const rows: StagesRow[] = [];
  for (const size of sizes) {
    const printed = await runIn(checkout, 'scripts/bench/measure-stages.ts', String(size));
    rows.push({ section: 'stages', ...(JSON.parse(printed) as Stages) });
  }
  return rows;
}

export async function measureAllRuns(checkout: string, sizes: readonly number[]): Promise<RunRow[]> {
  const rows: RunRow[] = [];
  for (const size of sizes) {
    const printed = await runIn(checkout, 'scripts/bench/measure-runs.ts', String(size));
    rows.push(...(JSON.parse(printed) as RunRow[]));
  }
  return rows;
}

export function renderStages(rows: readonly StagesRow[]): string {
  const names = Object.keys(rows[0]?.times ?? {});
  const sizes = rows.map(({ bookings }) => bookings);
  const body = names.map((name) => {
    const times = rows.map((row) => row.times[name]!);
    return [name, ...times.map(inSeconds), ratioOf(times)];
  });
  const last = rows.at(-1);
  const memory = (last?.memory ?? []).map(([applied, size]) => `${applied}: ${size.toFixed(0)} MiB`);
  return [
    renderTable(`Stages in one process, all bookings new, seconds (${machine()})`, [
      ['what', ...sizes.map(count), ratioHead(sizes)],
      ...body,
    ]),
    `Of ${count(last?.bookings ?? 0)}: ${last?.gauge.calls} calls, at most ${last?.gauge.most} at once, ${last?.gauge.mostOfOneCalendar} at once to a calendar; memory after so many: ${memory.join(', ')}`,
    '',
  ].join('\n');
}

export function renderRuns(rows: readonly RunRow[]): string {
  const sizes = [...new Set(rows.map(({ bookings }) => bookings))];
  const names = [...new Set(rows.map(({ name }) => name))];
  const lines = names.flatMap((name) => linesOf(rows.filter((row) => row.name === name)));
  const kinds = names.map((name) => kindsOf(rows.findLast((row) => row.name === name)!));
  const table = renderTable(`Whole processes against a local stack (${machine()})`, [
    ['what', '', ...sizes.map(count), ratioHead(sizes)],
    ...lines,
  ]);
  return [table, ...kinds, ''].join('\n');
}

function linesOf(rows: readonly RunRow[]): string[][] {
  const line = (what: string, figures: readonly number[], show: (figure: number) => string) => [
    ...[rows[0]!.name, what],
    ...[...figures.map(show), ratioOf(figures)],
  ];
  return [
    line(
      'fastest, s',
      rows.map(({ seconds }) => seconds.fastest),
      (seconds) => seconds.toFixed(2),
    ),
    line(
      'median, s',
      rows.map(({ seconds }) => seconds.median),
      (seconds) => seconds.toFixed(2),
    ),
    line(
      'CPU, s',
      rows.map(({ cpuMilliseconds }) => cpuMilliseconds),
      inSeconds,
    ),
    line(
      'memory, MiB',
      rows.map(({ peakMebibytes }) => peakMebibytes),
      (size) => size.toFixed(0),
    ),
    [
      ...[rows[0]!.name, 'calls / steps / writes'],
      ...rows.map(({ calls, steps, writes }) => `${calls} / ${steps} / ${writes}`),
      '',
    ],
  ];
}

const kindsOf = ({ name, kinds }: RunRow): string =>
  `${name}: ${kinds.map(([kind, times]) => (times === 1 ? kind : `${times} × ${kind}`)).join(', ')}`;

const inSeconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(3);
const count = (bookings: number): string => bookings.toLocaleString('en-US');

/** Of the two largest sizes; as the sizes themselves, where cost grows as they do. */
const ratioOf = (figures: readonly number[]): string =>
  figures.length < 2 ? '' : `× ${(figures.at(-1)! / figures.at(-2)!).toFixed(1)}`;
const ratioHead = (sizes: readonly number[]): string =>
  sizes.length < 2 ? '' : `${count(sizes.at(-1)!)} ÷ ${count(sizes.at(-2)!)}`;
