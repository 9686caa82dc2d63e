import { changeRecorded } from '@entrepot/contracts';
import type { UploadId } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import type { Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { PackageRepository } from './package.repository.js';
import { UploadRepository } from './upload.repository.js';

/** Makes a package *uploaded* in the very transaction in which its last byte is recorded. */
@Injectable()
export class CompleteUpload {
  constructor(
    private readonly uploads: UploadRepository,
    private readonly packages: PackageRepository,
  ) {}

  /** Does nothing while bytes are missing or the length is not known. */
  async ifWhole(tx: Transaction, id: UploadId, principal: Principal): Promise<void> {
    const { packageId, position, size } = await this.uploads.lock(tx.manager, id);
    if (position !== size) return;
    const entity = await this.packages.lock(tx.manager, packageId);
    if (entity.state !== 'draft') return;
    await this.packages.advance(tx.manager, entity, 'complete-upload');
    const detail = { name: entity.name, bytes: size };
    tx.publish(
      changeRecorded,
      auditChange(principal, 'builder', 'package.upload', 'package', packageId, detail),
      packageId,
    );
  }
}
