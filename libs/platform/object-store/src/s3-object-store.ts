import type { Readable } from 'node:stream';
import { Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { CopyDestinationOptions, CopySourceOptions, type BucketItem, type Client } from 'minio';
import { AppError } from '@entrepot/kernel';
import { objectNotFound, rangeInvalid, storeUnavailable } from './errors.js';
import { checkPrefix, type ObjectKey } from './object-key.js';
import {
  checkRange,
  ObjectStore,
  type ByteRange,
  type ExpectedContent,
  type ObjectStat,
  type StoredContent,
} from './object-store.js';
import { relabelErrors } from './relabel-errors.js';
import { removeAbandonedUploads } from './s3-abandoned-uploads.js';
import { connectS3, type S3Connection, type S3Options } from './s3-client.js';
import { uploadToS3 } from './s3-upload.js';

const ABANDONED_AFTER_MS = 24 * 60 * 60 * 1000;

/** Objects in a bucket of any server that speaks the S3 API. */
export class S3ObjectStore extends ObjectStore implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(S3ObjectStore.name);
  private readonly connection: S3Connection;
  private readonly bucket: string;
  private bucketReady: Promise<void> | null = null;

  constructor(private readonly options: S3Options) {
    super();
    this.connection = connectS3(options);
    this.bucket = options.bucket;
  }

  /** Makes the bucket and tidies up. A store that is down now is tried again when it is used. */
  async onModuleInit(): Promise<void> {
    try {
      await this.ensureBucket();
      await removeAbandonedUploads(this.client, this.bucket, new Date(Date.now() - ABANDONED_AFTER_MS));
    } catch (error) {
      this.logger.warn(
        `The object store is not ready yet: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  onApplicationShutdown(): void {
    this.connection.close();
  }

  override async put(
    key: ObjectKey,
    source: AsyncIterable<Uint8Array>,
    expected: ExpectedContent = {},
  ): Promise<StoredContent> {
    await this.ensureBucket();
    const { client, bucket } = this;
    return uploadToS3(
      { client, bucket, key, guard: (doing, request) => this.guard(doing, key, request) },
      source,
      expected,
    );
  }

  override async get(key: ObjectKey, range?: ByteRange): Promise<Readable> {
    if (range !== undefined) checkRange(range);
    await this.ensureBucket();
    const stream = await this.guard(`read ${key}`, key, () =>
      range === undefined
        ? this.client.getObject(this.bucket, key)
        : this.client.getPartialObject(this.bucket, key, range.start, range.end - range.start + 1),
    );
    return relabelErrors(stream, (error) => storeUnavailable(`read ${key}`, error));
  }

  override async stat(key: ObjectKey): Promise<ObjectStat | null> {
    await this.ensureBucket();
    try {
      const { size, lastModified, metaData } = await this.guard(`look at ${key}`, key, () =>
        this.client.statObject(this.bucket, key),
      );
      const sha256: unknown = metaData['sha256'];
      return { key, size, sha256: typeof sha256 === 'string' ? sha256 : null, modifiedAt: lastModified };
    } catch (error) {
      if (error instanceof AppError && error.code === 'OBJECT_STORE_NOT_FOUND') return null;
      throw error;
    }
  }

  override async *list(prefix: string): AsyncGenerator<ObjectStat> {
    checkPrefix(prefix);
    await this.ensureBucket();
    try {
      for await (const item of this.client.listObjectsV2(this.bucket, prefix, true)) {
        const { name, size, lastModified } = item as BucketItem;
        if (name !== undefined) yield { key: name, size, sha256: null, modifiedAt: lastModified };
      }
    } catch (error) {
      throw this.translate(`list ${prefix}`, prefix, error);
    }
  }

  override async copy(source: ObjectKey, target: ObjectKey): Promise<void> {
    await this.ensureBucket();
    const from = new CopySourceOptions({ Bucket: this.bucket, Object: source });
    const to = new CopyDestinationOptions({ Bucket: this.bucket, Object: target });
    await this.guard(`copy ${source}`, source, () => this.client.copyObject(from, to));
  }

  override async delete(key: ObjectKey): Promise<void> {
    await this.ensureBucket();
    await this.guard(`delete ${key}`, key, () => this.client.removeObject(this.bucket, key)).catch(
      (error: unknown) => {
        if (!(error instanceof AppError && error.code === 'OBJECT_STORE_NOT_FOUND')) throw error;
      },
    );
  }

  override async check(): Promise<void> {
    await this.guard('reach the object store', this.bucket, () => this.makeBucketIfMissing());
  }

  private get client(): Client {
    return this.connection.client;
  }

  private ensureBucket(): Promise<void> {
    this.bucketReady ??= this.check().catch((error: unknown) => {
      this.bucketReady = null;
      throw error;
    });
    return this.bucketReady;
  }

  private async makeBucketIfMissing(): Promise<void> {
    if (await this.client.bucketExists(this.bucket)) return;
    try {
      await this.client.makeBucket(this.bucket, this.options.region);
    } catch (error) {
      // Another process of ours was first.
      if (codeOf(error) !== 'BucketAlreadyOwnedByYou') throw error;
    }
  }

  private async guard<T>(doing: string, key: string, request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      throw this.translate(doing, key, error);
    }
  }

  private translate(doing: string, key: string, error: unknown): AppError {
    const code = codeOf(error);
    if (code === 'NoSuchKey' || code === 'NotFound') return objectNotFound(key);
    if (code === 'InvalidRange') return rangeInvalid(`${key} is shorter than that`);
    // Somebody removed the bucket: the next use makes it again.
    if (code === 'NoSuchBucket') this.bucketReady = null;
    return storeUnavailable(doing, error);
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
