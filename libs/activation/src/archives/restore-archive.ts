import { changeRecorded } from '@entrepot/contracts';
import { AppError, Clock } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { ERRORS } from '../errors.js';
import { ArchiveRepository, type DeliveryArchive } from './archive.repository.js';
import { archiveNotFound } from './list-archives.js';

/** Puts the deliveries of an archive back: they count again, and those that wait are offered again. */
@Injectable()
export class RestoreArchive {
  constructor(
    private readonly outbox: Outbox,
    private readonly archives: ArchiveRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError ACTIVATION_ARCHIVE_NOT_FOUND, ACTIVATION_ARCHIVE_RESTORED */
  async execute(principal: Principal, archiveId: string): Promise<DeliveryArchive> {
    return this.outbox.transaction(async (tx) => {
      const archive = await this.archives.find(tx.manager, archiveId);
      if (archive === null) throw archiveNotFound(archiveId);
      const now = this.clock.now();
      if (!(await this.archives.markRestored(tx.manager, archiveId, principal.name, now)))
        throw new AppError(ERRORS.ACTIVATION_ARCHIVE_RESTORED, `Archive ${archiveId} was restored already.`);
      const deliveries = await this.archives.putBack(tx.manager, archiveId);
      const { packageId, kind } = archive;
      tx.publish(
        changeRecorded,
        auditChange(principal, 'activation', 'delivery.restore', 'delivery-archive', archiveId, {
          ...{ packageId, kind, deliveries },
        }),
        packageId,
      );
      return { ...archive, restoredBy: principal.name, restoredAt: now };
    });
  }
}
