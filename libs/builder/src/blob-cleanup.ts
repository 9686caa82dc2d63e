import type { BlobOwner } from '@entrepot/contracts';
import type { FileId } from '@entrepot/kernel';
import { Log } from '@entrepot/platform-telemetry';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { BlobStorage } from './blob-storage.js';

/**
 * Blobs that nobody needs any more, remembered in the transaction that gave them up and deleted when the object store
 * can be reached. The only queries on the table `blob_cleanup`.
 */
@Injectable()
export class BlobCleanup {
  constructor(
    private readonly database: DataSource,
    private readonly storage: BlobStorage,
    private readonly log: Log,
  ) {}

  async add(manager: EntityManager, { area, owner }: BlobOwner): Promise<void> {
    await manager.query('INSERT INTO blob_cleanup (area, owner) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      area,
      owner,
    ]);
  }

  /** Gives a file id back to a new build. Waits for a deletion that is under way. */
  async cancelPackage(manager: EntityManager, fileId: FileId): Promise<void> {
    await manager.query("DELETE FROM blob_cleanup WHERE area = 'package' AND owner = $1", [fileId]);
  }

  /** Deletes what it can. A failure is logged and tried again at the next sweep. */
  async sweep(): Promise<void> {
    try {
      while (await this.deleteNext());
    } catch (error) {
      this.log.warn(
        { err: error },
        'Blobs that are no longer needed could not be deleted; trying again later',
      );
    }
  }

  /** The row stays locked during the deletion, so that no build of the same file id begins meanwhile. */
  private deleteNext(): Promise<boolean> {
    return this.database.transaction(async (manager) => {
      const [owner] = (await manager.query(
        'SELECT area, owner FROM blob_cleanup ORDER BY since LIMIT 1 FOR UPDATE SKIP LOCKED',
      )) as BlobOwner[];
      if (owner === undefined) return false;
      await this.storage.discard(owner);
      await manager.query('DELETE FROM blob_cleanup WHERE area = $1 AND owner = $2', [
        owner.area,
        owner.owner,
      ]);
      return true;
    });
  }
}
