import * as z from 'zod';
import { UserError } from '#bookings/model/problem.ts';
import type { AwsServices } from './aws-services.ts';
import type { Endpoints } from './endpoints.ts';
import type { FaultInput, Faults } from './faults.ts';
import { escapeHtml, renderPage } from './html-page.ts';
import type { Fetch } from './stand-in.ts';

interface Options {
  readonly endpoints: Endpoints;
  readonly aws: AwsServices;
  readonly faults: Faults;
}

type Handler = (request: Request, options: Options) => Promise<Response> | Response;

/** The page that links everything a person wants to see, and the switches of the local stack. */
export function createFrontPage(options: Options): Fetch {
  const routes: Readonly<Record<string, Handler>> = {
    'GET /': showLinks,
    'GET /ledger': showLedger,
    'POST /_stack/tick': runSchedules,
    'GET /_stack/faults': (_, { faults }) => Response.json(faults.report()),
    'POST /_stack/faults': armFaults,
    'DELETE /_stack/faults': clearFaults,
  };
  return async (request) => {
    const handler = routes[`${request.method} ${new URL(request.url).pathname}`];
    return handler === undefined
      ? new Response('There is nothing here.\n', { status: 404 })
      : handler(request, options);
  };
}

/** Runs the schedules that are due; `?all` runs every one, `?name=` one of them. */
async function runSchedules(request: Request, { aws }: Options): Promise<Response> {
  const { searchParams } = new URL(request.url);
  const name = searchParams.get('name') ?? undefined;
  return Response.json(
    searchParams.has('all') ? await aws.scheduler.runAll() : await aws.scheduler.tick(name),
  );
}

/** A list of faults, in place of what was armed before; see `faults.ts`. */
async function armFaults(request: Request, { faults }: Options): Promise<Response> {
  const list: unknown = await request.json().catch(() => undefined);
  try {
    faults.arm(list as FaultInput[]);
    return Response.json(faults.report());
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return Response.json(
      { title: 'These are no faults', detail: error.message, problems: error.problems },
      { status: 400, headers: { 'content-type': 'application/problem+json' } },
    );
  }
}

function clearFaults(_: Request, { faults }: Options): Response {
  faults.clear();
  return Response.json(faults.report());
}

const bookingsSchema = z.object({
  bookings: z.array(
    z.object({
      bookingKey: z.string(),
      charter: z.object({ status: z.string(), start: z.string() }).nullable(),
      revision: z.number(),
      completed: z.boolean(),
      artefacts: z.record(
        z.string(),
        z.object({
          state: z.string(),
          remoteId: z.string(),
          revision: z.number(),
          error: z.string().nullable(),
        }),
      ),
    }),
  ),
});
type ListedBooking = z.output<typeof bookingsSchema>['bookings'][number];

async function readBookings({ dashboardApi, dashboardToken }: Endpoints): Promise<ListedBooking[]> {
  const answer = await fetch(`${dashboardApi}/api/bookings?limit=100`, {
    headers: { 'x-dashboard-token': dashboardToken },
  });
  const { bookings } = bookingsSchema.parse(await answer.json());
  return bookings.toSorted((one, other) =>
    (one.charter?.start ?? '') < (other.charter?.start ?? '') ? -1 : 1,
  );
}

const mailSchema = z.array(z.object({ to: z.array(z.string()), subject: z.string(), text: z.string() }));

/** The newest magic link of each person and charter: what that person would open on the phone. */
async function readCrewLinks({
  mailbox,
}: Endpoints): Promise<{ who: string; subject: string; url: string }[]> {
  const mails = mailSchema.parse(await (await fetch(`${mailbox}/messages`)).json());
  const links = mails.flatMap(({ to, subject, text }) => {
    const url = /https?:\/\/\S+\/crew\/enter\?t=[\w.~-]+/.exec(text)?.[0];
    return url === undefined ? [] : [{ who: to.join(', '), subject, url }];
  });
  return links.toReversed();
}

