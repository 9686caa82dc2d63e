import { changeRecorded } from '@entrepot/contracts';
import { Clock, type PackageId } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { BlobStorage } from '../storage/blob-storage.js';
import { PackageEntity } from './package.entity.js';
import { PackageRepository } from './package.repository.js';
import type { CreatePackage as PackageSettings } from './package-settings.js';
import { initialState } from './package-state.js';
import { UploadRepository } from '../uploads/upload.repository.js';

@Injectable()
export class CreatePackage {
  constructor(
    private readonly outbox: Outbox,
    private readonly packages: PackageRepository,
    private readonly uploads: UploadRepository,
    private readonly storage: BlobStorage,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes a package, its file id and the place for its upload.
   * @throws AppError BUILDER_PACKAGE_NAME_TAKEN, BUILDER_STORAGE_UNAVAILABLE when nothing could be uploaded now
   */
  async execute(settings: PackageSettings, principal: Principal): Promise<PackageId> {
    await this.storage.requireAvailable();
    return this.outbox.transaction(async (tx) => {
      const id = uuidv7() as PackageId;
      const createdAt = this.clock.now();
      const fileId = await this.packages.reserveFileId(tx.manager, createdAt);
      const { name, operatingSystem, action, hasArchive } = settings;
      await this.packages.insert(
        tx.manager,
        Object.assign(new PackageEntity(), {
          ...settings,
          id,
          fileId,
          state: initialState(hasArchive),
          progressBytes: 0,
          progressTotal: 0,
          manifest: null,
          errorCode: null,
          errorReason: null,
          createdAt,
          builtAt: null,
        }),
      );
      if (hasArchive) await this.uploads.create(tx.manager, id);
      const detail = { name, fileId, operatingSystem, action: action.kind };
      tx.publish(
        changeRecorded,
        auditChange(principal, 'builder', 'package.create', 'package', id, detail),
        id,
      );
      return id;
    });
  }
}
