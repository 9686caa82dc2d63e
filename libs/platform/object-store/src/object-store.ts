import type { Readable } from 'node:stream';
import { rangeInvalid } from './errors.js';
import type { ObjectKey } from './object-key.js';

export interface ObjectStat {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** Lower-case hexadecimal; null where the store does not know it (see each operation). */
  readonly sha256: string | null;
  readonly modifiedAt: Date;
}

/** What a writer knows beforehand; whatever is given is checked before anything becomes visible. */
export interface ExpectedContent {
  /** Bytes. */
  readonly size?: number;
  /** Lower-case hexadecimal. */
  readonly sha256?: string;
}

export interface StoredContent {
  readonly size: number;
  readonly sha256: string;
}

/** Bytes `start` to `end`, both included, counted from 0. An end past the object's end is cut. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Keeps bytes under keys. Every operation throws AppError OBJECT_STORE_UNAVAILABLE, within a bounded time, when the
 * disk or the server behind it fails. It is its own injection token.
 */
export abstract class ObjectStore {
  /**
   * Stores a stream in constant memory, taking it as fast as it can be written. The object appears at once and whole,
   * in place of an older one, or (source failed, digest or size wrong, store down, process killed) not at all. An
   * error of the source is passed on as it is.
   * @throws AppError OBJECT_STORE_DIGEST_MISMATCH, OBJECT_STORE_SIZE_MISMATCH, OBJECT_STORE_TOO_LARGE
   */
  abstract put(
    key: ObjectKey,
    source: AsyncIterable<Uint8Array>,
    expected?: ExpectedContent,
  ): Promise<StoredContent>;

  /**
   * Opens an object, or a range of it. Destroy the stream when it is not read to its end. A failure of the store
   * midway destroys the stream with OBJECT_STORE_UNAVAILABLE.
   * @param chunkBytes how much to read at once, where the store can choose: more for a reader who is alone and fast
   * @throws AppError OBJECT_STORE_NOT_FOUND, OBJECT_STORE_RANGE_INVALID
   */
  abstract get(key: ObjectKey, range?: ByteRange, chunkBytes?: number): Promise<Readable>;

  /** What is known of an object; null when there is none. */
  abstract stat(key: ObjectKey): Promise<ObjectStat | null>;

  /** Every object whose key begins with the prefix, in the order of their keys; `sha256` is always null here. */
  abstract list(prefix: string): AsyncIterable<ObjectStat>;

  /**
   * Gives the bytes of an object a second key, durably and without carrying them through us: on disk both name the same
   * bytes, an S3 server copies them. Each key is deleted by itself.
   * @throws AppError OBJECT_STORE_NOT_FOUND
   */
  abstract copy(source: ObjectKey, target: ObjectKey): Promise<void>;

  /** Removes an object; no error when there is none. */
  abstract delete(key: ObjectKey): Promise<void>;

  /** Throws OBJECT_STORE_UNAVAILABLE unless the store can take objects now. */
  abstract check(): Promise<void>;
}

/** @throws AppError OBJECT_STORE_RANGE_INVALID unless start and end are whole numbers with 0 <= start <= end */
export function checkRange({ start, end }: ByteRange): void {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start) {
    throw rangeInvalid(`A range needs 0 <= start <= end, got ${start} to ${end}`);
  }
}