async function showLinks(_: Request, { endpoints }: Options): Promise<Response> {
  const [bookings, crew] = await Promise.all([readBookings(endpoints), readCrewLinks(endpoints)]);
  const pageOf = ({ artefacts }: ListedBooking) =>
    artefacts.page?.remoteId.replace(/^g\/|\.html$/g, '') ?? '';
  const guests = bookings.map(
    (booking) =>
      `<li><a href="${endpoints.edge}/g/${escapeHtml(pageOf(booking))}">${escapeHtml(booking.bookingKey)}</a> <span>${escapeHtml(booking.charter?.start.replace('T', ' ') ?? '')}</span> <em class="${escapeHtml(booking.charter?.status ?? '')}">${escapeHtml(booking.charter?.status ?? '')}</em></li>`,
  );
  const people = crew.map(
    ({ who, subject, url }) =>
      `<li><a href="${escapeHtml(url)}">${escapeHtml(who)}</a> <span>${escapeHtml(subject)}</span></li>`,
  );
  const tools: [string, string, string][] = [
    [endpoints.mailbox, 'Mailbox', 'every mail as it was sent'],
    [endpoints.calendar, 'Calendar', 'the month as the operator sees it'],
    [endpoints.board, 'Kanban board', 'the revenue cards'],
    [`${endpoints.front}/ledger`, 'Ledger', 'what was applied, and what failed'],
    [`${endpoints.edge}/`, 'Guest site', 'front page, and a 404 for unknown pages'],
    [`${endpoints.crewPortal}/crew`, 'Crew portal', 'asks for the link from a mail'],
    [`${endpoints.dashboardApi}/api/openapi.json`, 'Dashboard API', 'OpenAPI document'],
    [`${endpoints.sccApi}/api/openapi.json`, 'ShipCaptainCrew API', 'OpenAPI document'],
  ];
  const body = `<h1>Bosun on this machine</h1>
<p>The Pulumi program, realised here. Edit a file in <code>bookings/data</code> and everything follows.</p>
<div class="panels">
<section><h2>Guest pages</h2>${listOf(guests, 'No booking is applied yet.')}</section>
<section><h2>Crew pages</h2>${listOf(people, 'Nobody was told anything yet.')}</section>
<section><h2>Look into</h2><ul>${tools.map(([url, name, what]) => `<li><a href="${escapeHtml(url)}">${name}</a> <span>${what}</span></li>`).join('')}</ul></section>
</div>`;
  return html('Bosun on this machine', body);
}

const listOf = (items: readonly string[], empty: string): string =>
  items.length === 0 ? `<p>${empty}</p>` : `<ul>${items.join('')}</ul>`;

async function showLedger(_: Request, { endpoints }: Options): Promise<Response> {
  const rows = (await readBookings(endpoints)).flatMap(({ bookingKey, revision, artefacts }) =>
    Object.entries(artefacts).map(
      ([artefact, { state, remoteId, error, ...applied }], index) =>
        `<tr><td>${index === 0 ? `${escapeHtml(bookingKey)} <span>revision ${revision}</span>` : ''}</td><td>${escapeHtml(artefact)}</td><td>${escapeHtml(error ?? state)}</td><td>${applied.revision}</td><td><code>${escapeHtml(remoteId)}</code></td></tr>`,
    ),
  );
  const head =
    '<tr><th>booking</th><th>artefact</th><th>state</th><th>changed at</th><th>remote id</th></tr>';
  return html(
    'Ledger',
    `<h1>Ledger</h1><div class="scroll" tabindex="0" role="region" aria-label="Ledger"><table><thead>${head}</thead><tbody>${rows.join('')}</tbody></table></div>`,
  );
}

const html = (title: string, body: string): Response =>
  new Response(renderPage(title, `<main>${body}</main>`, STYLE), {
    headers: { 'content-type': 'text/html; charset=utf-8' },
  });

const STYLE = `
.panels { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); }
section { background: var(--panel); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem; }
h2 { font-size: 1.05rem; margin: 0 0 .6rem; }
ul { list-style: none; margin: 0; padding: 0; }
li { padding: .45rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
li:first-child { border-top: 0; }
span, p { color: var(--muted); font-size: .9rem; }
em { font-style: normal; font-size: .8rem; border: 1px solid var(--line); border-radius: 1rem; padding: .1rem .5rem; }
em.cancelled { text-decoration: line-through; }
.scroll { overflow-x: auto; margin-top: 1rem; }
table { border-collapse: collapse; background: var(--panel); width: 100%; }
th, td { text-align: left; padding: .4rem .7rem; border: 1px solid var(--line); white-space: nowrap; }
`;
