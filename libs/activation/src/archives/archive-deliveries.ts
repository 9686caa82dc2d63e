import { changeRecorded } from '@entrepot/contracts';
import { AppError, Clock, type PackageId } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { ERRORS } from '../errors.js';
import { PackageRepository } from '../packages/package.repository.js';
import { ArchiveRepository, type DeliveryArchive } from './archive.repository.js';
import type { ArchiveKind } from './archive.schemas.js';

/**
 * Puts deliveries of a package away (OCS-PROTOCOL.md §10.4): they are neither counted nor offered, and lists show them
 * only when asked. Nothing is lost, and all of it can be put back.
 */
@Injectable()
export class ArchiveDeliveries {
  constructor(
    private readonly outbox: Outbox,
    private readonly packages: PackageRepository,
    private readonly archives: ArchiveRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError ACTIVATION_PACKAGE_NOT_FOUND, ACTIVATION_ARCHIVE_EMPTY when no delivery matches */
  async execute(principal: Principal, packageId: PackageId, kind: ArchiveKind): Promise<DeliveryArchive> {
    return this.outbox.transaction(async (tx) => {
      const built = await this.packages.find(tx.manager, packageId);
      if (built === null)
        throw new AppError(ERRORS.ACTIVATION_PACKAGE_NOT_FOUND, `There is no built package ${packageId}.`);
      const archiveId = uuidv7();
      const row = { archiveId, packageId, kind, createdAt: this.clock.now() };
      const deliveries = await this.archives.putAway(tx.manager, row);
      if (deliveries === 0)
        throw new AppError(
          ERRORS.ACTIVATION_ARCHIVE_EMPTY,
          `Package ${built.name} has no delivery of the kind ${kind}.`,
        );
      const archive: DeliveryArchive = {
        ...{ ...row, packageName: built.name, deliveries, createdBy: principal.name },
        ...{ restoredBy: null, restoredAt: null },
      };
      await this.archives.add(tx.manager, archive);
      tx.publish(
        changeRecorded,
        auditChange(principal, 'activation', 'delivery.archive', 'delivery-archive', archiveId, {
          ...{ packageId, kind, deliveries },
        }),
        packageId,
      );
      return archive;
    });
  }
}
