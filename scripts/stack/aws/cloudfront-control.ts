import { randomUUID } from 'node:crypto';
import { AwsError, type AwsService } from '../stand-in.ts';
import { notImplemented } from './not-implemented.ts';
import { readElements } from './xml-elements.ts';
import { element, xmlResponse } from './xml.ts';

export interface CloudFrontControlOptions {
  readonly account: string;
  /** Ids of the distributions that exist. */
  readonly distributions: readonly string[];
  /** Drops the paths (`*` at the end is a wildcard) from a distribution's cache. */
  readonly invalidate: (distributionId: string, paths: readonly string[]) => void | Promise<void>;
  /** Invalidations that could not be applied. */
  readonly log: (line: string) => void;
}

interface Batch {
  readonly callerReference: string;
  readonly paths: readonly string[];
}

interface Invalidation extends Batch {
  readonly id: string;
  readonly distributionId: string;
  /** ISO 8601, UTC */
  readonly createdAt: string;
  completed: boolean;
}

/** Quotas of invalidations in progress per distribution (CloudFront developer guide, "Quotas on invalidations"). */
const MAX_FILES = 3000;
const MAX_WILDCARDS = 15;

/** The invalidation part of CloudFront's API; every other operation answers 501. Lives as long as the caches do, not longer. */
export function createCloudFrontControl(options: CloudFrontControlOptions): AwsService {
  const invalidations: Invalidation[] = [];

  function create(distributionId: string, batch: Batch): Response {
    const earlier = invalidations.find(
      (one) => one.distributionId === distributionId && one.callerReference === batch.callerReference,
    );
    if (earlier !== undefined) {
      if (earlier.paths.join('\n') === batch.paths.join('\n')) return answer(201, earlier);
      const text = 'An invalidation with this caller reference and other paths already exists.';
      throw new AwsError('InvalidationBatchAlreadyExists', text);
    }
    checkQuota(
      batch,
      invalidations.filter((one) => one.distributionId === distributionId && !one.completed),
    );
    const id = `I${randomUUID().replaceAll('-', '').slice(0, 24).toUpperCase()}`;
    const createdAt = new Date().toISOString();
    const invalidation = { ...batch, id, distributionId, createdAt, completed: false };
    invalidations.push(invalidation);
    const response = answer(201, invalidation);
    void apply(invalidation, options);
    return response;
  }

  function get(distributionId: string, id: string): Response {
    const found = invalidations.find((one) => one.distributionId === distributionId && one.id === id);
    if (found === undefined) {
      throw new AwsError('NoSuchInvalidation', 'The specified invalidation does not exist.', 404);
    }
    return answer(200, found);
  }

  return async (request, caller) => {
    const { action, distributionId, id } = readRoute(request);
    const arn = `arn:aws:cloudfront::${options.account}:distribution/${distributionId}`;
    caller.authorize(`cloudfront:${action}`, arn);
    if (!options.distributions.includes(distributionId)) {
      throw new AwsError('NoSuchDistribution', 'The specified distribution does not exist.', 404);
    }
    return id === undefined
      ? create(distributionId, readBatch(await request.text()))
      : get(distributionId, id);
  };
}

function readRoute(request: Request): { action: string; distributionId: string; id?: string } {
  const { pathname } = new URL(request.url);
  const [, distributionId, id] =
    /^\/2020-05-31\/distribution\/([^/]+)\/invalidation(?:\/([^/]+))?$/.exec(pathname) ?? [];
  if (distributionId !== undefined && request.method === 'POST' && id === undefined) {
    return { action: 'CreateInvalidation', distributionId };
  }
  if (distributionId !== undefined && request.method === 'GET' && id !== undefined) {
    return { action: 'GetInvalidation', distributionId, id };
  }
  throw notImplemented(`CloudFront ${request.method} ${pathname}`);
}

function readBatch(xml: string): Batch {
  const paths = readElements(xml, 'Path');
  const [callerReference = ''] = readElements(xml, 'CallerReference');
  if (callerReference === '') throw new AwsError('InvalidArgument', 'The caller reference is missing.');
  if (Number(readElements(xml, 'Quantity')[0]) !== paths.length) {
    throw new AwsError(
      'InconsistentQuantities',
      'The value of Quantity and the number of paths do not match.',
    );
  }
  // Other characters have to be percent-encoded, as in the URLs of the viewers.
  if (paths.length === 0 || !paths.every((path) => /^\/[!-~]*$/.test(path))) {
    throw new AwsError('InvalidArgument', 'Your request contains one or more invalid invalidation paths.');
  }
  return { callerReference, paths };
}

function checkQuota(batch: Batch, inProgress: readonly Batch[]): void {
  const paths = [batch, ...inProgress].flatMap((one) => one.paths);
  const wildcards = paths.filter((path) => path.endsWith('*')).length;
  if (wildcards <= MAX_WILDCARDS && paths.length - wildcards <= MAX_FILES) return;
  const text = 'You have exceeded the maximum number of allowable InProgress invalidation paths.';
  throw new AwsError('TooManyInvalidationsInProgress', text);
}

/** One that cannot be applied stays in progress, so that whoever waits for it runs into their time limit. */
async function apply(
  invalidation: Invalidation,
  { invalidate, log }: CloudFrontControlOptions,
): Promise<void> {
  try {
    await invalidate(invalidation.distributionId, invalidation.paths);
    invalidation.completed = true;
  } catch (error) {
    log(`Invalidation ${invalidation.id} failed: ${String(error)}`);
  }
}

function answer(status: number, invalidation: Invalidation): Response {
  const { id, completed, createdAt, paths, callerReference, distributionId } = invalidation;
  const items = element(
    'Items',
    paths.map((path) => element('Path', path)),
  );
  const root = element(
    'Invalidation',
    [
      element('Id', id),
      element('Status', completed ? 'Completed' : 'InProgress'),
      element('CreateTime', createdAt),
      element('InvalidationBatch', [
        element('Paths', [element('Quantity', paths.length), items]),
        element('CallerReference', callerReference),
      ]),
    ],
    'http://cloudfront.amazonaws.com/doc/2020-05-31/',
  );
  const location = `/2020-05-31/distribution/${distributionId}/invalidation/${id}`;
  return xmlResponse(root, { status, headers: { location } });
}
