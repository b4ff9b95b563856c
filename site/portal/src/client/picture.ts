import type { PhotoType, Variant } from '#functions/scc/photo-key.ts';
import { fit } from './upload-queue.ts';

/** One object to upload. */
export interface Rendition {
  readonly variant: Variant;
  readonly type: PhotoType;
  readonly blob: Blob;
}

const LONGEST_SIDE = 2048;
const THUMBNAIL_SIDE = 320;
const QUALITY = 0.82;

/**
 * What goes up of a picture: a JPEG that is upright and small enough for a weak signal, without what the camera noted of
 * place and time, and its thumbnail. A browser that cannot read it (HEIC) sends it as it is.
 */
export async function renditionsOf(file: Blob, type: PhotoType): Promise<readonly Rendition[]> {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => undefined);
  try {
    if (bitmap === undefined) throw new Error('This browser cannot read the picture');
    const thumbnail = await toJpeg(bitmap, THUMBNAIL_SIDE);
    const original = await toJpeg(bitmap, LONGEST_SIDE);
    // The thumbnail first: once the photo is there, so is what the gallery shows of it.
    return [
      { variant: 'thumbnail', type: 'image/jpeg', blob: thumbnail },
      { variant: 'original', type: 'image/jpeg', blob: original },
    ];
  } catch {
    return [{ variant: 'original', type, blob: file }];
  } finally {
    bitmap?.close();
  }
}

function toJpeg(bitmap: ImageBitmap, side: number): Promise<Blob> {
  const canvas = document.createElement('canvas');
  const { width, height } = fit(bitmap, side);
  Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser has no canvas');
  // JPEG knows no transparency: without this, what is clear becomes black.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0, width, height);
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob === null ? reject(new Error('The picture is too large')) : resolve(blob)),
      'image/jpeg',
      QUALITY,
    );
  });
}
