import { changeRecorded, verifyPackageJob } from '@entrepot/contracts';
import { AppError } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox, type Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { ERRORS } from '../errors.js';
import { PublishedPackageRepository } from '../storage/published-package.repository.js';

const DOUBTED_EVERY_S = 60;

/** Has a package read again. */
@Injectable()
export class AskVerification {
  constructor(
    private readonly outbox: Outbox,
    private readonly packages: PublishedPackageRepository,
  ) {}

  /** Because a machine doubts its bytes: once a minute at the most, since machines that fail do so by the hundred. */
  async doubted(tx: Transaction, fileId: string): Promise<void> {
    if (await this.packages.noteVerificationAsked(tx.manager, fileId, DOUBTED_EVERY_S))
      tx.publish(verifyPackageJob, { fileId }, fileId);
  }

  /**
   * Because somebody wants to know, who may just have mended something.
   * @throws AppError FRAGMENTS_PACKAGE_NOT_STORED
   */
  async wanted(principal: Principal, fileId: string): Promise<void> {
    await this.outbox.transaction(async (tx) => {
      if (!(await this.packages.noteVerificationAsked(tx.manager, fileId, 0)))
        throw new AppError(ERRORS.FRAGMENTS_PACKAGE_NOT_STORED, `Nothing of package ${fileId} is stored.`);
      tx.publish(verifyPackageJob, { fileId }, fileId);
      const change = auditChange(principal, 'fragments', 'package.verify', 'package', fileId);
      tx.publish(changeRecorded, change, fileId);
    });
  }
}
