import { buildPackageJob, changeRecorded } from '@entrepot/contracts';
import { Clock, type PackageId } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { BlobCleanup } from '../storage/blob-cleanup.js';
import { PackageRepository } from '../packages/package.repository.js';

@Injectable()
export class RequestBuild {
  constructor(
    private readonly outbox: Outbox,
    private readonly packages: PackageRepository,
    private readonly cleanup: BlobCleanup,
    private readonly clock: Clock,
  ) {}

  /**
   * Asks for a build; it runs as a job. While it is building the job is given out again, in case it was given up: the
   * lock keeps two apart, and what was made already stays, since it may be published.
   * @throws AppError BUILDER_PACKAGE_NOT_FOUND, BUILDER_PACKAGE_STATE when there is nothing to build
   */
  async execute(id: PackageId, principal: Principal): Promise<void> {
    await this.outbox.transaction(async (tx) => {
      const entity = await this.packages.lock(tx.manager, id);
      const fresh = {
        progressBytes: 0,
        progressTotal: 0,
        manifest: null,
        source: null,
        virusScan: null,
        errorCode: null,
        errorReason: null,
        builtBy: principal.name,
        buildStartedAt: this.clock.now(),
      };
      await this.packages.advance(tx.manager, entity, 'build', entity.state === 'building' ? {} : fresh);
      await this.cleanup.cancelPackage(tx.manager, entity.fileId);
      tx.publish(buildPackageJob, { packageId: id }, id);
      const detail = { name: entity.name, fileId: entity.fileId };
      tx.publish(
        changeRecorded,
        auditChange(principal, 'builder', 'package.build', 'package', id, detail),
        id,
      );
    });
  }
}
