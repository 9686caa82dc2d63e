import type { BlobOwner } from '@entrepot/contracts';
import { AppError } from '@entrepot/kernel';
import { ObjectStore, type ObjectKey } from '@entrepot/platform-object-store';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ownerPrefix } from './blob-address.js';
import { ContentRepository } from './content.repository.js';
import { ERRORS } from '../errors.js';
import { PublishedPackageRepository } from './published-package.repository.js';
import { settleEach } from './settle-each.js';

const AT_A_TIME = 8;
/** Takes seconds, far less than any deadline of a call. */
const AT_MOST = 5_000;

/**
 * Deletes the blobs of an upload, or of a package that is not published: so many in one call at the most. Objects of a
 * freed package stay when other packages have the same contents.
 */
@Injectable()
export class DeleteBlobs {
  constructor(
    private readonly store: ObjectStore,
    private readonly database: DataSource,
    private readonly packages: PublishedPackageRepository,
    private readonly contents: ContentRepository,
  ) {}

  /**
   * @throws AppError FRAGMENTS_DELETION_UNFINISHED when blobs are left, so that it has to be called again;
   * FRAGMENTS_ADDRESS_INVALID, FRAGMENTS_PACKAGE_PUBLISHED, or the object store's own errors
   */
  async execute(owner: BlobOwner): Promise<void> {
    const prefix = ownerPrefix(owner);
    if (owner.area === 'upload') return this.deleteSome(prefix, new Set());
    await this.database.transaction(async (manager) => {
      await this.packages.lock(manager, owner.owner);
      const known = await this.packages.find(manager, owner.owner);
      if (known !== null && known.freedAt === null)
        throw new AppError(
          ERRORS.FRAGMENTS_PACKAGE_PUBLISHED,
          `Package ${owner.owner} is published; it stays.`,
        );
      // Under the lock none of its objects can become that of a content.
      await this.deleteSome(prefix, await this.contents.keysInUse(manager, prefix));
    });
  }

  private async deleteSome(prefix: string, inUse: ReadonlySet<string>): Promise<void> {
    const keys: ObjectKey[] = [];
    let isMore = false;
    for await (const { key } of this.store.list(prefix)) {
      if (inUse.has(key)) continue;
      isMore = keys.length === AT_MOST;
      if (isMore) break;
      keys.push(key as ObjectKey);
    }
    // It ends after its last deletion, which the lock of the caller must outlast.
    await settleEach(keys, AT_A_TIME, (key) => this.store.delete(key));
    if (isMore)
      throw new AppError(ERRORS.FRAGMENTS_DELETION_UNFINISHED, `More than ${AT_MOST} blobs; ask again.`);
  }
}
