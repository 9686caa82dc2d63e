import type { BlobAddress, BlobChunk, GetBlobRequest } from '@entrepot/contracts';
import { AppError } from '@entrepot/kernel';
import { ObjectStore, OBJECT_STORE_ERRORS, type ObjectKey } from '@entrepot/platform-object-store';
import { Injectable } from '@nestjs/common';
import { blobKey } from './blob-address.js';
import { ERRORS } from '../errors.js';
import { PublishedBlobRepository } from './published-blob.repository.js';

/** Of one read and one message: programs that build are few, and each call costs them time. */
const CHUNK_BYTES = 1024 * 1024;

/** Streams a blob, or a stretch of it. */
@Injectable()
export class GetBlob {
  constructor(
    private readonly store: ObjectStore,
    private readonly published: PublishedBlobRepository,
  ) {}

  /**
   * @throws AppError FRAGMENTS_ADDRESS_INVALID, FRAGMENTS_RANGE_INVALID, FRAGMENTS_BLOB_NOT_FOUND, or the object
   * store's own errors, also midway
   */
  async *execute({ address, offset, length }: GetBlobRequest): AsyncGenerator<BlobChunk, void, undefined> {
    const key = await this.keyOf(address);
    if (!isWhole(offset) || !isWhole(length))
      throw new AppError(
        ERRORS.FRAGMENTS_RANGE_INVALID,
        'offset and length must be whole numbers of 0 or more',
      );
    const end = length === 0 ? Number.MAX_SAFE_INTEGER : offset + length - 1;
    try {
      const range = offset === 0 && length === 0 ? undefined : { start: offset, end };
      const stream = await this.store.get(key, range, CHUNK_BYTES);
      for await (const chunk of stream) yield { chunk: chunk as Buffer };
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== OBJECT_STORE_ERRORS.OBJECT_STORE_NOT_FOUND.code)
        throw error;
      throw new AppError(ERRORS.FRAGMENTS_BLOB_NOT_FOUND, `There is no blob ${blobKey(address)}.`);
    }
  }

  /** Published bytes may be in the object of another package that has the same. */
  private async keyOf(address: BlobAddress): Promise<ObjectKey> {
    const key = blobKey(address);
    if (address.area !== 'package') return key;
    return (await this.published.find(address.owner, address.name))?.objectKey ?? key;
  }
}

function isWhole(number: number): boolean {
  return Number.isSafeInteger(number) && number >= 0;
}
