import { MAX_ADOPTED_BLOBS, type AdoptBlobsRequest } from '@entrepot/contracts';
import { AppError } from '@entrepot/kernel';
import { ObjectStore, OBJECT_STORE_ERRORS } from '@entrepot/platform-object-store';
import { Injectable } from '@nestjs/common';
import { blobKey } from './blob-address.js';
import { ERRORS } from '../errors.js';
import { RefusePublished } from './refuse-published.js';
import { settleEach } from './settle-each.js';

/** Side by side they share the fsync of their folder. */
const AT_A_TIME = 16;

/** Gives blobs of an upload a second name in a package: what arrived as a fragment need not be written again. */
@Injectable()
export class AdoptBlobs {
  constructor(
    private readonly store: ObjectStore,
    private readonly published: RefusePublished,
  ) {}

  /**
   * The same again changes nothing.
   * @throws AppError FRAGMENTS_ADDRESS_INVALID, FRAGMENTS_PACKAGE_PUBLISHED, FRAGMENTS_BLOB_NOT_FOUND, or the object
   * store's own errors
   */
  async execute({ from, to, blobs }: AdoptBlobsRequest): Promise<void> {
    if (blobs.length > MAX_ADOPTED_BLOBS)
      throw new AppError(
        ERRORS.FRAGMENTS_ADDRESS_INVALID,
        `blobs must be ${MAX_ADOPTED_BLOBS} or fewer, got ${blobs.length}.`,
        { field: 'blobs' },
      );
    const pairs = blobs.map(({ name, as }) => ({
      source: blobKey({ area: 'upload', owner: from, name }),
      target: blobKey({ area: 'package', owner: to, name: as }),
    }));
    await this.published.execute({ area: 'package', owner: to });
    await settleEach(pairs, AT_A_TIME, async ({ source, target }) => {
      try {
        await this.store.copy(source, target);
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== OBJECT_STORE_ERRORS.OBJECT_STORE_NOT_FOUND.code)
          throw error;
        throw new AppError(ERRORS.FRAGMENTS_BLOB_NOT_FOUND, `There is no blob ${source}.`);
      }
    });
  }
}
