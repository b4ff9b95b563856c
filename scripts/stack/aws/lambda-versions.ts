import { createHash, randomUUID } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { AwsError } from '../stand-in.ts';
import type { KeptMap } from '../persistent-map.ts';
import type { LambdaFunction } from './lambda.ts';

export interface DeclaredAlias {
  readonly functionName: string;
  readonly name: string;
}

/** A published version: code and configuration as they were, for good. */
export interface KeptVersion {
  /** `1`, `2`, … */
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly publishedAt: string;
  /** Of code and configuration. */
  readonly sha256: string;
  readonly directory: string;
  readonly configuration: Omit<LambdaFunction, 'credentials' | 'directory'>;
}

export interface KeptAlias {
  readonly version: string;
  readonly revisionId: string;
}

export interface KeptFunction {
  readonly versions: readonly KeptVersion[];
  readonly aliases: Readonly<Record<string, KeptAlias>>;
}

export interface VersionOptions {
  readonly functions: readonly LambdaFunction[];
  readonly aliases: readonly DeclaredAlias[];
  /** Where the bundles of versions are kept. */
  readonly directory: string;
  readonly state: KeptMap<KeptFunction>;
}

export interface Versions {
  /** The function as a qualifier means it: a version, an alias, `$LATEST`. Throws when there is no such thing. */
  resolve(name: string, qualifier: string): LambdaFunction;
  /** Oldest first, without `$LATEST`. */
  list(name: string): readonly KeptVersion[];
  alias(name: string, alias: string): KeptAlias;
  /** What is invoked next runs that version. Throws when there is none, or its revision is no longer the given one. */
  move(name: string, alias: string, change: { version?: string; revisionId?: string }): KeptAlias;
}

export const LATEST = '$LATEST';

/**
 * Versions and aliases of functions. As a deploy does, it publishes each function with an alias whose code or
 * configuration differs from the version before, and points the alias there; where nothing changed, an alias stays
 * where somebody has moved it.
 */
export function createVersions({ functions, aliases, directory, state }: VersionOptions): Versions {
  const current = new Map(functions.map((fn) => [fn.name, fn]));
  for (const { functionName, name } of aliases) publish(current.get(functionName)!, name);

  function publish(fn: LambdaFunction, alias: string): void {
    const kept = keptOf(fn.name);
    const sha256 = hashOf(fn);
    const newest = kept.versions.at(-1);
    if (newest?.sha256 === sha256 && Object.hasOwn(kept.aliases, alias)) return;
    const versions = newest?.sha256 === sha256 ? kept.versions : [...kept.versions, keep(fn, sha256, kept)];
    const target = { version: versions.at(-1)!.version, revisionId: randomUUID() };
    state.set(fn.name, { versions, aliases: { ...kept.aliases, [alias]: target } });
  }

  function keep(fn: LambdaFunction, sha256: string, { versions }: KeptFunction): KeptVersion {
    const { credentials: _role, directory: bundle, ...configuration } = fn;
    const version = String(versions.length + 1);
    const kept = join(directory, fn.name, version);
    if (existsSync(bundle)) cpSync(bundle, kept, { recursive: true });
    return { version, publishedAt: new Date().toISOString(), sha256, directory: kept, configuration };
  }

  function keptOf(name: string): KeptFunction {
    return state.get(name) ?? { versions: [], aliases: {} };
  }

  function alias(name: string, wanted: string): KeptAlias {
    const { aliases: known } = keptOf(name);
    if (!Object.hasOwn(known, wanted)) throw notFound('Cannot find alias', arnOf(name), wanted);
    return known[wanted]!;
  }

  function version(name: string, wanted: string): KeptVersion {
    const found = keptOf(name).versions.find((one) => one.version === wanted);
    if (found === undefined) throw notFound('Function not found', arnOf(name), wanted);
    return found;
  }

  function arnOf(name: string): string {
    return current.get(name)?.arn ?? name;
  }

  return {
    resolve(name, qualifier) {
      const fn = current.get(name);
      if (fn === undefined) throw notFound('Function not found', name);
      if (qualifier === LATEST) return fn;
      const number = /^\d+$/.test(qualifier) ? qualifier : resolveAlias(name, qualifier);
      const { configuration, directory: kept } = version(name, number);
      // The newest runs from where it was built, where its compiled code is cached.
      const isNewest = keptOf(name).versions.at(-1)!.version === number;
      return {
        ...configuration,
        credentials: fn.credentials,
        directory: isNewest ? fn.directory : kept,
        version: number,
      };
    },
    list: (name) => keptOf(name).versions,
    alias,
    move(name, wanted, { version: number, revisionId }) {
      const before = alias(name, wanted);
      if (revisionId !== undefined && revisionId !== before.revisionId)
        throw new AwsError(
          'PreconditionFailedException',
          'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
          412,
        );
      const target = number === undefined ? before.version : version(name, number).version;
      const moved = { version: target, revisionId: randomUUID() };
      const kept = keptOf(name);
      state.set(name, { ...kept, aliases: { ...kept.aliases, [wanted]: moved } });
      return moved;
    },
  };

  function resolveAlias(name: string, qualifier: string): string {
    const { aliases: known } = keptOf(name);
    if (!Object.hasOwn(known, qualifier)) throw notFound('Function not found', arnOf(name), qualifier);
    return known[qualifier]!.version;
  }
}

const notFound = (what: string, ...parts: string[]): AwsError =>
  new AwsError('ResourceNotFoundException', `${what}: ${parts.join(':')}`, 404);

/** Of every file of the bundle and everything declared about the function; AWS publishes nothing when neither differs. */
function hashOf({ credentials: _role, directory, ...configuration }: LambdaFunction): string {
  const hash = createHash('sha256').update(JSON.stringify(configuration));
  for (const file of filesIn(directory)) hash.update(relative(directory, file)).update(readFileSync(file));
  return hash.digest('base64');
}

const filesIn = (directory: string): string[] =>
  existsSync(directory)
    ? readdirSync(directory, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .toSorted()
    : [];
