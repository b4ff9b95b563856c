import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { reserve, type Gate, type Reserved } from './listen.ts';

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
 * `gateOf` may stand before each place.
 */
export async function reservePorts(file: string, gateOf: (place: Place) => Gate | undefined): Promise<Ports> {
  const earlier = readKept(file);
  const reserved = await Promise.all(
    PLACES.map(async (place) => [place, await again(earlier[place], gateOf(place))] as const),
  );
  const ports = Object.fromEntries(reserved) as Record<Place, Reserved>;
  mkdirSync(dirname(file), { recursive: true });
  const kept = Object.fromEntries(reserved.map(([place, { port }]) => [place, port]));
  writeFileSync(file, `${JSON.stringify(kept, null, 2)}\n`);
  return ports;
}

const again = (port: number | undefined, gate: Gate | undefined): Promise<Reserved> =>
  port === undefined ? reserve(0, gate) : reserve(port, gate).catch(() => reserve(0, gate));

function readKept(file: string): Partial<Record<Place, number>> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Partial<Record<Place, number>>;
  } catch {
    return {};
  }
}
