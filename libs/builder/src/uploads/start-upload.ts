import { changeRecorded } from '@entrepot/contracts';
import { AppError, type UploadId } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox, type Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { BlobCleanup } from '../storage/blob-cleanup.js';
import { CompleteUpload } from './complete-upload.js';
import { ERRORS } from '../errors.js';
import { type LockedUpload, LockUpload } from './lock-upload.js';
import { PackageRepository } from '../packages/package.repository.js';
import type { UploadSender } from './receive-upload.js';
import { StorageQuota } from './storage-quota.js';
import { type Upload, UploadRepository, type UploadStart } from './upload.repository.js';

const NOTHING: UploadStart = { size: null, fileName: null, sender: null };

/** The beginning of an upload: starting it (over), and telling its length. */
@Injectable()
export class StartUpload {
  constructor(
    private readonly outbox: Outbox,
    private readonly lock: LockUpload,
    private readonly uploads: UploadRepository,
    private readonly packages: PackageRepository,
    private readonly complete: CompleteUpload,
    private readonly cleanup: BlobCleanup,
    private readonly quota: StorageQuota,
  ) {}

  /**
   * Starts the upload over: what was received is thrown away.
   * @param size length of the archive in bytes, null when the client will tell it later
   * @throws AppError BUILDER_UPLOAD_NOT_FOUND, BUILDER_PACKAGE_STATE while or after it is built, BUILDER_QUOTA_EXCEEDED
   */
  async start(id: UploadId, size: number | null, { principal, fileName }: UploadSender): Promise<void> {
    await this.outbox.transaction(async (tx) => {
      const { entity, upload } = await this.lock.execute(tx.manager, id);
      const state = await this.packages.advance(tx.manager, entity, 'start-upload');
      await this.empty(tx, upload, { size, fileName, sender: principal.name });
      await this.quota.requireRoom(tx.manager, size ?? 0);
      if (upload.position > 0) recordLoss(tx, { entity, upload }, principal);
      await this.complete.execute(tx, { ...entity, state }, principal);
    });
    this.cleanup.start();
  }

  /**
   * @throws AppError BUILDER_UPLOAD_LENGTH when the length is known already or is less than what was received,
   * BUILDER_QUOTA_EXCEEDED when it would not fit
   */
  async declareSize(id: UploadId, size: number, principal: Principal): Promise<void> {
    await this.outbox.transaction(async (tx) => {
      const { entity, upload } = await this.lock.execute(tx.manager, id);
      if (!(await this.uploads.declareSize(tx.manager, id, size)))
        throw new AppError(
          ERRORS.BUILDER_UPLOAD_LENGTH,
          'The length is known already, or less than what was received.',
        );
      await this.quota.requireRoom(tx.manager, size - upload.position);
      await this.complete.execute(tx, entity, principal);
    });
  }

  /**
   * Frees what an upload holds that nobody has gone on with; its address stays good for a new start. Does nothing when
   * somebody has gone on with it since the given time.
   * @throws AppError BUILDER_UPLOAD_NOT_FOUND, BUILDER_PACKAGE_NOT_FOUND when it is gone
   */
  async abandon(id: UploadId, before: Date): Promise<void> {
    await this.outbox.transaction(async (tx) => {
      const { upload } = await this.lock.execute(tx.manager, id);
      if (await this.uploads.isAbandoned(tx.manager, id, before)) await this.empty(tx, upload, NOTHING);
    });
  }

  private async empty(tx: Transaction, upload: Upload, start: UploadStart): Promise<void> {
    await this.uploads.restart(tx.manager, upload.id, start);
    await this.cleanup.add(tx.manager, { area: 'upload', owner: upload.storageId });
  }
}

function recordLoss(tx: Transaction, { entity, upload }: LockedUpload, principal: Principal): void {
  const detail = { name: entity.name, bytes: upload.position };
  tx.publish(
    changeRecorded,
    auditChange(principal, 'builder', 'package.restart-upload', 'package', entity.id, detail),
    entity.id,
  );
}
