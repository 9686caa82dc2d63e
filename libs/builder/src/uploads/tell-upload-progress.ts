import { uploadProgressed } from '@entrepot/contracts';
import { Clock } from '@entrepot/kernel';
import type { Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import type { PackageEntity } from '../packages/package.entity.js';
import { type Upload, UploadRepository } from './upload.repository.js';

const EVERY_SECONDS = 2;

/** Publishes how far an upload is, in the transaction that moves it. */
@Injectable()
export class TellUploadProgress {
  constructor(
    private readonly uploads: UploadRepository,
    private readonly clock: Clock,
  ) {}

  /** Tells when the upload is complete, and else at most every two seconds, whichever process receives it. */
  async execute(tx: Transaction, { id, fileId }: PackageEntity, upload: Upload): Promise<void> {
    const isWhole = upload.position === upload.size;
    if (!(await this.uploads.mayTell(tx.manager, upload.id, EVERY_SECONDS, isWhole))) return;
    const at = this.clock.now().toISOString();
    const { position: bytes, size: total } = upload;
    tx.publish(uploadProgressed, { packageId: id, fileId, at, bytes, total }, id);
  }
}
