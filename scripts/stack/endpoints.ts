import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { deploymentSchema } from '#infra/deployment.ts';

/** `.local/endpoints.json`: the stable contract of a running stack with clients and tests; a superset of `Deployment`. */
export const endpointsSchema = deploymentSchema.extend({
  version: z.literal(1),
  pid: z.int(),
  /** `ready` once the first apply is through and the queues are empty. */
  status: z.enum(['starting', 'ready']),
  /** Page of links, and `/_stack/…`. */
  front: z.url(),
  mailbox: z.url(),
  calendar: z.url(),
  /** Google id of the first vessel's calendar. */
  calendarId: z.string(),
  board: z.url(),
  /** The shared AWS endpoint and the pipeline's credentials for it. */
  aws: z.object({
    endpoint: z.url(),
    accessKeyId: z.string(),
    secretAccessKey: z.string(),
    sessionToken: z.string(),
  }),
  /** Local-only credentials. */
  dashboardToken: z.string(),
  serviceKey: z.string(),
  /** Milliseconds that the stack's clock runs ahead of this machine's. */
  clockOffset: z.number(),
});

export type Endpoints = z.output<typeof endpointsSchema>;

const fileIn = (directory: string): string => join(directory, 'endpoints.json');

/** Written whole or not at all. */
export async function writeEndpoints(directory: string, endpoints: Endpoints): Promise<void> {
  const file = fileIn(directory);
  await writeFile(`${file}.new`, `${JSON.stringify(endpoints, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

export const removeEndpoints = (directory: string): Promise<void> => rm(fileIn(directory), { force: true });

/** The endpoints of the stack that runs in a directory; undefined when none runs. */
export async function readEndpoints(directory: string): Promise<Endpoints | undefined> {
  const text = await readFile(fileIn(directory), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = endpointsSchema.safeParse(parseJson(text));
  return parsed.success && isAlive(parsed.data.pid) ? parsed.data : undefined;
}

/** A file that is no JSON was left by a crash, and nobody runs behind it. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
