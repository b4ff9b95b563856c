import { AwsError } from '../stand-in.ts';
import { notImplemented } from './not-implemented.ts';
import type { ObjectInfo } from './s3-objects.ts';

/** Whether a reader already has this object (304). Throws 412 `PreconditionFailed`. */
export function isNotModified(headers: Headers, info: ObjectInfo): boolean {
  const match = headers.get('if-match');
  const unmodified = headers.get('if-unmodified-since');
  if (match !== null ? !namesEtag(match, info) : isAfter(info, unmodified)) throw preconditionFailed();
  const noneMatch = headers.get('if-none-match');
  if (noneMatch !== null) return namesEtag(noneMatch, info);
  const since = headers.get('if-modified-since');
  return since !== null && !Number.isNaN(Date.parse(since)) && !isAfter(info, since);
}

/** Conditions of a write: `If-None-Match: *`, or `If-Match` with the ETag to be replaced. Throws 412, or 404 for an ETag of nothing. */
export function checkWrite(headers: Headers, existing: ObjectInfo | undefined): void {
  const noneMatch = headers.get('if-none-match');
  if (noneMatch !== null && noneMatch !== '*')
    throw notImplemented('s3 write with If-None-Match other than *');
  if (noneMatch !== null && existing !== undefined) throw preconditionFailed();
  const match = headers.get('if-match');
  if (match === null) return;
  if (existing === undefined) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  if (!namesEtag(match, existing)) throw preconditionFailed();
}

/** First and last byte asked for; undefined for the whole. Throws 416 `InvalidRange`. */
export function readRange(headers: Headers, info: ObjectInfo): { first: number; last: number } | undefined {
  const { size } = info;
  const header = headers.get('range');
  const only = headers.get('if-range');
  if (only !== null && !namesEtag(only, info)) return undefined;
  if (header?.includes(',')) throw notImplemented('s3 read of several ranges');
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === undefined || to === undefined || (from === '' && to === '')) return undefined;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (from !== '' && to !== '' && Number(to) < first) return undefined;
  if (first > last) throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416);
  return { first, last };
}

const namesEtag = (header: string, { etag }: ObjectInfo): boolean =>
  header.split(',').some((one) => ['*', etag, `"${etag}"`].includes(one.trim().replace(/^W\//, '')));

/** HTTP dates have whole seconds. An unreadable date is ignored. */
const isAfter = ({ lastModified }: ObjectInfo, date: string | null): boolean =>
  date !== null && Math.floor(Date.parse(lastModified) / 1000) * 1000 > Date.parse(date);

const preconditionFailed = (): AwsError =>
  new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
