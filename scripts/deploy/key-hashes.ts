import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { ALIAS, nothingThere, type Step } from './versions.ts';

/** SHA-256 hashes of the keys that a version of a function lets in; none where it asks for no such key. */
interface KeyHashes {
  readonly service: readonly string[];
  readonly origin: readonly string[];
}

/** Of the origin secrets, hashes alone. */
export interface OriginHashes {
  /** Of the secret that CloudFront sends. */
  readonly sent: string;
  /** Of those that pass now. */
  readonly accepted: readonly string[];
}

/** What scc-api was told of the origin secrets; null when it is not deployed. */
export async function readOriginHashes(lambda: LambdaClient, prefix: string): Promise<OriginHashes | null> {
  const name = `${prefix}scc-api`;
  const live = await readKeyHashes(lambda, name, ALIAS).catch(nothingThere);
  if (live === null) return null;
  return { sent: await readSent(lambda, name), accepted: live.origin };
}

/** What a step means for those who hold a key. */
export interface KeyChange {
  readonly remarks: readonly string[];
  /** CloudFront would not be let in any more. */
  readonly cutsOff: boolean;
}

/** Compares the keys that a function lets in before a step and after it. */
export async function readKeyChange(lambda: LambdaClient, step: Step, prefix: string): Promise<KeyChange> {
  const name = prefix + step.name;
  const from = await readKeyHashes(lambda, name, step.from);
  const to = await readKeyHashes(lambda, name, step.to);
  const cutsOff = to.origin.length > 0 && !to.origin.includes(await readSent(lambda, name));
  const remarks: [applies: boolean, remark: string][] = [
    [hasMore(to.service, from.service), 'lets a service key in that is refused now: one that was taken out'],
    [hasMore(from.service, to.service), 'refuses a service key that is let in now: applies may fail'],
    [hasMore(to.origin, from.origin), 'lets an origin secret in that is refused now: one that was taken out'],
  ];
  return { cutsOff, remarks: remarks.filter(([applies]) => applies).map(([, remark]) => remark) };
}

const hasMore = (some: readonly string[], others: readonly string[]): boolean =>
  some.some((hash) => !others.includes(hash));

/**
 * A deploy gives CloudFront the first of the secrets whose hashes it gives the function, so this is of what was deployed last,
 * whatever version the alias names.
 */
async function readSent(lambda: LambdaClient, name: string): Promise<string> {
  const { origin } = await readKeyHashes(lambda, name, '$LATEST');
  return origin[0] ?? '';
}

/** `qualifier`: a version, an alias, or `$LATEST`. */
async function readKeyHashes(
  lambda: LambdaClient,
  FunctionName: string,
  Qualifier: string,
): Promise<KeyHashes> {
  const asked = new GetFunctionConfigurationCommand({ FunctionName, Qualifier });
  const { Environment } = await lambda.send(asked);
  const { SERVICE_KEY_HASH, ORIGIN_SECRET_HASH } = Environment?.Variables ?? {};
  return { service: listOf(SERVICE_KEY_HASH), origin: listOf(ORIGIN_SECRET_HASH) };
}

const listOf = (hashes = ''): string[] => hashes.split(',').filter((hash) => hash !== '');
