import {
  type AdoptedBlob,
  type BlobAddress,
  type BlobOwner,
  fragmentsRpc,
  type FragmentsRpc,
  type PublishedBlob,
  type PutBlobRequest,
  type StoredBlob,
} from '@entrepot/contracts';
import { AppError, type FileId } from '@entrepot/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { ERRORS } from '../errors.js';
import { heardBy } from './heard-stream.js';
import { SourceWatch } from './source-watch.js';

/** What the fragments program calls two of its answers. */
const PACKAGE_PUBLISHED = 'FRAGMENTS_PACKAGE_PUBLISHED';
const DELETION_UNFINISHED = 'FRAGMENTS_DELETION_UNFINISHED';

/**
 * The builder's way to stored bytes: the fragments program. Whatever keeps it from answering becomes
 * BUILDER_STORAGE_UNAVAILABLE; its other errors pass as they are.
 */
@Injectable()
export class BlobStorage {
  constructor(@Inject(fragmentsRpc.token) private readonly fragments: FragmentsRpc) {}

  /** @throws AppError BUILDER_STORAGE_UNAVAILABLE when nothing could be stored now */
  async requireAvailable(): Promise<void> {
    await translated(this.fragments.checkStorage({}));
  }

  /**
   * Stores a stream under an address and makes sure that what arrived is what was sent.
   * @throws AppError BUILDER_STORAGE_UNAVAILABLE, BUILDER_BYTES_DIFFER, or the source's own error
   */
  async put(address: BlobAddress, bytes: AsyncIterable<Uint8Array>): Promise<StoredBlob> {
    const digest = createHash('sha256');
    const stored = await this.putUnchecked(
      address,
      heardBy(bytes, [{ update: (chunk) => void digest.update(chunk) }]),
    );
    if (stored.sha256 !== digest.digest('hex')) throw bytesDiffer(address.name);
    return stored;
  }

  /**
   * Stores a stream whose bytes the caller reads back: only their number is compared here.
   * @returns the digest that the fragments program computed
   * @throws as {@link put}
   */
  async putUnchecked(address: BlobAddress, bytes: AsyncIterable<Uint8Array>): Promise<StoredBlob> {
    let size = 0;
    const source = new SourceWatch();
    async function* messages(): AsyncGenerator<PutBlobRequest> {
      yield { address };
      for await (const chunk of source.watched(bytes)) {
        size += chunk.length;
        yield { chunk };
      }
    }
    let stored: StoredBlob;
    try {
      stored = await translated(this.fragments.putBlob(messages()));
    } catch (error) {
      source.throwFailure();
      throw error;
    }
    source.throwFailure();
    if (stored.size !== size) throw bytesDiffer(address.name);
    return { size, sha256: stored.sha256 };
  }

  /**
   * Makes parts of an upload fragments of a package, without reading or writing them.
   * @param blobs `MAX_ADOPTED_BLOBS` at the most
   * @throws AppError BUILDER_STORAGE_UNAVAILABLE
   */
  async adopt(storageId: string, fileId: FileId, blobs: readonly AdoptedBlob[]): Promise<void> {
    await translated(this.fragments.adoptBlobs({ from: storageId, to: fileId, blobs }));
  }

  /** Streams `length` bytes (0: all) from `offset` on. */
  async *read(address: BlobAddress, offset = 0, length = 0): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for await (const { chunk } of this.fragments.getBlob({ address, offset, length })) yield chunk;
    } catch (error) {
      throw storageError(error);
    }
  }

  /**
   * Reads a small blob and compares it with what is known of it.
   * @throws AppError BUILDER_BYTES_DIFFER, BUILDER_STORAGE_UNAVAILABLE
   */
  async check(address: BlobAddress, known: StoredBlob): Promise<void> {
    const digest = createHash('sha256');
    for await (const chunk of this.read(address)) digest.update(chunk);
    if (digest.digest('hex') !== known.sha256) throw bytesDiffer(address.name);
  }

  /** Deletes all blobs of an owner. */
  async discard(owner: BlobOwner): Promise<void> {
    while (!(await this.discardSome(owner)));
  }

  /**
   * Deletes blobs of an owner, as many as the fragments program takes on at once.
   * @returns whether none is left
   */
  async discardSome(owner: BlobOwner): Promise<boolean> {
    try {
      await this.fragments.deleteBlobs(owner);
      return true;
    } catch (error) {
      if (error instanceof AppError && error.code === DELETION_UNFINISHED) return false;
      throw storageError(error);
    }
  }

  /** Makes the blobs of a package downloadable, all at once; the same again changes nothing. */
  async publish(fileId: FileId, blobs: readonly PublishedBlob[]): Promise<void> {
    await translated(this.fragments.publishPackage({ fileId, blobs }));
  }
}

/** Whether this is the answer that the package is published, so that its blobs stay. */
export function isPublishedAlready(error: unknown): boolean {
  return error instanceof AppError && error.code === PACKAGE_PUBLISHED;
}

async function translated<Result>(call: Promise<Result>): Promise<Result> {
  try {
    return await call;
  } catch (error) {
    throw storageError(error);
  }
}

function storageError(error: unknown): unknown {
  if (!(error instanceof AppError) || error.kind !== 'unavailable') return error;
  const reason = 'The object store cannot be used at the moment; what was received is kept. Try again later.';
  return new AppError(ERRORS.BUILDER_STORAGE_UNAVAILABLE, reason, {}, { cause: error });
}

export function bytesDiffer(name: string): AppError {
  return new AppError(
    ERRORS.BUILDER_BYTES_DIFFER,
    `The stored bytes of ${name} are not those that were sent.`,
  );
}
