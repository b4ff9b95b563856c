import * as z from 'zod';
import { AwsError } from '../stand-in.ts';
import { parseJson } from './json-service.ts';
import { parseFunctionName } from './lambda-name.ts';
import type { LambdaFunction } from './lambda.ts';
import type { LambdaOperation } from './lambda-service.ts';
import { LATEST, type KeptAlias, type KeptVersion, type Versions } from './lambda-versions.ts';

interface Options {
  readonly functions: readonly LambdaFunction[];
  readonly versions: Versions;
  arnOf(nameOrArn: string): string;
  /** The function with the qualifier that name or parameter give. */
  readFunction(request: Request, nameOrArn: string): string;
}

/** GetFunctionConfiguration, ListVersionsByFunction, GetAlias and UpdateAlias of Lambda's API. */
export function createAliasOperations({ functions, versions, arnOf, readFunction }: Options) {
  function find(nameOrArn: string): LambdaFunction {
    const { name } = parseFunctionName(nameOrArn);
    const fn = functions.find((one) => one.name === name);
    if (fn === undefined)
      throw new AwsError('ResourceNotFoundException', `Function not found: ${arnOf(nameOrArn)}`, 404);
    return fn;
  }

  const configuration: LambdaOperation = async (request, caller, [given = '']) => {
    const nameOrArn = readFunction(request, given);
    caller.authorize('lambda:GetFunctionConfiguration', arnOf(nameOrArn));
    const { name, qualifier = LATEST } = parseFunctionName(nameOrArn);
    const found = versions.resolve(find(name).name, qualifier);
    const { version = LATEST, environment } = found;
    return Response.json({ ...toConfiguration(found, version), Environment: { Variables: environment } });
  };

  const listVersions: LambdaOperation = async (request, caller, [name = '']) => {
    caller.authorize('lambda:ListVersionsByFunction', arnOf(name));
    const fn = find(name);
    const all = [toConfiguration(fn, LATEST), ...versions.list(fn.name).map(toVersion)];
    const { start, count } = readPage(new URL(request.url).searchParams);
    const end = start + count;
    return Response.json({
      Versions: all.slice(start, end),
      ...(end < all.length && { NextMarker: String(end) }),
    });
  };

  const get: LambdaOperation = async (_, caller, [name = '', alias = '']) => {
    caller.authorize('lambda:GetAlias', arnOf(name));
    const fn = find(name);
    return Response.json(toAlias(fn, alias, versions.alias(fn.name, alias)));
  };

  const update: LambdaOperation = async (request, caller, [name = '', alias = '']) => {
    caller.authorize('lambda:UpdateAlias', arnOf(name));
    const fn = find(name);
    const change = readChange(await request.text());
    const moved = versions.move(fn.name, alias, {
      version: change.FunctionVersion,
      revisionId: change.RevisionId,
    });
    return Response.json(toAlias(fn, alias, moved));
  };

  return { configuration, listVersions, get, update };
}

/** Descriptions and weights between versions are not implemented: naming them is refused. */
const changeSchema = z.strictObject({
  FunctionVersion: z
    .string()
    .regex(/^(\$LATEST|[0-9]+)$/)
    .optional(),
  RevisionId: z.string().optional(),
});

function readChange(text: string): z.infer<typeof changeSchema> {
  const parsed = changeSchema.safeParse(parseJson(text === '' ? '{}' : text));
  if (parsed.success) return parsed.data;
  throw new AwsError('InvalidParameterValueException', z.prettifyError(parsed.error));
}

/** AWS gives 50 at a time at most (Lambda API reference, "ListVersionsByFunction"). */
function readPage(search: URLSearchParams): { start: number; count: number } {
  const count = Math.min(50, Number(search.get('MaxItems') ?? 50));
  return { start: Number(search.get('Marker') ?? 0), count };
}

const toAlias = ({ arn }: LambdaFunction, name: string, { version, revisionId }: KeptAlias) => ({
  AliasArn: `${arn}:${name}`,
  Name: name,
  FunctionVersion: version,
  Description: '',
  RevisionId: revisionId,
});

const toVersion = ({ configuration, version, publishedAt, sha256 }: KeptVersion) => ({
  ...toConfiguration(configuration, version),
  CodeSha256: sha256,
  // Lambda writes the offset without a colon.
  LastModified: publishedAt.replace('Z', '+0000'),
});

const toConfiguration = (fn: KeptVersion['configuration'], version: string) => ({
  FunctionName: fn.name,
  FunctionArn: `${fn.arn}:${version}`,
  Runtime: 'nodejs24.x',
  Handler: fn.handler,
  Timeout: fn.timeoutSeconds,
  MemorySize: fn.memoryMegabytes,
  Version: version,
});
