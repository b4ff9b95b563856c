import { createDocumentClient, openTable } from '../adapters/dynamodb.ts';
import { createPhotoBucket, createPhotosClient } from '../adapters/photos-s3.ts';
import { parseEnv } from '../env.ts';
import { createLog } from '../log.ts';
import { createEntryStore } from '../scc/entries/entry-store.ts';
import { createEventStore } from '../scc/event-store.ts';
import { arrive, type ArriveDeps } from './arrive.ts';
import { envSchema } from './env.ts';
import { readUploads } from './read-event.ts';

const env = parseEnv('photo-arrivals', envSchema, process.env);
const document = createDocumentClient();

const deps: ArriveDeps = {
  photos: createPhotoBucket(createPhotosClient(), { bucket: env.PHOTOS_BUCKET }),
  events: createEventStore(openTable(document, env.EVENTS_TABLE)),
  entries: createEntryStore(openTable(document, env.ENTRIES_TABLE)),
  now: () => new Date(),
  log: createLog('photo-arrivals'),
};

export const handler = async (event: unknown): Promise<void> => {
  for (const upload of readUploads(event, env.PHOTOS_BUCKET)) await arrive(upload, deps);
};
