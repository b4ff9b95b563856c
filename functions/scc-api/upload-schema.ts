import * as z from 'zod';
import { jsonReply } from '../openapi.ts';
import { chosenIdSchema } from '../scc/entries/entry-schema.ts';
import { UPLOADS_AT_ONCE } from '../scc/guest-photos.ts';
import {
  MAX_SIZE,
  PHOTO_TYPES,
  THUMBNAIL_TYPE,
  VARIANTS,
  type PhotoType,
  type Variant,
} from '../scc/photo-key.ts';

/** The fields by which an upload is announced, by crew and guests alike. */
export const announcement = {
  photo: chosenIdSchema.meta({ description: 'Chosen by the client; the same for a picture’s variants' }),
  variant: z.enum(VARIANTS),
  type: z
    .enum(PHOTO_TYPES)
    .meta({ description: 'By the file’s extension where the phone says nothing or octet-stream' }),
  size: z.int().positive().meta({ description: 'Bytes' }),
};

interface Announced {
  readonly photo: string;
  readonly variant: Variant;
  readonly type: PhotoType;
  readonly size: number;
}

/** Refuses what is too large for its variant, and a thumbnail of another type: for `superRefine`. */
export function refuseUnfit({ variant, type, size }: Announced, ctx: z.RefinementCtx): void {
  if (size > MAX_SIZE[variant]) refuse(ctx, ['size'], `at most ${MAX_SIZE[variant]} bytes for this variant`);
  if (variant === 'thumbnail' && type !== THUMBNAIL_TYPE)
    refuse(ctx, ['type'], `${THUMBNAIL_TYPE} for a thumbnail`);
}

/** The uploads of one request: a few, and each variant of a photo once. */
export const uploadList = <S extends z.ZodType<Announced>>(schema: S) =>
  z
    .array(schema)
    .min(1)
    .max(UPLOADS_AT_ONCE)
    .superRefine((uploads, ctx) => {
      const seen = new Set<string>();
      uploads.forEach(({ photo, variant }, at) => {
        const upload = `${photo} ${variant}`;
        if (seen.has(upload)) refuse(ctx, [at, 'variant'], 'each variant once');
        seen.add(upload);
      });
    });

export const refuse = (ctx: z.RefinementCtx, path: (string | number)[], expected: string): void =>
  ctx.addIssue({ code: 'custom', path, message: expected, params: { expected } });

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

/** What became of each upload that was announced. */
export const uploadsReply = jsonReply(
  z.object({ uploads: z.array(outcomeSchema) }),
  'In the order asked; "arrived" is there already, "taken" needs another id',
);
