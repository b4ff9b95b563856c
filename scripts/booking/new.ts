import { randomBytes } from 'node:crypto';
import type { ParseArgsOptionsConfig } from 'node:util';
import { cancel as cancelled, isCancel, select, text } from '@clack/prompts';
import { PLATFORM_NAMES, type BookingFileInput } from '#bookings/model/booking-file.ts';
import { bookingKeyOf } from '#bookings/model/ids.ts';
import { newPageId } from '#bookings/model/page-id.ts';
import { UserError } from '#bookings/model/problem.ts';
import { load, readSource } from '#bookings/reconcile/load.ts';
import { EXIT, instantOf, runCommand } from '../command.ts';
import { ROOT } from '../repository.ts';
import { saveBooking, takenNames } from './file.ts';

const HELP = `
Usage: npm run booking -- new [options]

Writes a new booking file. On a terminal it asks for what the options leave out; elsewhere it says what is missing.

  --platform <name>     ${Object.keys(PLATFORM_NAMES).join(', ')}
  --id <code>           confirmation code of the platform
  --vessel <key>        key of fleet.json
  --start <wall time>   2027-05-30T09:00, on the clock at the berth
  --hours <n>           3, 2.5
  --guest <name>        who booked
  --guests <n>          how many come
  --gross <amount>      840.75
  --status <status>     pending or confirmed
  --language <en|es>    of the guest's page (default en)
  --crew <entry>        john:deckhand:5, or deckhand:5 for an open position; repeat for each (may be left out)
  --note-guest, --note-crew, --note-internal <text>
  --page-id <id>        default: a new random one
  --booked-at <time>    with offset (default: the clock)
  --rebooked-from <key> booking that this one replaces
  --checkout <folder>   another checkout (default: this one)

Example:
  npm run booking -- new --platform phone --id P2712 --vessel jada --start 2027-06-12T10:00 --hours 3 \\
    --guest "Maria Lopez" --guests 5 --gross 750.00 --status confirmed --crew mike:captain:3 --crew deckhand:5
`;

const options = {
  platform: { type: 'string' },
  id: { type: 'string' },
  vessel: { type: 'string' },
  start: { type: 'string' },
  hours: { type: 'string' },
  guest: { type: 'string' },
  guests: { type: 'string' },
  gross: { type: 'string' },
  status: { type: 'string' },
  language: { type: 'string', default: 'en' },
  crew: { type: 'string', multiple: true, default: [] as string[] },
  'note-guest': { type: 'string' },
  'note-crew': { type: 'string' },
  'note-internal': { type: 'string' },
  'page-id': { type: 'string' },
  'booked-at': { type: 'string' },
  'rebooked-from': { type: 'string' },
  checkout: { type: 'string', default: ROOT },
} satisfies ParseArgsOptionsConfig;

type Answers = Partial<Record<(typeof QUESTIONS)[number]['name'], string>>;

/** `npm run booking -- new` */
export const create = (args: readonly string[]): Promise<void> =>
  runCommand(
    {
      help: HELP,
      options,
      async run(values) {
        const { reference } = load(await readSource(values.checkout));
        const choices = { vessel: Object.keys(reference.fleet.vessels) };
        const answers = await complete(values as Answers, choices);
        const { pageIds, files } = await takenNames(values.checkout);
        const key = bookingKeyOf(answers.platform!, answers.id!);
        if (files.has(`${key}.json`))
          throw new UserError(
            `bookings/data/${key}.json exists. To change it: npm run booking -- amend ${key}`,
          );
        const content: BookingFileInput = {
          $schema: '../booking.schema.json',
          platform: answers.platform as BookingFileInput['platform'],
          id: answers.id!,
          pageId: values['page-id'] ?? newPageId(randomBytes, (id) => pageIds.has(id)),
          status: answers.status as BookingFileInput['status'],
          bookedAt: values['booked-at'] ?? instantOf(undefined),
          vessel: answers.vessel!,
          start: answers.start!,
          hours: Number(answers.hours),
          guest: { name: answers.guest!, count: Number(answers.guests), language: values.language as 'en' },
          gross: answers.gross!,
          crew: values.crew.map(parseCrewEntry),
          ...notesOf(values),
          ...(values['rebooked-from'] && { rebookedFrom: values['rebooked-from'] }),
        };
        const path = `bookings/data/${key}.json`;
        await saveBooking(values.checkout, { path, content });
        process.stdout.write(`${path} written, guest page /g/${content.pageId}\n`);
        process.stdout.write('See what follows from it: npm run plan\n');
        return EXIT.done;
      },
    },
    args,
  );

function notesOf(values: { [name in 'note-guest' | 'note-crew' | 'note-internal']?: string | undefined }) {
  const notes = Object.fromEntries(
    (['guest', 'crew', 'internal'] as const).flatMap((audience) => {
      const note = values[`note-${audience}`];
      return note === undefined ? [] : [[audience, note]];
    }),
  );
  return Object.keys(notes).length === 0 ? {} : { notes };
}

/** `john:deckhand:5` or, for an open position, `deckhand:5`. */
export function parseCrewEntry(words: string): NonNullable<BookingFileInput['crew']>[number] {
  const parts = words.split(':');
  const hours = Number(parts.at(-1));
  if (parts.length < 2 || parts.length > 3 || Number.isNaN(hours))
    throw new UserError(
      `--crew ${words}: expected <member>:<role>:<hours>, or <role>:<hours> for an open position.`,
    );
  const [first, second] = parts as [string, string];
  return parts.length === 3 ? { member: first, role: second, hours } : { role: first, hours };
}

const QUESTIONS = [
  { name: 'platform', ask: 'Where was it booked?', choices: Object.keys(PLATFORM_NAMES) },
  { name: 'id', ask: 'Confirmation code', example: 'XHQGMDH' },
  { name: 'vessel', ask: 'Vessel', choices: [] as string[] },
  { name: 'start', ask: 'Start, on the clock at the berth', example: '2027-05-30T09:00' },
  { name: 'hours', ask: 'Hours', example: '3' },
  { name: 'guest', ask: 'Name of the guest', example: 'Alex Morgan' },
  { name: 'guests', ask: 'How many guests?', example: '6' },
  { name: 'gross', ask: 'Gross amount', example: '840.75' },
  { name: 'status', ask: 'Status', choices: ['confirmed', 'pending'] },
] as const;

/** Asks for what is missing, or says it all at once where nobody can answer. */
async function complete(values: Answers, known: Record<string, string[]>): Promise<Answers> {
  const missing = QUESTIONS.filter(({ name }) => values[name] === undefined);
  if (missing.length === 0) return values;
  if (!process.stdin.isTTY)
    throw new UserError(
      `missing: ${missing.map(({ name }) => `--${name}`).join(', ')} (there is no terminal to ask on).`,
    );
  const answers = { ...values };
  for (const question of missing) {
    const choices = known[question.name] ?? ('choices' in question ? question.choices : undefined);
    const answer = choices
      ? await select({ message: question.ask, options: choices.map((value) => ({ value, label: value })) })
      : await text({
          message: question.ask,
          placeholder: 'example' in question ? question.example : '',
          validate: required,
        });
    if (isCancel(answer)) {
      cancelled('Nothing was written.');
      throw new UserError('stopped before the last question; nothing was written.');
    }
    answers[question.name] = answer;
  }
  return answers;
}

const required = (value: string | undefined): string | undefined =>
  value?.trim() ? undefined : 'Please answer.';
