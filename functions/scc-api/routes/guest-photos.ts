import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import * as z from 'zod';
import type { PhotoSigner } from '../../adapters/photos-s3.ts';
import { jsonBody, jsonReply, problemReplies } from '../../openapi.ts';
import type { PhotoState } from '../../scc/entries/fold.ts';
import { guestPhotos, guestRoom } from '../../scc/guest-gallery.ts';
import { GUEST_PHOTO_LIMIT } from '../../scc/guest-photos.ts';
import type { Variant } from '../../scc/photo-key.ts';
import { openGuestLog, refuseTooMany, type GuestLogDeps } from '../guest-log.ts';
import { refuseGuestInput } from '../guest-refusal.ts';
import { accepts, guestPageOf, type SccEnv } from '../principal.ts';
import { announcement, refuseUnfit, uploadList, uploadsReply } from '../upload-schema.ts';
import { shownPhoto, signForms } from '../uploads.ts';

export interface GuestPhotoDeps extends GuestLogDeps {
  readonly photos: PhotoSigner;
}

export function addGuestPhotoRoutes(app: OpenAPIHono<SccEnv>, deps: GuestPhotoDeps): void {
  app.openapi(
    presignRoute,
    async (c) => {
      const log = await openGuestLog(guestPageOf(c), deps);
      const { uploads } = c.req.valid('json');
      refuseTooMany(
        log,
        uploads.map(({ photo }) => photo),
      );
      const wanted = uploads.map((upload) => ({ ...upload, purpose: 'photo' as const }));
      return c.json({ uploads: await signForms(log, wanted, deps.photos) }, 200);
    },
    refuseGuestInput,
  );
  app.openapi(photosRoute, async (c) => {
    const { event, entries, until } = await openGuestLog(guestPageOf(c), deps);
    const limit = GUEST_PHOTO_LIMIT;
    const count = limit - guestRoom(entries).left;
    const photos = guestPhotos(entries).map((photo) => toReply(event.eventId, photo, deps.photos));
    c.header('cache-control', 'private, no-store');
    return c.json({ photos: await Promise.all(photos), count, limit, until }, 200);
  });
}

async function toReply(eventId: string, state: PhotoState, photos: PhotoSigner) {
  const sign = (variant: Variant) => {
    const { key, type } = shownPhoto(eventId, state, variant);
    return photos.signRead(key, type);
  };
  const [original, thumbnail] = await Promise.all([
    sign('original'),
    state.hasThumbnail ? sign('thumbnail') : null,
  ]);
  return { photo: state.photo, at: state.at, type: state.type, original, thumbnail };
}

const pageParam = z.object({
  pageId: z.string().meta({ description: 'Of the guest’s page, in any letter case' }),
});

const presignRoute = createRoute({
  method: 'post',
  path: '/api/g/{pageId}/presign',
  summary: 'Forms for guests to upload photos with, good for 15 minutes, until a week after the charter',
  middleware: accepts('guest'),
  request: {
    params: pageParam,
    body: jsonBody(
      z.strictObject({ uploads: uploadList(z.strictObject(announcement).superRefine(refuseUnfit)) }),
      'What is to be uploaded: at most 25 MiB each, thumbnails 300 KiB, 100 photos of a charter',
    ),
  },
  responses: { 200: uploadsReply, ...problemReplies(400, 401, 403, 409, 413, 415, 422, 429) },
});

const photosRoute = createRoute({
  method: 'get',
  path: '/api/g/{pageId}/photos',
  summary: 'The photos that guests sent, at addresses that are good for 5 minutes',
  middleware: accepts('guest'),
  request: { params: pageParam },
  responses: {
    200: jsonReply(
      z.object({
        photos: z.array(
          z.object({
            photo: z.string(),
            at: z.string().meta({ description: 'Instant of arrival' }),
            type: z.string().meta({ examples: ['image/jpeg'] }),
            original: z.url(),
            thumbnail: z.url().nullable().meta({ description: 'Null where no browser could make one' }),
          }),
        ),
        count: z.int().meta({ description: 'Photos that count against the limit' }),
        limit: z.int(),
        until: z.string().meta({ description: 'Instant until which photos can be sent and seen' }),
      }),
      'The oldest first',
    ),
    ...problemReplies(401, 403, 409, 429),
  },
});
