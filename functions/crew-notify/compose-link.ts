import { linkLetter } from '../email/link-letter.ts';
import { renderLetter } from '../email/letter.ts';
import { crewLink } from '../scc/links.ts';
import type { Composer } from './compose.ts';

/** A link that a member asked for: whatever they are told meanwhile of the charter, they get it. */
export const composeLink: Composer = async ({ notification, createdAt }, intents, { view }, deps) => {
  const { recipient, eventId } = notification;
  const isLater = (one: (typeof intents)[number]) =>
    one.notification.kind === 'new-link' && one.createdAt > createdAt;
  if (intents.some(isLater)) return { superseded: 'they asked again' };
  const member = await deps.registry.find(recipient);
  // Who was not entitled when they asked does not get one in some days, either.
  if (member?.active !== true) return { superseded: 'not active in the crew registry' };
  const claims = { member: member.key, eventId, linkVersion: member.linkVersion };
  const link = crewLink(deps.crewUrl, await deps.linkKeys.read(), claims);
  return {
    ...renderLetter(linkLetter({ event: view, link })),
    to: [member.email],
    replyTo: [deps.managerAddress],
  };
};
