import { changeRecorded } from '@entrepot/contracts';
import type { PackageId } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { BlobCleanup } from '../storage/blob-cleanup.js';
import { UploadRepository } from '../uploads/upload.repository.js';
import { PackageRepository } from './package.repository.js';

@Injectable()
export class DiscardPackage {
  constructor(
    private readonly outbox: Outbox,
    private readonly packages: PackageRepository,
    private readonly uploads: UploadRepository,
    private readonly cleanup: BlobCleanup,
  ) {}

  /**
   * Removes a package that was never built, with its upload.
   * @throws AppError BUILDER_PACKAGE_NOT_FOUND, BUILDER_PACKAGE_STATE while or after it is built
   */
  async execute(id: PackageId, principal: Principal): Promise<void> {
    await this.outbox.transaction(async (tx) => {
      const entity = await this.packages.lock(tx.manager, id);
      const upload = await this.uploads.findForPackage(id, tx.manager);
      await this.packages.discard(tx.manager, entity);
      if (upload !== null) await this.cleanup.add(tx.manager, { area: 'upload', owner: upload.storageId });
      const { name, version, fileId } = entity;
      tx.publish(
        changeRecorded,
        auditChange(principal, 'builder', 'package.delete', 'package', id, { name, version, fileId }),
        id,
      );
    });
    this.cleanup.start();
  }
}
