import {
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';

/** What a deleted file leaves in a bucket with versions. Without it the version before is there again. */
export interface DeleteMarker {
  readonly key: string;
  readonly versionId: string;
}

/** Markers of files that were deleted at or after an instant, and are still deleted. */
export async function findDeleted(client: S3Client, bucket: string, since: string): Promise<DeleteMarker[]> {
  const found: DeleteMarker[] = [];
  let after: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
  while (after !== undefined) {
    const page: ListObjectVersionsCommandOutput = await client.send(
      new ListObjectVersionsCommand({ Bucket: bucket, ...after }),
    );
    for (const { Key, VersionId, IsLatest, LastModified } of page.DeleteMarkers ?? [])
      if (IsLatest === true && LastModified !== undefined && LastModified >= new Date(since))
        found.push({ key: Key!, versionId: VersionId! });
    const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
    after = page.IsTruncated === true ? { KeyMarker, VersionIdMarker } : undefined;
  }
  return found;
}

/** Deletes the markers, and nothing else: each delete names the marker's own version. */
export async function undelete(
  client: S3Client,
  bucket: string,
  markers: readonly DeleteMarker[],
): Promise<void> {
  for (const { key, versionId } of markers)
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }));
}
