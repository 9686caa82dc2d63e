import type { BlobOwner } from '@entrepot/contracts';
import { AppError } from '@entrepot/kernel';
import { ObjectStore, type ObjectKey } from '@entrepot/platform-object-store';
import { Injectable } from '@nestjs/common';
import { ownerPrefix } from './blob-address.js';
import { ERRORS } from './errors.js';
import { PublishedBlobRepository } from './published-blob.repository.js';

const AT_A_TIME = 8;

/** Deletes all blobs of an upload, or of a package that was never published. */
@Injectable()
export class DeleteBlobs {
  constructor(
    private readonly store: ObjectStore,
    private readonly published: PublishedBlobRepository,
  ) {}

  /** @throws AppError FRAGMENTS_ADDRESS_INVALID, FRAGMENTS_PACKAGE_PUBLISHED, or the object store's own errors */
  async execute(owner: BlobOwner): Promise<void> {
    const prefix = ownerPrefix(owner);
    if (owner.area === 'upload') return this.deleteAll(prefix);
    await this.published.exclusively(owner.owner, async (manager) => {
      if ((await this.published.list(manager, owner.owner)).length > 0)
        throw new AppError(
          ERRORS.FRAGMENTS_PACKAGE_PUBLISHED,
          `Package ${owner.owner} is published; it stays.`,
        );
      await this.deleteAll(prefix);
    });
  }

  private async deleteAll(prefix: string): Promise<void> {
    const keys: ObjectKey[] = [];
    for await (const { key } of this.store.list(prefix)) keys.push(key as ObjectKey);
    const workers = Array.from({ length: AT_A_TIME }, async () => {
      for (let key = keys.pop(); key !== undefined; key = keys.pop()) await this.store.delete(key);
    });
    await Promise.all(workers);
  }
}
