import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import * as z from 'zod';
import { PHOTO_CACHE_CONTROL, type PhotoSigner } from '../../adapters/photos-s3.ts';
import { HttpProblem } from '../../http.ts';
import { jsonBody, jsonReply, problemReplies } from '../../openapi.ts';
import type { Entry } from '../../scc/entries/entry.ts';
import { chosenIdSchema } from '../../scc/entries/entry-schema.ts';
import { MAX_SIZE, PHOTO_TYPES, PURPOSES, THUMBNAIL_TYPE, VARIANTS } from '../../scc/photo-key.ts';
import { openLog, type EntryDeps } from '../event-log.ts';
import { accepts, memberOf, type Principal, type SccEnv } from '../principal.ts';
import { findPhoto, signUploads } from '../uploads.ts';

export interface PhotoDeps extends EntryDeps {
  readonly photos: PhotoSigner;
}

export function addPhotoRoutes(app: OpenAPIHono<SccEnv>, deps: PhotoDeps): void {
  app.openapi(uploadRoute, async (c) => {
    const log = await openLog({ ...c.req.valid('param'), member: memberOf(c).key }, deps);
    return c.json({ uploads: await signUploads(log, c.req.valid('json').uploads, deps) }, 200);
  });
  app.openapi(photoRoute, async (c) => {
    const wanted = c.req.valid('param');
    const { entries, member } = await readLog(wanted.eventId, c.get('principal'), deps);
    const { key, type } = findPhoto(entries, wanted, member);
    c.header('cache-control', PHOTO_CACHE_CONTROL);
    return c.redirect(await deps.photos.signRead(key, type), 302);
  });
}

/** The entries of an event for who is on board, or for the service. */
async function readLog(
  eventId: string,
  principal: Principal | undefined,
  deps: EntryDeps,
): Promise<{ entries: readonly Entry[]; member?: string }> {
  if (principal?.kind === 'service') return { entries: await deps.entries.ofEvent(eventId) };
  if (principal?.kind !== 'crew') throw new HttpProblem(403, 'Forbidden');
  const { entries, isOnBoard, member } = await openLog({ eventId, member: principal.member.key }, deps);
  if (!isOnBoard) throw new HttpProblem(403, 'Only those on board see photos');
  return { entries, member };
}

const uploadSchema = z
  .strictObject({
    photo: chosenIdSchema.meta({ description: 'Chosen by the client; the same for a picture’s variants' }),
    purpose: z.enum(PURPOSES),
    variant: z.enum(VARIANTS),
    type: z
      .enum(PHOTO_TYPES)
      .meta({ description: 'By the file’s extension where the phone says nothing or octet-stream' }),
    size: z.int().positive().meta({ description: 'Bytes' }),
  })
  .superRefine(({ variant, type, size }, ctx) => {
    const report = (path: string, expected: string) =>
      ctx.addIssue({ code: 'custom', path: [path], message: expected, params: { expected } });
    if (size > MAX_SIZE[variant]) report('size', `at most ${MAX_SIZE[variant]} bytes for this variant`);
    if (variant === 'thumbnail' && type !== THUMBNAIL_TYPE)
      report('type', `${THUMBNAIL_TYPE} for a thumbnail`);
  });

const uploadsSchema = z.strictObject({
  uploads: z
    .array(uploadSchema)
    .min(1)
    .max(20)
    .superRefine((uploads, ctx) => {
      const report = (at: number, path: string, expected: string) =>
        ctx.addIssue({ code: 'custom', path: [at, path], message: expected, params: { expected } });
      uploads.forEach(({ photo, purpose, variant }, at) => {
        const before = uploads.slice(0, at).filter((other) => other.photo === photo);
        if (before.some((other) => other.variant === variant)) report(at, 'variant', 'each variant once');
        if (before.some((other) => other.purpose !== purpose))
          report(at, 'purpose', 'one purpose for all variants');
      });
    }),
});

const named = { photo: z.string(), variant: z.enum(VARIANTS) };
const outcomeSchema = z.discriminatedUnion('status', [
  z.object({
    ...named,
    status: z.literal('ready'),
    url: z.url(),
    fields: z
      .record(z.string(), z.string())
      .meta({ description: 'Go before the file, which is the last field and is named "file"' }),
  }),
  z.object({ ...named, status: z.literal('arrived') }),
  z.object({ ...named, status: z.literal('taken') }),
]);

const uploadRoute = createRoute({
  method: 'post',
  path: '/api/events/{eventId}/uploads',
  summary: 'Forms to upload photos and receipts with, good for 15 minutes, until a week after the charter',
  middleware: accepts('crew'),
  request: {
    params: z.object({ eventId: z.string() }),
    body: jsonBody(uploadsSchema, 'What is to be uploaded: at most 25 MiB each, thumbnails 300 KiB'),
  },
  responses: {
    200: jsonReply(
      z.object({ uploads: z.array(outcomeSchema) }),
      'In the order asked; "arrived" is there already, "taken" needs another id',
    ),
    ...problemReplies(401, 403, 409, 415, 422),
  },
});

const photoRoute = createRoute({
  method: 'get',
  path: '/api/events/{eventId}/photos/{photo}/{variant}',
  summary: 'A picture, by an address that is good for 5 minutes; receipts for their owner only',
  middleware: accepts('crew', 'service'),
  request: {
    params: z.object({ eventId: z.string(), photo: chosenIdSchema, variant: z.enum(VARIANTS) }),
  },
  responses: {
    302: { description: 'To the picture' },
    ...problemReplies(401, 403, 404, 410, 422),
  },
});
