import { packageFreed } from '@entrepot/contracts';
import { Clock } from '@entrepot/kernel';
import type { Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { ContentRepository } from './content.repository.js';
import { ObjectCleanupRepository } from './object-cleanup.repository.js';
import { PublishedBlobRepository } from './published-blob.repository.js';
import { PublishedPackageRepository } from './published-package.repository.js';

/** Ends the download of a deleted package, and gives up the bytes that no other package has. */
@Injectable()
export class FreePackage {
  constructor(
    private readonly packages: PublishedPackageRepository,
    private readonly published: PublishedBlobRepository,
    private readonly contents: ContentRepository,
    private readonly cleanup: ObjectCleanupRepository,
    private readonly clock: Clock,
  ) {}

  /** Needs the package's lock in this transaction. Its objects are deleted some minutes after the commit. */
  async execute(tx: Transaction, fileId: string): Promise<void> {
    const now = this.clock.now();
    const sha256s = await this.published.delete(tx.manager, fileId);
    await this.cleanup.add(tx.manager, await this.contents.deleteUnused(tx.manager, sha256s));
    await this.packages.markFreed(tx.manager, fileId, now);
    tx.publish(packageFreed, { fileId, at: now.toISOString() }, fileId);
  }
}
