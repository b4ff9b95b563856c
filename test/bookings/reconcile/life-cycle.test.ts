import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bookingFileSchema, STATUSES } from '#bookings/model/booking-file.ts';
import { UserError } from '#bookings/model/problem.ts';
import { ARTEFACTS } from '#bookings/model/views.ts';
import type { Notification } from '#bookings/model/notifications.ts';
import type { Outcome } from '#bookings/reconcile/apply.ts';
import type { Source } from '#bookings/reconcile/load.ts';
import { createMemoryWorld } from './memory-world.ts';
import { MOVES, type Move } from './moves.ts';

type World = ReturnType<typeof createMemoryWorld>;

/** What became of one commit for one booking, in the words of the table. */
async function follow(world: World, source: Source, of: string): Promise<string[]> {
  const nothing = [...ARTEFACTS.map(() => '–'), 'nobody'];
  let outcome: Outcome;
  try {
    outcome = await world.apply(source);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [...ARTEFACTS.map(() => 'invalid'), 'nobody'];
  }
  if (!('refusals' in outcome)) return nothing;
  const refusal = outcome.refusals.find(({ bookingKeys }) => bookingKeys.includes(of));
  if (refusal !== undefined) return [...ARTEFACTS.map(() => `refused (${refusal.rule})`), 'nobody'];
  const plan = outcome.plan.bookings.find(({ bookingKey }) => bookingKey === of);
  if (plan === undefined) return nothing;
  const told = outcome.results.flatMap(({ booking, told }) => (booking.bookingKey === of ? told : []));
  expect(inWords(told), 'people are told what the plan said').toBe(inWords(plan.tells));
  const actions = ARTEFACTS.map(
    (artefact) => plan.changes.find((change) => change.artefact === artefact)?.action ?? '–',
  );
  return [...actions, inWords(told)];
}

/** `assigned john, mike; invited ana; summary` */
function inWords(told: readonly Notification[]): string {
  const kinds = [...new Set(told.map(({ kind }) => kind))].filter((kind) => kind !== 'summary').toSorted();
  const crew = kinds.map(
    (kind) =>
      `${kind} ${told
        .filter((one) => one.kind === kind)
        .map(({ recipient }) => recipient)
        .join(', ')}`,
  );
  return (
    [...crew, ...(told.some(({ kind }) => kind === 'summary') ? ['summary'] : [])].join('; ') || 'nobody'
  );
}

async function begin({ history = [], before }: Move): Promise<World> {
  const world = createMemoryWorld();
  for (const source of [...history, before]) await world.apply(source);
  return world;
}

/** Everything outside but the revisions that calendar files count by. */
const outside = (world: World): string => JSON.stringify(world.outside()).replace(/,\\"revision\\":\d+/g, '');

/** The row of a move: what follows for each artefact, who is told, and whom its revert tells. */
async function rowOf(move: Move): Promise<string[]> {
  const world = await begin(move);
  const before = outside(world);
  if (move.at !== undefined) world.setTime(move.at);
  const row = await follow(world, move.after, move.of);
  const [page, , , , , told] = await follow(world, move.before, move.of);
  const isBack = outside(world) === before;
  return [...row, `${/^(refused|invalid)/.test(page!) ? page : told}${isBack ? '' : ' †'}`];
}

/** The rows of all tables of the document, by the words of their first cell. */
const DOCUMENT: ReadonlyMap<string, string[]> = new Map(
  readFileSync(new URL('../../../docs/life-cycle.md', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\| (move|-)/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, move, ...cells]) => [move!, cells.slice(0, -1)]),
);

describe('docs/life-cycle.md', () => {
  it('has a row for every move, and no other', () => {
    expect([...DOCUMENT.keys()].toSorted()).toEqual(Object.keys(MOVES).toSorted());
  });

  it('has a row for every field of a booking file, and for every change of status', () => {
    const { guest, notes, crew, ...others } = bookingFileSchema.shape;
    const fields = [
      ...Object.keys(others).filter((field) => field !== 'status'),
      ...Object.keys(guest.shape).map((field) => `guest.${field}`),
      ...Object.keys(notes.unwrap().shape).map((field) => `notes.${field}`),
      ...Object.keys(crew.unwrap().element.shape).map((field) => `crew[].${field}`),
    ].map((field) => `\`${field}\``);
    const statuses = STATUSES.flatMap((from) =>
      STATUSES.filter((to) => to !== from).map((to) => `\`${from}\` → \`${to}\``),
    );
    const without = [...fields, ...statuses].filter(
      (words) => ![...DOCUMENT.keys()].some((move) => move.startsWith(words)),
    );
    expect(without).toEqual([]);
  });

  it.each(Object.entries(MOVES))('says what follows from %s, and from its revert', async (name, move) => {
    const row = await rowOf(move);
    if (process.env['SHOW']) console.log(`| ${[name, ...row].join(' | ')} |`);
    expect(row).toEqual(DOCUMENT.get(name));
  });

  it.each(Object.entries(MOVES))('leaves nothing to do after %s', async (_, move) => {
    const world = await begin(move);
    if (move.at !== undefined) world.setTime(move.at);
    const [page] = await follow(world, move.after, move.of);
    const mails = world.mails();
    const again = await follow(world, move.after, move.of);
    const isStopped = /^(refused|invalid)/.test(page!);
    expect(again).toEqual([...ARTEFACTS.map(() => (isStopped ? page : '–')), 'nobody']);
    expect(world.mails()).toEqual(mails);
  });
});
