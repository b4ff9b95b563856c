import { AwsError, type AwsService, type Caller } from '../stand-in.ts';
import { createAliasOperations } from './lambda-aliases.ts';
import { parseFunctionName } from './lambda-name.ts';
import type { Invoke, LambdaFunction } from './lambda.ts';
import { LATEST, type Versions } from './lambda-versions.ts';
import { notImplemented } from './not-implemented.ts';

interface ServiceOptions {
  readonly functions: readonly LambdaFunction[];
  readonly region: string;
  readonly invoke: Invoke;
  readonly versions: Versions;
}

type Type = 'RequestResponse' | 'Event';

/** One operation of Lambda's API. `parts` are what its path holds: the function, and an alias. */
export type LambdaOperation = (
  request: Request,
  caller: Caller,
  parts: readonly string[],
) => Promise<Response>;

/** Request limits in bytes (Lambda quotas, "Invocation payload"). */
const MAX_REQUEST_BYTES: Readonly<Record<Type, number>> = { RequestResponse: 6_291_456, Event: 1_048_576 };

/** Invoking functions, and their versions and aliases; every other operation of Lambda's API answers 501. */
export function createLambdaService(options: ServiceOptions): AwsService {
  const arnOf = (nameOrArn: string) => toArn(nameOrArn, options);
  const aliases = createAliasOperations({ ...options, arnOf, readFunction });
  const routes: readonly [method: string, path: RegExp, operation: LambdaOperation][] = [
    ['POST', /^\/2015-03-31\/functions\/([^/]+)\/invocations$/, createInvoke(options, arnOf)],
    ['GET', /^\/2015-03-31\/functions\/([^/]+)\/configuration$/, aliases.configuration],
    ['GET', /^\/2015-03-31\/functions\/([^/]+)\/versions$/, aliases.listVersions],
    ['GET', /^\/2015-03-31\/functions\/([^/]+)\/aliases\/([^/]+)$/, aliases.get],
    ['PUT', /^\/2015-03-31\/functions\/([^/]+)\/aliases\/([^/]+)$/, aliases.update],
  ];
  return async (request, caller) => {
    const { pathname } = new URL(request.url);
    for (const [method, path, operation] of routes) {
      const match = request.method === method ? path.exec(pathname) : null;
      if (match !== null) return operation(request, caller, match.slice(1).map(decodeURIComponent));
    }
    throw notImplemented(`Lambda ${request.method} ${pathname}`);
  };
}

function createInvoke({ invoke }: ServiceOptions, arnOf: (nameOrArn: string) => string): LambdaOperation {
  return async (request, caller, [name = '']) => {
    const nameOrArn = readFunction(request, name);
    const type = readType(request);
    caller.authorize('lambda:InvokeFunction', arnOf(nameOrArn));
    const result = await invoke(nameOrArn, readEvent(await request.text(), type), { type });
    const headers = new Headers({
      'x-amzn-requestid': result.requestId,
      'x-amz-executed-version': result.executedVersion ?? LATEST,
      'content-type': 'application/json',
    });
    if (type === 'Event') return new Response(null, { status: 202, headers });
    if (result.functionError !== undefined) headers.set('x-amz-function-error', result.functionError);
    return new Response(JSON.stringify(result.payload), { status: 200, headers });
  };
}

/** The function with the qualifier that name or parameter give. */
function readFunction(request: Request, nameOrArn: string): string {
  const asked = new URL(request.url).searchParams.get('Qualifier');
  const { qualifier } = parseFunctionName(nameOrArn);
  if (asked === null) return nameOrArn;
  if (qualifier === undefined) return `${nameOrArn}:${asked}`;
  if (qualifier === asked) return nameOrArn;
  throw new AwsError(
    'InvalidParameterValueException',
    'The derived qualifier from the function name does not match the specified qualifier.',
  );
}

function readType(request: Request): Type {
  if (request.headers.get('x-amz-log-type') === 'Tail')
    throw notImplemented('Lambda Invoke with LogType Tail');
  const type = request.headers.get('x-amz-invocation-type') ?? 'RequestResponse';
  if (type === 'RequestResponse' || type === 'Event') return type;
  throw notImplemented(`Lambda Invoke with InvocationType ${type}`);
}

/** Policies judge an invocation by the ARN with the qualifier that was asked for. */
function toArn(nameOrArn: string, { functions, region }: ServiceOptions): string {
  if (nameOrArn.startsWith('arn:')) return nameOrArn.replace(/:\$LATEST$/, '');
  const account = functions[0]?.arn.split(':')[4] ?? '';
  return `arn:aws:lambda:${region}:${account}:function:${nameOrArn.replace(/:\$LATEST$/, '')}`;
}

function readEvent(text: string, type: Type): unknown {
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_REQUEST_BYTES[type]) {
    const message = `${bytes} byte payload is too large for the ${type} invocation type (limit ${MAX_REQUEST_BYTES[type]} bytes)`;
    throw new AwsError('RequestTooLargeException', message, 413);
  }
  if (text === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new AwsError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${String(cause)}`,
    );
  }
}
