import { AwsError, type AwsService } from '../stand-in.ts';
import type { Invoke, LambdaFunction } from './lambda.ts';
import { notImplemented } from './not-implemented.ts';

interface ServiceOptions {
  readonly functions: readonly LambdaFunction[];
  readonly region: string;
  readonly invoke: Invoke;
}

type Type = 'RequestResponse' | 'Event';

/** Request limits in bytes (Lambda quotas, "Invocation payload"). */
const MAX_REQUEST_BYTES: Readonly<Record<Type, number>> = { RequestResponse: 6_291_456, Event: 1_048_576 };

/** The Invoke operation of Lambda's API; every other one answers 501. */
export function createLambdaService({ functions, region, invoke }: ServiceOptions): AwsService {
  return async (request, caller) => {
    const nameOrArn = readFunction(request);
    const type = readType(request);
    caller.authorize('lambda:InvokeFunction', toArn(nameOrArn, functions, region));
    const result = await invoke(nameOrArn, readEvent(await request.text(), type), { type });
    const headers = new Headers({
      'x-amzn-requestid': result.requestId,
      'x-amz-executed-version': '$LATEST',
      'content-type': 'application/json',
    });
    if (type === 'Event') return new Response(null, { status: 202, headers });
    if (result.functionError !== undefined) headers.set('x-amz-function-error', result.functionError);
    return new Response(JSON.stringify(result.payload), { status: 200, headers });
  };
}

function readFunction(request: Request): string {
  const { pathname, searchParams } = new URL(request.url);
  const path = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(pathname);
  if (request.method !== 'POST' || path === null)
    throw notImplemented(`Lambda ${request.method} ${pathname}`);
  const name = decodeURIComponent(path[1]!);
  const qualifier = searchParams.get('Qualifier') ?? '$LATEST';
  if (qualifier !== '$LATEST') {
    throw new AwsError('ResourceNotFoundException', `Function not found: ${name}:${qualifier}`, 404);
  }
  return name;
}

function readType(request: Request): Type {
  if (request.headers.get('x-amz-log-type') === 'Tail')
    throw notImplemented('Lambda Invoke with LogType Tail');
  const type = request.headers.get('x-amz-invocation-type') ?? 'RequestResponse';
  if (type === 'RequestResponse' || type === 'Event') return type;
  throw notImplemented(`Lambda Invoke with InvocationType ${type}`);
}

function toArn(nameOrArn: string, functions: readonly LambdaFunction[], region: string): string {
  if (nameOrArn.startsWith('arn:')) return nameOrArn.replace(/:\$LATEST$/, '');
  const known = functions.find((fn) => fn.name === nameOrArn)?.arn;
  const account = functions[0]?.arn.split(':')[4] ?? '';
  return known ?? `arn:aws:lambda:${region}:${account}:function:${nameOrArn}`;
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
