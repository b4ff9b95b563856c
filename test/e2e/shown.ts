import type { SentMail } from '#scripts/stack/aws/ses.ts';
import type { Phone } from './crew-client.ts';
import { get } from './look.ts';
import type { Produced } from './secrets.ts';
import type { World } from './world.ts';

type At = Pick<World, 'endpoints'>;

/** What one member of the crew can get to see of these charters and pictures, refusals included; the feed is last. */
export async function shownTo(
  { endpoints }: At,
  { cookie }: Phone,
  { events, pictures }: { events: readonly string[]; pictures: readonly string[] },
): Promise<Produced[]> {
  const site = endpoints.crewPortal;
  const charters = events.flatMap((event) => [
    `/crew/events/${event}`,
    `/api/events/${event}/log`,
    `/api/events/${event}/answers`,
    ...pictures.map((picture) => `/api/events/${event}/photos/${picture}/original`),
  ]);
  const read = async (path: string) => ({ where: path, text: await textOf(`${site}${path}`, { cookie }) });
  const pages = await Promise.all(['/crew', '/api/session', ...charters].map(read));
  return [...pages, await read(/\/api\/feeds\/[\w.-]+\.ics/.exec(pages[0]!.text)![0])];
}

/** What the two APIs answer to their services about the documented booking, whose event this is. */
export async function repliesToServices({ endpoints }: At, event: string): Promise<Produced[]> {
  const { sccApi, serviceKey, dashboardApi, dashboardToken } = endpoints;
  const scc = ['events', `events/${event}`, 'crew', 'notifications/boatsetter-xhqgmdh'];
  const dashboard = [
    'bookings',
    'bookings/boatsetter-xhqgmdh',
    'calendar?calendar=jada&from=2027-05-01&to=2027-06-30',
  ];
  const read = async (url: string, headers: Record<string, string>) => ({
    where: url,
    text: await textOf(url, headers),
  });
  return Promise.all([
    ...scc.map((path) => read(`${sccApi}/api/${path}`, { 'x-service-key': serviceKey })),
    ...dashboard.map((path) => read(`${dashboardApi}/api/${path}`, { 'x-dashboard-token': dashboardToken })),
  ]);
}

/** Where it leads to as well: the address of a picture is as good as the picture. */
async function textOf(url: string, headers: Record<string, string>): Promise<string> {
  const answer = await get(url, headers);
  return `${answer.headers.get('location') ?? ''} ${await answer.text()}`;
}

export const asProduced = (mail: SentMail): Produced => ({
  where: `mail to ${mail.to.join(', ')}: ${mail.subject}`,
  text: JSON.stringify(mail),
});
/** Links, feeds and CSRF tokens. */
export const tokensIn = (produced: readonly Produced[]): string[] => {
  const text = produced.map((one) => one.text).join('\n');
  const found = [
    ...text.matchAll(/\/crew\/enter\?t=([\w-]+\.[\w-]+)/g),
    ...text.matchAll(/\/api\/feeds\/([\w-]+\.[\w-]+)\.ics/g),
    ...text.matchAll(/"csrf":"([\w-]+)"/g),
  ];
  return [...new Set(found.map(([, token]) => token!))];
};
