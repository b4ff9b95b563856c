import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Pace } from '#bookings/reconcile/pace.ts';
import type { SiteName } from '#bookings/reconcile/ports.ts';
import { createPagesS3 } from '#functions/adapters/pages-s3.ts';
import { createCloudFrontControl } from '#scripts/stack/aws/cloudfront-control.ts';
import { listen } from '#scripts/stack/listen.ts';
import type { Fetch } from '#scripts/stack/stand-in.ts';
import { serve } from '#test/scripts/stack/aws/serve.ts';
import { bucket, startS3 } from '#test/scripts/stack/aws/start-endpoint.ts';

export const name = 'queenofsandiego.com';
const crewName = 'sailjada.com';

const closers: (() => Promise<void>)[] = [];
/** Closes all that was started. */
export async function closePages(): Promise<void> {
  for (const close of closers.splice(0)) await close();
}

interface Setup {
  readonly site?: Fetch;
  /** Runs before each conditional write of the adapter: what somebody else does meanwhile. */
  readonly meanwhile?: (s3: S3Client) => Promise<void>;
  readonly invalidate?: () => Promise<void>;
  readonly pace?: Pace;
}

/** Pages over the stack's S3 and CloudFront, and a public site that `site` answers for. */
export async function startPages({ site, meanwhile, invalidate, pace }: Setup = {}) {
  const { s3, pipeline, close } = await startS3([bucket(name), bucket(crewName)]);
  const batches: string[][] = [];
  const distributions: string[] = [];
  const lines: string[] = [];
  const control = await serve(
    'cloudfront',
    createCloudFrontControl({
      account: '000000000000',
      distributions: ['EGUEST', 'ECREW'],
      log: (line) => void lines.push(line),
      invalidate: async (distribution, paths) => {
        distributions.push(distribution);
        batches.push([...paths]);
        await invalidate?.();
      },
    }),
  );
  const front = await listen(site ?? (async () => new Response(null, { status: 404 })));
  closers.push(close, control.close, front.close);
  const writes: string[] = [];
  /** Every command that the adapter sent to S3, `HeadObject` too. */
  const commands: string[] = [];
  const watched = new Proxy(pipeline, {
    get: (target, member, receiver) =>
      member !== 'send'
        ? Reflect.get(target, member, receiver)
        : async (command: PutObjectCommand) => {
            commands.push(command.constructor.name.replace(/Command$/, ''));
            if (command instanceof PutObjectCommand) {
              writes.push(command.input.Key!);
              await meanwhile?.(pipeline);
            }
            return target.send(command);
          },
  });
  const waits: number[] = [];
  const pages = createPagesS3(
    {
      sites: {
        guest: { bucket: name, distributionId: 'EGUEST' },
        crew: { bucket: crewName, distributionId: 'ECREW' },
      },
      publicUrl: front.url,
      reference: 'run-1',
      pace,
    },
    {
      s3: watched,
      cloudFront: new CloudFrontClient(control.client),
      fetch,
      delay: async (milliseconds) => void waits.push(milliseconds),
      random: () => 0.5,
    },
  );
  const stored = (key: string, of: SiteName = 'guest') =>
    s3.objects(of === 'guest' ? name : crewName).find((object) => object.key === key);
  return { pages, stored, writes, commands, batches, distributions, waits };
}
