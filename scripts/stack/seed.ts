import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { createSccClient } from '#functions/adapters/scc-client.ts';
import type { Endpoints } from './endpoints.ts';

const seedSchema = z.record(z.string(), z.object({ name: z.string(), email: z.email() }));

/** Registers the crew of a fresh stack, from a seed file with addresses that reach nobody. */
export async function seedCrew({ sccApi, serviceKey }: Endpoints): Promise<void> {
  const scc = createSccClient({ url: sccApi, serviceKey }, { fetch });
  if ((await scc.listCrew()).length > 0) return;
  const seed = seedSchema.parse(JSON.parse(readFileSync(new URL('crew.seed.json', import.meta.url), 'utf8')));
  // One after the other: for two at once the function would start twice.
  for (const [member, { name, email }] of Object.entries(seed))
    await scc.putCrewMember(member, { name, email, active: true });
}
