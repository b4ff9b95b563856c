import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { reserve, type Reserved } from './listen.ts';

export const PLACES = [
  'front',
  'aws',
  'bucketOrigins',
  'mailbox',
  'google',
  'board',
  'dashboard',
  'scc',
  'portal',
  'guest-site',
  'crew-site',
] as const;
export type Place = (typeof PLACES)[number];
export type Ports = Readonly<Record<Place, Reserved>>;

/**
 * Reserves a port for each place before the graph runs, so that addresses flow through the program as on AWS.
 * Ports of an earlier start are taken again where they are free: links in old mails keep working.
 */
export async function reservePorts(file: string): Promise<Ports> {
  const earlier = readKept(file);
  const reserved = await Promise.all(
    PLACES.map(async (place) => [place, await again(earlier[place])] as const),
  );
  const ports = Object.fromEntries(reserved) as Record<Place, Reserved>;
  mkdirSync(dirname(file), { recursive: true });
  const kept = Object.fromEntries(reserved.map(([place, { port }]) => [place, port]));
  writeFileSync(file, `${JSON.stringify(kept, null, 2)}\n`);
  return ports;
}

const again = (port: number | undefined): Promise<Reserved> =>
  port === undefined ? reserve() : reserve(port).catch(() => reserve());

function readKept(file: string): Partial<Record<Place, number>> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Partial<Record<Place, number>>;
  } catch {
    return {};
  }
}
