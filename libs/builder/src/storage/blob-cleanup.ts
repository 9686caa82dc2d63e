import type { BlobOwner } from '@entrepot/contracts';
import type { FileId } from '@entrepot/kernel';
import { Log } from '@entrepot/platform-telemetry';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { BlobStorage, isPublishedAlready } from './blob-storage.js';

/**
 * Blobs that nobody needs any more, remembered in the transaction that gave them up and deleted when the object store
 * can be reached. The only queries on the table `blob_cleanup`.
 */
@Injectable()
export class BlobCleanup implements BeforeApplicationShutdown {
  private running: Promise<void> | null = null;
  private isAskedAgain = false;
  private isStopping = false;

  constructor(
    private readonly database: DataSource,
    private readonly storage: BlobStorage,
    private readonly log: Log,
  ) {}

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    await this.running;
  }

  /** Waits when this owner's blobs are being deleted: what came after that deletion needs another one. */
  async add(manager: EntityManager, { area, owner }: BlobOwner): Promise<void> {
    await manager.query(
      'INSERT INTO blob_cleanup (area, owner) VALUES ($1, $2) ON CONFLICT (area, owner) DO UPDATE SET since = now()',
      [area, owner],
    );
  }

  /** Gives a file id back to a new build. Waits for a deletion that is under way. */
  async cancelPackage(manager: EntityManager, fileId: FileId): Promise<void> {
    await manager.query("DELETE FROM blob_cleanup WHERE area = 'package' AND owner = $1", [fileId]);
  }

  /** Begins to delete, without anybody waiting for it; a failure is logged. */
  start(): void {
    void this.sweep();
  }

  /** Deletes what it can. A failure is logged and tried again at the next sweep. */
  sweep(): Promise<void> {
    if (this.running !== null) {
      this.isAskedAgain = true;
      return this.running;
    }
    this.running = this.run().finally(() => (this.running = null));
    return this.running;
  }

  private async run(): Promise<void> {
    try {
      do {
        this.isAskedAgain = false;
        const skipped: string[] = [];
        while (!this.isStopping && (await this.deleteNext(skipped)));
      } while (this.isAskedAgain && !this.isStopping);
    } catch (error) {
      this.log.warn(
        { err: error },
        'Blobs that are no longer needed could not be deleted; trying again later',
      );
    }
  }

  /**
   * The row stays locked during the deletion, so that no build of the same file id begins meanwhile.
   * @param skipped owners that failed in this sweep; one that fails now is added
   * @returns whether there may be more
   */
  private deleteNext(skipped: string[]): Promise<boolean> {
    return this.database.transaction(async (manager) => {
      const [row] = (await manager.query(
        `SELECT area, owner FROM blob_cleanup WHERE area || '/' || owner <> ALL ($1::text[])
         ORDER BY since LIMIT 1 FOR UPDATE SKIP LOCKED`,
        [skipped],
      )) as BlobOwner[];
      if (row === undefined) return false;
      if (await this.isDeleted(row))
        await manager.query('DELETE FROM blob_cleanup WHERE area = $1 AND owner = $2', [row.area, row.owner]);
      else skipped.push(`${row.area}/${row.owner}`);
      return true;
    });
  }

  /** @throws AppError BUILDER_STORAGE_UNAVAILABLE when no other row would fare better */
  private async isDeleted(owner: BlobOwner): Promise<boolean> {
    try {
      while (!(await this.storage.discardSome(owner))) if (this.isStopping) return false;
      return true;
    } catch (error) {
      if (isPublishedAlready(error)) return true;
      await this.storage.requireAvailable();
      this.log.warn({ err: error, ...owner }, 'Blobs of one owner could not be deleted; trying again later');
      return false;
    }
  }
}
