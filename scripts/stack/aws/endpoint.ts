import { randomUUID } from 'node:crypto';
import { AwsError, type AwsService, type Caller, type Fetch } from '../stand-in.ts';
import { anonymous, createSigners, type CallerOptions, type Signers } from './callers.ts';
import { renderAwsError } from './error-formats.ts';
import { readSignature, type Signature } from './sigv4-read.ts';
import { verifySignature } from './sigv4.ts';

export interface AwsEndpointOptions extends CallerOptions {
  /** By the service's name in the credential scope: `dynamodb`, `s3`, `ses`, `secretsmanager`, … */
  readonly services: Readonly<Record<string, AwsService>>;
  /** Default `us-east-1`. */
  readonly region?: string;
}

/**
 * All AWS services behind one address, as `AWS_ENDPOINT_URL` expects: the credential scope says which service answers,
 * the access key whose role is asked.
 */
export function createAwsEndpoint(options: AwsEndpointOptions): { fetch: Fetch } {
  const { services, region = 'us-east-1' } = options;
  const identify = createIdentify(createSigners(options), region);
  return {
    async fetch(request) {
      let name = guessService(request);
      try {
        const signature = readSignature(request);
        name = signature?.scope.service ?? name;
        const service = serviceNamed(services, name);
        const { verified, caller } = await identify(request, signature, name);
        return stamp(await service(verified, caller), name);
      } catch (error) {
        return stamp(renderAwsError(name, toAwsError(error), request.method), name);
      }
    },
  };
}

type Identify = (
  request: Request,
  signature: Signature | undefined,
  service: string,
) => Promise<{ verified: Request; caller: Caller }>;

function createIdentify(signers: Signers, region: string): Identify {
  return async (request, signature, service) => {
    if (signature === undefined) {
      if (service === 's3') return { verified: request, caller: anonymous };
      throw new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
    }
    const { scope, accessKeyId } = signature;
    if (scope.region !== region) {
      throw new AwsError(
        'IncompleteSignature',
        `The region '${scope.region}' is wrong; expecting '${region}'`,
      );
    }
    const signer = signers(accessKeyId);
    if (signer === undefined) {
      throw new AwsError(
        'InvalidClientTokenId',
        'The security token included in the request is invalid.',
        403,
      );
    }
    const verified = await verifySignature(request, signature, signer.secretAccessKey);
    return { verified, caller: signer.caller };
  };
}

/** Without a signature only S3 can be meant, unless the request names an operation of a JSON service. */
function guessService(request: Request): string {
  const target = request.headers.get('x-amz-target');
  if (target === null) return 's3';
  return target.toLowerCase().split(/[_.]/, 1)[0]!;
}

function serviceNamed(services: AwsEndpointOptions['services'], name: string): AwsService {
  const service = Object.hasOwn(services, name) ? services[name] : undefined;
  if (service === undefined)
    throw new AwsError('NotImplemented', `The local stack has no AWS service '${name}'`, 501);
  return service;
}

/** Anything but an {@link AwsError} is a bug of the stack: it is shown here, as SDK clients hide the cause of a 500. */
function toAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  console.error(error);
  return new AwsError('InternalFailure', error instanceof Error ? error.message : String(error), 500);
}

/** SDK clients set their clock by the Date header, so it must be the clock that signatures are judged by. */
function stamp(response: Response, service: string): Response {
  const headers = new Headers(response.headers);
  headers.set('date', new Date().toUTCString());
  headers.set(service === 's3' ? 'x-amz-request-id' : 'x-amzn-requestid', randomUUID());
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
