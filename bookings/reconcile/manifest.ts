import { sha256 } from '../model/canonical.ts';
import type { Manifest, SharedFile, SiteObject } from './ports.ts';

export const manifestOf = (objects: readonly SiteObject[]): Manifest =>
  Object.fromEntries(objects.map(({ key, body }) => [key, sha256(body)]));

/** `guest/404.html`: the two sites may have files of the same name. */
export const sharedKeyOf = ({ site, key }: SharedFile): string => `${site}/${key}`;
