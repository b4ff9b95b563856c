import { UserError } from '#bookings/model/problem.ts';
import { toAmount } from '#bookings/model/money.ts';
import { formatDate, formatTime, formatZone } from '#bookings/model/time.ts';
import { toCardView } from '#bookings/model/views/card.ts';
import type { Booking } from '#bookings/model/booking.ts';
import type { BookingRecord } from '#bookings/reconcile/ledger.ts';
import { load, readSource } from '#bookings/reconcile/load.ts';
import { HttpError } from '#functions/adapters/http-client.ts';
import { EXIT, inkFor, runCommand } from '../command.ts';
import { ROOT } from '../repository.ts';
import { createSession, sessionOptions } from '../session.ts';
import { pickBooking } from './find.ts';

const HELP = `
Usage: npm run booking -- show <code> [options]

Shows one booking: what its file says, with the revenue that follows from it.

  --ledger           also what the ledger of the stack says
  --guest-link       only the guest's full link, with the key that lets them upload photos
  --json             for machines
  --stack, --dir, --now  as in \`npm run plan\`
`;

/** `npm run booking -- show` */
export const show = (args: readonly string[]): Promise<void> =>
  runCommand(
    {
      help: HELP,
      positionals: true,
      options: {
        ...sessionOptions,
        ledger: { type: 'boolean', default: false },
        'guest-link': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
      async run(values, [code]) {
        if (code === undefined) throw new UserError(`Which booking? ${HELP}`);
        const booking = pickBooking(load(await readSource(ROOT)).bookings, code);
        if (!values.ledger && !values['guest-link']) {
          process.stdout.write(values.json ? `${JSON.stringify(booking, null, 2)}\n` : render(booking));
          return EXIT.done;
        }
        const session = await createSession(values, ROOT);
        try {
          const connection = await session.connection();
          if (values['guest-link']) {
            const link = await connection.scc.guestLink(booking.key).catch(notApplied(booking));
            process.stdout.write(`${link}\n`);
            return EXIT.done;
          }
          const record = (await connection.ledger.readBookings([booking.key])).get(booking.key);
          process.stdout.write(
            values.json
              ? `${JSON.stringify({ booking, record }, null, 2)}\n`
              : render(booking) + renderRecord(record),
          );
          return EXIT.done;
        } finally {
          await session.close();
        }
      },
    },
    args,
  );

/** SCC knows a booking from its first confirmed apply on. */
const notApplied =
  (booking: Booking) =>
  (error: unknown): never => {
    if (!(error instanceof HttpError) || error.status !== 404) throw error;
    throw new UserError(`${booking.id} has no guest link yet: it is not confirmed, or not applied.`, [], {
      cause: error,
    });
  };

function render(booking: Booking): string {
  const ink = inkFor(process.stdout);
  const card = toCardView(booking);
  const money = (cents: number) => `${toAmount(cents)} ${card.currency}`.padStart(14);
  const lines: [string, string][] = [
    ['status', booking.status],
    [
      'when',
      `${formatDate(booking.start)}, ${formatTime(booking.start)}–${formatTime(booking.end)} ${formatZone(booking.start, booking.vessel.zone)}`,
    ],
    ['vessel', `${booking.vessel.name}, ${booking.vessel.berth.name}`],
    ['guest', `${booking.guest.name}, ${booking.guest.count} guests`],
    ['page', `/g/${booking.pageId}`],
    ...booking.crew.map(({ member, role, hours, pay }): [string, string] => [
      role,
      `${(member?.name ?? 'open').padEnd(12)} ${String(hours).padStart(5)} h ${money(pay)}`,
    ]),
    ['gross', money(card.gross)],
    ['crew', money(card.crew)],
    ['captain', money(card.captain)],
    ['port fee', money(card.portFee)],
    ['net', ink.strong(money(card.net))],
  ];
  return `${ink.strong(`${booking.platformName} ${booking.id}`)}\n${lines.map(([name, text]) => `  ${name.padEnd(9)} ${text}\n`).join('')}`;
}

function renderRecord(record: BookingRecord | undefined): string {
  if (record === undefined) return '\nThe ledger does not know it yet.\n';
  const rows = Object.entries(record.artefacts).map(([artefact, { attempt, remoteId, appliedAt }]) => {
    const failure = record.failures[artefact as keyof typeof record.failures];
    const state = failure
      ? `failed ${failure.attempts}×: ${failure.error}`
      : attempt !== null
        ? 'in doubt'
        : `applied ${appliedAt}`;
    return `  ${artefact.padEnd(9)} ${state}  ${remoteId}\n`;
  });
  return `\nLedger, revision ${record.revision}, commit ${record.commit.slice(0, 12)}\n${rows.join('')}`;
}
