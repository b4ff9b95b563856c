import { parseDeclared } from './declared-inputs.ts';
import { resolveBehaviors, type ResolvedBehavior } from './distribution-behaviors.ts';
import { createEdgeCache, type Answer } from './distribution-cache.ts';
import { compress } from './distribution-compression.ts';
import { acceptedEncodings } from './distribution-forwarding.ts';
import { createEdgeFunction, EdgeFunctionError } from './distribution-function.ts';
import { distributionSchema } from './distribution-inputs.ts';
import { createOrigin, makeAnswer } from './distribution-origin.ts';
import { createPolicyBook, type DeclaredPolicies } from './distribution-policies.ts';
import { applyResponseHeaders } from './distribution-response-headers.ts';
import { createRetriever, isCacheable } from './distribution-retrieve.ts';
import { createViewerFunctions } from './distribution-viewer-functions.ts';
import { readViewer, type ViewerRequest } from './distribution-viewer.ts';
import type { Fetch } from '../stand-in.ts';

/** Inputs are those of `aws.cloudfront.*`, all outputs resolved; policies by id. */
export interface DistributionOptions extends DeclaredPolicies {
  readonly id?: string;
  readonly distribution: unknown;
  /** Source code of CloudFront Functions by ARN. */
  readonly functions: ReadonlyMap<string, string>;
  /** Base URL of an origin's domain name: `http://127.0.0.1:port`, or `…/bucket`. */
  readonly resolveOrigin: (domainName: string) => string;
  /** Signs a request to an origin with an origin access control, as CloudFront does. */
  readonly sign: (request: Request) => Promise<Request>;
}

export interface LocalDistribution {
  readonly fetch: Fetch;
  /** Throws `AwsError` `InvalidArgument` for a path that CloudFront would refuse. */
  invalidate(paths: readonly string[]): void;
}

/** What goes to the viewer, and what `x-cache` says about it. */
interface Outcome {
  readonly answer: Answer;
  readonly xCache: string;
  readonly ageSeconds?: number | undefined;
}

/**
 * A CloudFront distribution as declared. Throws at creation for anything declared that it does not
 * implement, and for ids that lead nowhere, naming resource and property.
 */
export function createDistribution(options: DistributionOptions): LocalDistribution {
  const id = options.id ?? 'ELOCAL';
  const declared = parseDeclared(`distribution ${id}`, distributionSchema, options.distribution);
  const via = `1.1 ${id.toLowerCase()}.cloudfront.net (CloudFront)`;
  const cache = createEdgeCache();
  const retrieve = createRetriever(cache, declared.customErrorResponses);
  const functions = createViewerFunctions(id);
  const findBehavior = resolveBehaviors(declared, {
    policies: createPolicyBook(options),
    functions: new Map([...options.functions].map(([arn, code]) => [arn, createEdgeFunction(arn, code)])),
    createOrigin: (origin) => createOrigin(origin, { ...options, via }),
  });

  async function answer(viewer: ViewerRequest): Promise<Outcome> {
    const behavior = findBehavior(viewer.uri);
    if (!behavior.declared.allowedMethods.includes(viewer.method))
      return finish(behavior, viewer, await withErrorPage(viewer, error(403)));
    const rewritten = await functions.onRequest(behavior, viewer);
    if ('answer' in rewritten) return { ...rewritten, xCache: 'FunctionGeneratedResponse from cloudfront' };
    const asked = withRootObject(rewritten.viewer, declared.defaultRootObject);
    const { answer: found, from, ageSeconds } = await retrieve(behavior, asked, viewer.uri);
    if (found.status >= 400)
      return finish(behavior, asked, await withErrorPage(asked, { ...error(found.status), answer: found }));
    const fromCache = isCacheable(behavior, asked.method) && behavior.cachePolicy.maxTtl > 0;
    const conditional = fromCache ? toNotModified(asked, found) : found;
    const outcome = { answer: conditional, xCache: `${from} from cloudfront`, ageSeconds };
    return functions.onResponse(behavior, asked, await finish(behavior, asked, outcome));
  }

  async function finish(behavior: ResolvedBehavior, viewer: ViewerRequest, outcome: Outcome) {
    const encodings = behavior.declared.compress ? acceptedEncodings(viewer, behavior.cachePolicy) : '';
    const compressed = await compress(outcome.answer, encodings ?? '');
    const headers = new Headers(compressed.headers);
    if (behavior.responsePolicy) applyResponseHeaders(behavior.responsePolicy, viewer.headers, headers);
    return { ...outcome, answer: { ...compressed, headers } };
  }

  /** The custom error page is an object of the distribution, found by the behaviour of its own path. */
  async function withErrorPage(viewer: ViewerRequest, outcome: Outcome): Promise<Outcome> {
    const { status } = outcome.answer;
    const custom = declared.customErrorResponses.find(({ errorCode }) => errorCode === status);
    if (custom?.responsePagePath === undefined) return outcome;
    const uri = custom.responsePagePath;
    const asked = { ...viewer, method: 'GET', uri, query: [], body: new Uint8Array() };
    const page = await retrieve(findBehavior(uri), asked, uri);
    if (page.answer.status !== 200) return outcome;
    return { ...outcome, answer: { ...page.answer, status: custom.responseCode! } };
  }

  return {
    invalidate: cache.invalidate,
    async fetch(request) {
      const viewer = await readViewer(request);
      return toResponse(viewer, await answer(viewer).catch(toFunctionError), via);
    },
  };
}

function error(status: number): Outcome {
  return { answer: makeAnswer(status), xCache: 'Error from cloudfront' };
}

function toFunctionError(failure: unknown): Outcome {
  if (!(failure instanceof EdgeFunctionError)) throw failure;
  return { answer: makeAnswer(failure.status), xCache: `${failure.code} from cloudfront` };
}

function withRootObject(viewer: ViewerRequest, rootObject: string | undefined): ViewerRequest {
  return viewer.uri === '/' && rootObject !== undefined ? { ...viewer, uri: `/${rootObject}` } : viewer;
}

function toNotModified(viewer: ViewerRequest, answer: Answer): Answer {
  return answer.status === 200 && isUnchanged(viewer.headers, answer.headers)
    ? { ...answer, status: 304, body: new Uint8Array() }
    : answer;
}

function isUnchanged(request: Headers, response: Headers): boolean {
  const etag = response.get('etag')?.replace(/^W\//, '');
  const wanted = request.get('if-none-match');
  if (wanted !== null)
    return etag !== undefined && wanted.split(',').some((one) => one.trim().replace(/^W\//, '') === etag);
  const since = Date.parse(request.get('if-modified-since') ?? '');
  return Date.parse(response.get('last-modified') ?? '') <= since;
}

const WITHOUT_BODY = new Set([204, 205, 304]);

function toResponse(viewer: ViewerRequest, { answer, xCache, ageSeconds }: Outcome, via: string): Response {
  const headers = new Headers(answer.headers);
  headers.set('x-cache', xCache);
  headers.append('via', via);
  headers.set('x-amz-cf-id', crypto.randomUUID());
  if (ageSeconds !== undefined) headers.set('age', String(ageSeconds));
  const isEmpty = viewer.method === 'HEAD' || WITHOUT_BODY.has(answer.status);
  return new Response(isEmpty ? null : answer.body, { status: answer.status, headers });
}
