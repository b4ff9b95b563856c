import type { PhotoType, Variant } from '#functions/scc/photo-key.ts';

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
export const renditionsOf = (file: Blob, type: PhotoType): Promise<readonly Rendition[]> =>
  draw(file).catch(() => [{ variant: 'original', type, blob: file }]);

async function draw(file: Blob): Promise<readonly Rendition[]> {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
  try {
    const thumbnail = await toJpeg(bitmap, THUMBNAIL_SIDE);
    const original = await toJpeg(bitmap, LONGEST_SIDE);
    // The thumbnail first: once the photo is there, so is what the gallery shows of it.
    return [
      { variant: 'thumbnail', type: 'image/jpeg', blob: thumbnail },
      { variant: 'original', type: 'image/jpeg', blob: original },
    ];
  } finally {
    bitmap.close();
  }
}

/** Rejects when the device has no room for it. */
function toJpeg(bitmap: ImageBitmap, side: number): Promise<Blob> {
  const canvas = document.createElement('canvas');
  const { width, height } = Object.assign(canvas, fit(bitmap, side));
  return new Promise((resolve, reject) => {
    const context = canvas.getContext('2d')!;
    // JPEG knows no transparency: without this, what is clear becomes black.
    context.fillStyle = '#fff';
    context.fillRect(0, 0, width, height);
    context.drawImage(bitmap, 0, 0, width, height);
    canvas.toBlob(
      (blob) => {
        // Phones have little room for canvases, and do not give it back in time by themselves.
        canvas.width = canvas.height = 0;
        if (blob === null) reject(new Error('no room'));
        else resolve(blob);
      },
      'image/jpeg',
      QUALITY,
    );
  });
}

/** Width and height, the longer side at most `most`, in the same proportions; never larger than it was. */
export function fit({ width, height }: Size, most: number): Size {
  const scale = Math.min(1, most / Math.max(width, height));
  const side = (length: number): number => Math.max(1, Math.round(length * scale));
  return { width: side(width), height: side(height) };
}

interface Size {
  readonly width: number;
  readonly height: number;
}
