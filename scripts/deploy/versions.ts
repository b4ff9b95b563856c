import {
  GetAliasCommand,
  ListVersionsByFunctionCommand,
  UpdateAliasCommand,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import { UserError } from '#bookings/model/problem.ts';
import { mapBounded } from '#bookings/reconcile/bounded.ts';
import { isNamed } from '../aws-access.ts';

/** What everything that invokes a function goes through. */
export const ALIAS = 'live';

export interface Version {
  readonly version: string;
  /** When it was published: an instant. */
  readonly published: string;
}

/** A function with its version in use, and all that are kept, newest first. */
export interface FunctionVersions {
  /** As in the program, without the stack's prefix. */
  readonly name: string;
  readonly live: string;
  /** Of the alias as it was read: whoever moves it meanwhile changes this. */
  readonly revision: string;
  readonly versions: readonly Version[];
}

export interface Step {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly revision: string;
}

/** Functions of a stack; those that are not deployed yet are left out. Throws {@link UserError} without the right to look. */
export async function readVersions(
  lambda: LambdaClient,
  names: readonly string[],
  prefix: string,
): Promise<FunctionVersions[]> {
  const read = await mapBounded(names, 4, (name) => readFunction(lambda, name, prefix));
  return read.filter((one) => one !== null);
}

async function readFunction(
  lambda: LambdaClient,
  name: string,
  prefix: string,
): Promise<FunctionVersions | null> {
  const FunctionName = prefix + name;
  const alias = await lambda
    .send(new GetAliasCommand({ FunctionName, Name: ALIAS }))
    .catch(nothingThere)
    .catch(notAllowed(FunctionName));
  if (alias === null) return null;
  const versions: Version[] = [];
  for (let Marker: string | undefined; ;) {
    const page = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName, Marker }));
    for (const { Version, LastModified } of page.Versions ?? [])
      if (Version !== undefined && Version !== '$LATEST' && LastModified !== undefined)
        versions.push({ version: Version, published: new Date(LastModified).toISOString() });
    Marker = page.NextMarker;
    if (Marker === undefined || Marker === '') break;
  }
  return {
    name,
    live: alias.FunctionVersion ?? '',
    revision: alias.RevisionId ?? '',
    versions: versions.toSorted((a, b) => Number(b.version) - Number(a.version)),
  };
}

export function nothingThere(error: unknown): null {
  if (isNamed(error, 'ResourceNotFoundException')) return null;
  throw error;
}

/** A workflow's role knows functions by name, and so none that is newer than itself. */
const notAllowed =
  (name: string) =>
  (cause: unknown): never => {
    if (!isNamed(cause, 'AccessDeniedException')) throw cause;
    throw new UserError(
      `These credentials may not look at function ${name}. If it is new, deploy from your own machine: that makes it, and gives the workflow the right.`,
      [],
      { cause },
    );
  };

/**
 * The step to a named version, or to the one that was published before the live one; null where it is there already. Throws
 * {@link UserError} where there is no such version.
 */
export function stepTo(one: FunctionVersions, wanted: string | null): Step | null {
  const { name, live, revision, versions } = one;
  if (wanted === live) return null;
  const target =
    wanted === null
      ? versions.find(({ version }) => Number(version) < Number(live))
      : versions.find(({ version }) => version === wanted);
  if (target !== undefined) return { name, from: live, to: target.version, revision };
  const kept = versions.map(({ version }) => version).join(', ');
  if (wanted === null) throw new UserError(`${name} has no version before ${live}: it was new then.`);
  throw new UserError(`${name} has no version ${wanted}; it has ${kept}.`);
}

/**
 * The steps back to what was published last before an instant, for functions whose live version is not as old; and the names of
 * those that did not exist then.
 */
export function stepsBefore(
  functions: readonly FunctionVersions[],
  instant: string,
): { steps: Step[]; isNew: string[] } {
  const isBefore = ({ published }: Version) => Date.parse(published) < Date.parse(instant);
  const steps: Step[] = [];
  const isNew: string[] = [];
  for (const { name, live, revision, versions } of functions) {
    const upToLive = versions.filter(({ version }) => Number(version) <= Number(live));
    const target = upToLive.find(isBefore);
    if (target === undefined) isNew.push(name);
    else if (target.version !== live) steps.push({ name, from: live, to: target.version, revision });
  }
  return { steps, isNew };
}

/** Points the alias at another version. Throws {@link UserError} when somebody else moved it since it was read. */
export async function takeStep(lambda: LambdaClient, step: Step, prefix: string): Promise<void> {
  const command = new UpdateAliasCommand({
    FunctionName: prefix + step.name,
    Name: ALIAS,
    FunctionVersion: step.to,
    RevisionId: step.revision,
  });
  await lambda.send(command).catch((cause: unknown) => {
    if (!isNamed(cause, 'PreconditionFailedException')) throw cause;
    throw new UserError(
      `${step.name} was moved by somebody else just now: look again (npm run rollback).`,
      [],
      {
        cause,
      },
    );
  });
}
