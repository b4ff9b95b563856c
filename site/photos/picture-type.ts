import { isPhotoType, type PhotoType } from '#functions/scc/photo-key.ts';

/** By what the phone says, or by the name, as many say nothing of HEIC. Undefined: not a picture that we take. */
export function pictureType({
  name,
  type,
}: {
  readonly name: string;
  readonly type: string;
}): PhotoType | undefined {
  const extension = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  return [type.toLowerCase(), `image/${extension === 'jpg' ? 'jpeg' : extension}`].find(isPhotoType);
}
