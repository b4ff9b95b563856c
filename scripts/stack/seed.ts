import { createSccClient } from '#functions/adapters/scc-client.ts';
import type { Endpoints } from './endpoints.ts';
import type { Operator } from './operator.ts';

/** Registers the crew in a fresh stack, with addresses that reach nobody. */
export async function seedCrew(
  { sccApi, serviceKey }: Endpoints,
  members: Operator['members'],
): Promise<void> {
  const scc = createSccClient({ url: sccApi, serviceKey }, { fetch });
  if ((await scc.listCrew()).length > 0) return;
  // One after the other: for two at once the function would start twice.
  for (const [member, name] of Object.entries(members))
    await scc.putCrewMember(member, { name, email: `${member}@example.test`, active: true });
}
