import { changeRecorded } from '@entrepot/contracts';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import type { Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import type { PackageEntity } from '../packages/package.entity.js';
import { PackageRepository } from '../packages/package.repository.js';
import { UploadRepository } from './upload.repository.js';

/** Makes a package *uploaded* in the very transaction in which its last byte is recorded. */
@Injectable()
export class CompleteUpload {
  constructor(
    private readonly uploads: UploadRepository,
    private readonly packages: PackageRepository,
  ) {}

  /**
   * Does nothing while bytes are missing or the length is not known.
   * @param locked the package as the transaction holds it
   */
  async ifWhole(tx: Transaction, locked: PackageEntity, principal: Principal): Promise<void> {
    const upload = await this.uploads.findForPackage(locked.id, tx.manager);
    if (upload === null || upload.position !== upload.size) return;
    if (locked.state !== 'draft') return;
    await this.packages.advance(tx.manager, locked, 'complete-upload');
    const detail = { name: locked.name, bytes: upload.size };
    tx.publish(
      changeRecorded,
      auditChange(principal, 'builder', 'package.upload', 'package', locked.id, detail),
      locked.id,
    );
  }
}
