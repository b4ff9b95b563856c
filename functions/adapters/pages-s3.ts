import { setTimeout as wait } from 'node:timers/promises';
import {
  CreateInvalidationCommand,
  GetInvalidationCommand,
  type CloudFrontClient,
} from '@aws-sdk/client-cloudfront';
import { GetObjectCommand, NoSuchKey, type S3Client } from '@aws-sdk/client-s3';
import { sha256 } from '#bookings/model/canonical.ts';
import type { Difference } from '#bookings/model/differences.ts';
import { toDrift } from '#bookings/reconcile/drift.ts';
import type { Pace } from '#bookings/reconcile/pace.ts';
import type { Pages, SiteName } from '#bookings/reconcile/ports.ts';
import { fetchWithRetries, type HttpDeps } from './http-client.ts';
import { putPage, putShared } from './page-objects.ts';

export interface PagesOptions {
  readonly sites: Readonly<Record<SiteName, { readonly bucket: string; readonly distributionId: string }>>;
  /** Origin of the guest site, `https://queenofsandiego.com`. */
  readonly publicUrl: string;
  /** Lets looks at the public address begin no faster than CloudFront's firewall allows; at once by default. */
  readonly pace?: Pace | undefined;
  /** Unique for this run: an invalidation that CloudFront has already seen under the same name is not done again. */
  readonly reference: string;
}

export interface PagesClients extends HttpDeps {
  readonly s3: S3Client;
  readonly cloudFront: CloudFrontClient;
}

/** Guest pages, and the files that pages share, in S3 buckets behind CloudFront. Revision and hash of an object are in its metadata. */
export function createPagesS3(options: PagesOptions, clients: PagesClients): Pages {
  const { pace = (task) => task() } = options;
  let invalidations = 0;
  const fetchHash = async (key: string): Promise<string | null> => {
    const path = publicPath(key);
    const call = {
      url: new URL(path, options.publicUrl).href,
      init: { redirect: 'manual' as const },
      timeout: 10_000,
      attempts: 4,
    };
    const answer = await pace(() => fetchWithRetries(`GET ${path}`, call, clients));
    if (answer.status === 404) return null;
    if (answer.status !== 200) throw new Error(`GET ${path} answered ${answer.status}`);
    return sha256(answer.bytes);
  };
  return {
    fetchHash,
    put: (object, version, known) =>
      putPage({ object, version, known }, options.sites.guest.bucket, clients.s3),
    putShared: (file, altered) => putShared(file, options.sites[file.site].bucket, clients.s3, altered),
    isInPlace: async ({ site, key, body }) =>
      (await storedHash(clients.s3, options.sites[site].bucket, key)) === sha256(body),
    async invalidate(site, keys) {
      if (keys.length === 0) return;
      const name = `${options.reference}-${++invalidations}`;
      await invalidate(toPaths(keys), name, options.sites[site].distributionId, clients);
    },
    async inspect(manifest) {
      const bucket = options.sites.guest.bucket;
      const fields = Object.entries(manifest).map(async ([key, hash]) => {
        // Caches go on serving what was there: only the bucket shows that it is there no more.
        const stored = await storedHash(clients.s3, bucket, key);
        if (stored !== hash) return other(key, stored);
        const served = await fetchHash(key);
        return served === hash ? [] : other(key, served);
      });
      return toDrift((await Promise.all(fields)).flat());
    },
  };
}

const other = (key: string, hash: string | null): Difference[] => [
  { path: key, from: hash === null ? 'missing' : 'other content', to: 'as rendered' },
];

async function storedHash(s3: S3Client, Bucket: string, Key: string): Promise<string | null> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return sha256((await Body?.transformToByteArray()) ?? '');
  } catch (error) {
    if (error instanceof NoSuchKey) return null;
    throw error;
  }
}

/** Creates an invalidation and waits until it has reached every edge. */
async function invalidate(
  paths: readonly string[],
  name: string,
  DistributionId: string,
  { cloudFront, delay = wait, random = Math.random }: PagesClients,
): Promise<void> {
  const created = await cloudFront.send(
    new CreateInvalidationCommand({
      DistributionId,
      InvalidationBatch: {
        CallerReference: `${name}-${sha256(paths.join('\n')).slice(0, 16)}`,
        Paths: { Quantity: paths.length, Items: [...paths] },
      },
    }),
  );
  let state = created.Invalidation;
  let waited = 0;
  for (let pause = FIRST_PAUSE; state?.Status !== 'Completed'; pause = Math.min(pause * 1.5, LONGEST_PAUSE)) {
    if (waited > LIMIT)
      throw new Error(`Invalidation ${state?.Id} is not complete after ${LIMIT / 60_000} minutes`);
    const jittered = pause * (0.75 + random() / 2);
    await delay(jittered);
    waited += jittered;
    const reply = await cloudFront.send(new GetInvalidationCommand({ DistributionId, Id: state?.Id }));
    state = reply.Invalidation;
  }
}

/** Milliseconds. */
const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 10_000;
const LIMIT = 10 * 60_000;

/** Both the object's own path and the one that viewers ask for; a wildcard for all pages when they are too many. */
function toPaths(keys: readonly string[]): string[] {
  const paths = new Set(keys.flatMap((key) => [encodeURI(`/${key}`), publicPath(key)]));
  const unique = [...paths].toSorted();
  if (unique.length <= MOST_PATHS) return unique;
  const others = unique.filter((path) => !path.startsWith('/g/'));
  return others.length < MOST_PATHS ? ['/g/*', ...others] : ['/*'];
}

/** So many are free in a month, and a wildcard counts as one. */
const MOST_PATHS = 1000;

/** `g/x.html` → `/g/x`, `g/x.es.html` → `/g/x/es`, `index.html` → `/`, anything else as it is. */
function publicPath(key: string): string {
  const [, page, language] = /^(g\/[a-z0-9]+)(?:\.([a-z]{2}))?\.html$/.exec(key) ?? [];
  if (page !== undefined) return language === undefined ? `/${page}` : `/${page}/${language}`;
  return encodeURI(`/${key.replace(/(^|\/)index\.html$/, '$1')}`);
}
