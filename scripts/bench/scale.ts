import { runIn } from './checkout.ts';
import { machine, renderTable } from './figures.ts';
import type { RunRow } from './runs.ts';
import type { Stages } from './stages.ts';

export interface StagesRow extends Stages {
  readonly section: 'stages';
}

export const measureAllStages = async (checkout: string, sizes: readonly number[]): Promise<StagesRow[]> =>
  (await measureAll<Stages>('measure-stages.ts', checkout, sizes)).map((row) => ({
    section: 'stages',
    ...row,
  }));

export const measureAllRuns = async (checkout: string, sizes: readonly number[]): Promise<RunRow[]> =>
  (await measureAll<RunRow[]>('measure-runs.ts', checkout, sizes)).flat();

/** Each size in a process of its own, so that none has the memory of another. */
async function measureAll<T>(program: string, checkout: string, sizes: readonly number[]): Promise<T[]> {
  const results: T[] = [];
  for (const size of sizes)
    results.push(JSON.parse(await runIn(checkout, `scripts/bench/${program}`, String(size))) as T);
  return results;
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
