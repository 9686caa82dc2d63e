import { changeRecorded } from '@entrepot/contracts';
import type { PackageId } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { PackageRepository } from './package.repository.js';
import type { Sbom } from './sbom-schema.js';
import { SbomRepository } from './sbom.repository.js';

@Injectable()
export class AttachSbom {
  constructor(
    private readonly outbox: Outbox,
    private readonly packages: PackageRepository,
    private readonly sboms: SbomRepository,
  ) {}

  /**
   * Keeps a software bill of materials with a version, in place of an earlier one. Agents never see it, so that it may
   * come after the build.
   * @throws AppError BUILDER_PACKAGE_NOT_FOUND, BUILDER_PACKAGE_STATE when the package is deleted
   */
  async execute(id: PackageId, sbom: Sbom, principal: Principal): Promise<void> {
    await this.outbox.transaction(async (tx) => {
      const entity = await this.packages.lock(tx.manager, id);
      await this.packages.advance(tx.manager, entity, 'attach-sbom');
      await this.sboms.save(tx.manager, id, sbom);
      const { name, version, fileId } = entity;
      const detail = { name, version, fileId, specVersion: sbom.specVersion };
      tx.publish(
        changeRecorded,
        auditChange(principal, 'builder', 'package.attach-sbom', 'package', id, detail),
        id,
      );
    });
  }
}
