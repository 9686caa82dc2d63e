import { changeRecorded } from '@entrepot/contracts';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import type { Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import type { PackageEntity } from '../packages/package.entity.js';
import { PackageRepository } from '../packages/package.repository.js';
import { TellUploadProgress } from './tell-upload-progress.js';
import { UploadRepository } from './upload.repository.js';

/** Tells how far an upload is, and makes its package *uploaded* in the very transaction that records its last byte. */
@Injectable()
export class CompleteUpload {
  constructor(
    private readonly uploads: UploadRepository,
    private readonly packages: PackageRepository,
    private readonly progress: TellUploadProgress,
  ) {}

  /**
   * Call it whenever an upload has moved; it is complete when its length is known and no byte is missing.
   * @param locked the package as the transaction holds it
   */
  async execute(tx: Transaction, locked: PackageEntity, principal: Principal): Promise<void> {
    const upload = await this.uploads.findForPackage(locked.id, tx.manager);
    if (upload === null || locked.state !== 'draft') return;
    await this.progress.execute(tx, locked, upload);
    if (upload.position !== upload.size) return;
    await this.packages.advance(tx.manager, locked, 'complete-upload');
    const detail = { name: locked.name, bytes: upload.size };
    tx.publish(
      changeRecorded,
      auditChange(principal, 'builder', 'package.upload', 'package', locked.id, detail),
      locked.id,
    );
  }
}
