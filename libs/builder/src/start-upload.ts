import { AppError, type UploadId } from '@entrepot/kernel';
import type { Principal } from '@entrepot/platform-auth';
import { Outbox, type Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { BlobCleanup } from './blob-cleanup.js';
import { CompleteUpload } from './complete-upload.js';
import { ERRORS } from './errors.js';
import { PackageRepository } from './package.repository.js';
import { type Upload, UploadRepository } from './upload.repository.js';

/** The beginning of an upload: starting it (over), and telling its length. */
@Injectable()
export class StartUpload {
  constructor(
    private readonly outbox: Outbox,
    private readonly uploads: UploadRepository,
    private readonly packages: PackageRepository,
    private readonly complete: CompleteUpload,
    private readonly cleanup: BlobCleanup,
  ) {}

  /**
   * Starts the upload over: what was received is thrown away.
   * @param size length of the archive in bytes, null when the client will tell it later
   * @throws AppError BUILDER_UPLOAD_NOT_FOUND, BUILDER_PACKAGE_STATE while or after it is built
   */
  async start(id: UploadId, size: number | null, principal: Principal): Promise<void> {
    await this.outbox.transaction(async (tx) => {
      const upload = await this.uploads.lock(tx.manager, id);
      const entity = await this.packages.lock(tx.manager, upload.packageId);
      await this.packages.advance(tx.manager, entity, 'start-upload');
      await this.empty(tx, upload, size);
      await this.complete.ifWhole(tx, id, principal);
    });
    await this.cleanup.sweep();
  }

  /** @throws AppError BUILDER_UPLOAD_LENGTH when the length is known already or is less than what was received */
  async declareSize(id: UploadId, size: number, principal: Principal): Promise<void> {
    await this.outbox.transaction(async (tx) => {
      if (!(await this.uploads.declareSize(tx.manager, id, size)))
        throw new AppError(
          ERRORS.BUILDER_UPLOAD_LENGTH,
          'The length is known already, or less than what was received.',
        );
      await this.complete.ifWhole(tx, id, principal);
    });
  }

  /** Frees what an upload holds that nobody has gone on with; its address stays good for a new start. */
  async abandon(id: UploadId): Promise<void> {
    await this.outbox.transaction(async (tx) =>
      this.empty(tx, await this.uploads.lock(tx.manager, id), null),
    );
  }

  private async empty(tx: Transaction, upload: Upload, size: number | null): Promise<void> {
    await this.uploads.restart(tx.manager, upload.id, size);
    await this.cleanup.add(tx.manager, { area: 'upload', owner: upload.storageId });
  }
}
