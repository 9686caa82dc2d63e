import { createHash } from 'node:crypto';
import type { Client } from 'minio';
import { AppError } from '@entrepot/kernel';
import { ContentCheck } from './content-check.js';
import { OBJECT_STORE_ERRORS } from './errors.js';
import type { ObjectKey } from './object-key.js';
import type { ExpectedContent, StoredContent } from './object-store.js';
import { PartBuffer } from './part-buffer.js';

/** Bytes of a part, and the largest object that is sent in one request. S3 wants 5 MiB at least. */
export const PART_SIZE = 8 * 1024 * 1024;
/** S3's own limit; with our parts, objects end at 80 GB. */
const PARTS_MAX = 10_000;

export const DIGEST_METADATA = 'x-amz-meta-sha256';

export interface UploadTarget {
  readonly client: Client;
  readonly bucket: string;
  readonly key: ObjectKey;
  /** Runs one request, making its failure one of ours. */
  readonly guard: <T>(doing: string, request: () => Promise<T>) => Promise<T>;
}

/**
 * Sends a stream. What fits into one part is checked, then sent in one request with its digest as metadata. More goes
 * as a multipart upload, which S3 shows only when it is completed: we complete it after the check, and abort it
 * otherwise. Its digest is metadata only if it was announced, because metadata go first.
 *
 * minio's own putObject will not do: for a stream of unknown length it holds parts of hundreds of MiB, and it
 * continues whatever unfinished upload of the same key it finds, also somebody else's.
 */
export async function uploadToS3(
  target: UploadTarget,
  source: AsyncIterable<Uint8Array>,
  expected: ExpectedContent,
): Promise<StoredContent> {
  const { client, bucket, key, guard } = target;
  if ((expected.size ?? 0) > PART_SIZE * PARTS_MAX) throw tooLarge();
  const check = new ContentCheck(expected);
  const part = new PartBuffer(PART_SIZE);
  let upload: MultipartUpload | null = null;
  try {
    for await (const chunk of source) {
      check.update(chunk);
      let rest = part.fill(chunk);
      while (rest.length > 0) {
        upload ??= await MultipartUpload.start(target, expected.sha256);
        await upload.send(part.bytes);
        part.clear();
        rest = part.fill(rest);
      }
    }
    const content = check.finish();
    if (upload === null) {
      const metadata = { [DIGEST_METADATA]: content.sha256 };
      await guard(`write ${key}`, () =>
        client.putObject(bucket, key, part.bytes, part.bytes.length, metadata),
      );
    } else {
      await upload.send(part.bytes);
      await upload.complete();
    }
    return content;
  } catch (error) {
    await upload?.abort();
    throw error;
  }
}

class MultipartUpload {
  private readonly parts: { part: number; etag: string }[] = [];

  private constructor(
    private readonly target: UploadTarget,
    private readonly id: string,
  ) {}

  static async start(target: UploadTarget, sha256: string | undefined): Promise<MultipartUpload> {
    const { client, bucket, key, guard } = target;
    const headers: Record<string, string> = sha256 === undefined ? {} : { [DIGEST_METADATA]: sha256 };
    const id = await guard(`write ${key}`, () => client.initiateNewMultipartUpload(bucket, key, headers));
    return new MultipartUpload(target, id);
  }

  async send(bytes: Buffer): Promise<void> {
    const { client, bucket, key, guard } = this.target;
    const partNumber = this.parts.length + 1;
    if (partNumber > PARTS_MAX) throw tooLarge();
    const headers = { 'Content-MD5': createHash('md5').update(bytes).digest('base64') };
    const config = { bucketName: bucket, objectName: key, uploadID: this.id, partNumber, headers };
    const { etag } = await guard(`write ${key}`, () => client.uploadPart(config, bytes));
    this.parts.push({ part: partNumber, etag });
  }

  async complete(): Promise<void> {
    const { client, bucket, key, guard } = this.target;
    await guard(`write ${key}`, () => client.completeMultipartUpload(bucket, key, this.id, this.parts));
  }

  /** Best effort: what a dead store keeps is invisible, and removed at a later start. */
  async abort(): Promise<void> {
    const { client, bucket, key } = this.target;
    await client.abortMultipartUpload(bucket, key, this.id).catch(() => undefined);
  }
}

function tooLarge(): AppError {
  return new AppError(
    OBJECT_STORE_ERRORS.OBJECT_STORE_TOO_LARGE,
    `An object has at most ${PART_SIZE * PARTS_MAX} bytes`,
    { field: 'size', max: PART_SIZE * PARTS_MAX },
  );
}
