import { UserError } from '#bookings/model/problem.ts';
import { HttpError } from '#functions/adapters/http-client.ts';
import { requireMember, type CrewOffice } from './contacts.ts';

/** The link alone, so that it can be piped to wherever it is sent from. */
export async function linkFor(office: CrewOffice, member: string, code: string): Promise<string> {
  await requireMember(office, member);
  const bookingKey = bookingKeyFor(office, code);
  const url = await office.scc.crewLink(member, bookingKey).catch((error: unknown) => {
    if (!(error instanceof HttpError) || error.status !== 409) throw error;
    throw new UserError(
      `No link for ${member} to ${bookingKey}: ${error.problem.detail ?? error.problem.title}.`,
      [],
      {
        cause: error,
      },
    );
  });
  return `${url}\n`;
}

/** By the platform's code, in any case, or by the whole key. */
function bookingKeyFor({ bookings }: CrewOffice, code: string): string {
  const wanted = code.toLowerCase();
  const found = bookings.filter(({ key, id }) => key === wanted || id.toLowerCase() === wanted);
  if (found.length === 1) return found[0]!.key;
  const what = found.length === 0 ? 'no booking has that code' : 'several bookings have that code';
  throw new UserError(`${code}: ${what}. Bookings: ${bookings.map(({ key }) => key).join(', ')}`);
}

export async function revokeMember(office: CrewOffice, member: string): Promise<string> {
  const { email, active } = await requireMember(office, member);
  await office.scc.revokeCrewMember(member);
  const next = active
    ? `To send a new one at once: npm run crew -- link ${member} <booking code>; or ${member} asks for it with ${email}.`
    : `${member} is not active and gets no new ones.`;
  return `All links, sessions and calendar addresses of ${member} are void.\n${next}\n`;
}
