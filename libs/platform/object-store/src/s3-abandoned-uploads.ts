import type { Client } from 'minio';

interface UnfinishedUpload {
  readonly key: string;
  readonly uploadId: string;
  readonly initiated: Date;
}

/** No key of ours holds it, so it folds nothing; without any delimiter minio sends an empty one, which Swift misreads. */
const NO_DELIMITER = '+';

/** Aborts multipart uploads begun before a time: their writers died, and their parts take room unseen. */
export async function removeAbandonedUploads(
  client: Client,
  bucket: string,
  begunBefore: Date,
): Promise<void> {
  for await (const { key, uploadId, initiated } of unfinishedUploads(client, bucket)) {
    if (initiated < begunBefore) await client.abortMultipartUpload(bucket, key, uploadId);
  }
}

/** Every multipart upload that was neither completed nor aborted. */
export async function* unfinishedUploads(client: Client, bucket: string): AsyncGenerator<UnfinishedUpload> {
  let keyMarker = '';
  for (let more = true; more;) {
    const page = await client.listIncompleteUploadsQuery(bucket, '', keyMarker, '', NO_DELIMITER);
    yield* page.uploads;
    more = page.isTruncated;
    keyMarker = page.nextKeyMarker;
  }
}
