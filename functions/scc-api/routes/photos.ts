import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import * as z from 'zod';
import { PHOTO_CACHE_CONTROL, type PhotoSigner } from '../../adapters/photos-s3.ts';
import { HttpProblem } from '../../http.ts';
import { jsonBody, problemReplies } from '../../openapi.ts';
import type { Entry } from '../../scc/entries/entry.ts';
import { chosenIdSchema } from '../../scc/entries/entry-schema.ts';
import { PURPOSES, VARIANTS } from '../../scc/photo-key.ts';
import { openLog, type EntryDeps } from '../event-log.ts';
import { accepts, memberOf, type Principal, type SccEnv } from '../principal.ts';
import { announcement, refuse, refuseUnfit, uploadList, uploadsReply } from '../upload-schema.ts';
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

const uploadSchema = z.strictObject({ ...announcement, purpose: z.enum(PURPOSES) }).superRefine(refuseUnfit);

const uploadsSchema = z.strictObject({
  uploads: uploadList(uploadSchema).superRefine((uploads, ctx) => {
    uploads.forEach(({ photo, purpose }, at) => {
      const before = uploads.slice(0, at).filter((other) => other.photo === photo);
      if (before.some((other) => other.purpose !== purpose))
        refuse(ctx, [at, 'purpose'], 'one purpose for all variants');
    });
  }),
});

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
    200: uploadsReply,
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
