import {
  createPhotoBucket,
  createPhotosClient,
  createPhotoSigner,
  type UploadForm,
} from '#functions/adapters/photos-s3.ts';
import { createLog } from '#functions/log.ts';
import { arrive } from '#functions/photo-arrivals/arrive.ts';
import { readUploads } from '#functions/photo-arrivals/read-event.ts';
import type { StoredEvent } from '#functions/scc/event-store.ts';
import { photoArrivals, sccApi, type Arns } from '#infra/policies.ts';
import type { KeptMessage } from '#scripts/stack/aws/delivery.ts';
import { createS3Notifications, type S3Notifications } from '#scripts/stack/aws/s3-notifications.ts';
import { startLocalScc } from '#test/functions/scc/local-scc.ts';
import { NOW, samplePut, type SampleOptions } from '#test/functions/scc/samples.ts';
import { bucket, readerKey, region, startS3 } from '#test/scripts/stack/aws/start-endpoint.ts';

export const BUCKET = 'sailjada-photos';
export const CREW_ORIGIN = 'https://crew.example.test';
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:photo-arrivals';

/** An event that everybody on it was told of. */
export function toldEvent(options: SampleOptions = {}): StoredEvent {
  const { revision, event, summary } = samplePut(options);
  const { view, createdTimestamp } = event;
  return {
    eventId: view.eventId,
    createdTimestamp,
    bookingKey: view.bookingKey,
    revision,
    view,
    summary,
    told: { event: view, summary, at: NOW.toISOString(), eventRevision: revision, places: {}, former: {} },
    toldRevision: revision,
    released: [revision],
    signUps: [],
    signUpChanges: 0,
  };
}

const arns = { photosBucket: `arn:aws:s3:::${BUCKET}`, tables: {}, secrets: {} } as Arns;
const rights = [...sccApi(arns), ...photoArrivals(arns)].filter(({ Action }) =>
  Action.some((action) => action.startsWith('s3:')),
);

/** The photos' bucket with the rights of the program, and photo-arrivals behind it; events exist that `events` or the table holds. */
export async function startPhotos({ duplicateEvery }: { duplicateEvery?: number } = {}) {
  const scc = await startLocalScc();
  const events = new Map<string, StoredEvent>();
  const logged: string[] = [];
  const handed: unknown[] = [];
  const cors = [{ allowedOrigins: [CREW_ORIGIN], allowedMethods: ['GET', 'POST'], exposeHeaders: ['ETag'] }];
  const policies = [{ Version: '2012-10-17' as const, Statement: rights }];
  const server = await startS3([bucket(BUCKET, { cors })], policies, (...told) =>
    notifications.created(...told),
  );
  const client = createPhotosClient({ region, endpoint: server.url, credentials: readerKey, maxAttempts: 1 });
  const deps = {
    photos: createPhotoBucket(client, { bucket: BUCKET }),
    events: { find: async (eventId: string) => events.get(eventId) ?? scc.events.find(eventId) },
    entries: scc.entries,
    now: () => NOW,
    log: createLog('photo-arrivals', (line) => void logged.push(line)),
  };
  const handle = async (event: unknown): Promise<void> => {
    for (const upload of readUploads(event, BUCKET)) await arrive(upload, deps);
  };
  const notifications: S3Notifications = createS3Notifications({
    notifications: [
      {
        id: '1',
        bucket: BUCKET,
        events: ['s3:ObjectCreated:*'],
        prefix: '',
        suffix: '',
        functionArn: FUNCTION,
      },
    ],
    permissions: [{ functionArn: FUNCTION, action: 'lambda:InvokeFunction', principal: 's3.amazonaws.com' }],
    region,
    account: '000000000000',
    async invoke(_, event) {
      handed.push(event);
      await handle(event);
      return { requestId: 'r', payload: null };
    },
    state: new Map<string, KeptMessage>(),
    log: (line) => void logged.push(line),
    ...(duplicateEvery !== undefined && { duplicateEvery }),
  });
  return {
    scc,
    server,
    events,
    logged,
    /** Events that the function was handed, in order. */
    handed,
    handle,
    signer: createPhotoSigner(client, { bucket: BUCKET }),
    bucket: deps.photos,
    arrived: notifications.idle,
    stored: (key: string) => server.s3.objects(BUCKET).find((object) => object.key === key),
    async close() {
      notifications.close();
      await server.close();
      await scc.close();
    },
  };
}
export type LocalPhotos = Awaited<ReturnType<typeof startPhotos>>;

interface Sent {
  /** Instead of the form's own, or beside them. */
  readonly fields?: Readonly<Record<string, string>>;
  readonly origin?: string;
}

/** What a browser does with a form and a file. */
export async function submit(
  { url, fields }: UploadForm,
  bytes: Uint8Array,
  { fields: more = {}, origin }: Sent = {},
) {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...fields, ...more })) form.append(name, value);
  form.append('file', new File([Buffer.from(bytes)], 'IMG_0001.jpg', { type: 'image/jpeg' }));
  const headers = origin === undefined ? undefined : { origin };
  const response = await fetch(url, { method: 'POST', body: form, ...(headers && { headers }) });
  const text = await response.text();
  return { status: response.status, code: /<Code>(.*)<\/Code>/.exec(text)?.[1], headers: response.headers };
}
