import * as pulumi from '@pulumi/pulumi';

/** Pulumi's mark of a special value in what it sends to its engine, and the mark of a secret (its SDK, `runtime/rpc`). */
const SIGNATURE = '4dabf18193072939515e22adb298388d';

/** Plain JSON of what Pulumi hands to a mock; an unknown value stays as Pulumi's own marker. */
export async function toPlain(value: unknown): Promise<unknown> {
  if (value instanceof pulumi.asset.FileArchive) return { archive: await value.path };
  if (pulumi.isUnknown(value) || value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return Promise.all(value.map(toPlain));
  if (Object.hasOwn(value, SIGNATURE)) return toPlain(secretValue(value as Record<string, unknown>));
  const entries = Object.entries(value).map(async ([name, part]) => [name, await toPlain(part)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

function secretValue(wrapped: Record<string, unknown>): unknown {
  if (!Object.hasOwn(wrapped, 'value'))
    throw new Error('a kind of Pulumi value that the graph reader does not know');
  return wrapped.value;
}

/** Paths of all unknown values: `environment.variables.EVENTS_TABLE`. */
export function findUnknowns(value: unknown, path = ''): string[] {
  if (pulumi.isUnknown(value)) return [path];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, part]) =>
    findUnknowns(part, path === '' ? name : `${path}.${name}`),
  );
}
