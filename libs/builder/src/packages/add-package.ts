import { changeRecorded } from '@entrepot/contracts';
import { Clock, type PackageId } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { makeArchive } from '../templates/make-archive.js';
import { BlobStorage } from '../storage/blob-storage.js';
import { StoreGeneratedArchive } from '../uploads/store-generated-archive.js';
import { UploadRepository } from '../uploads/upload.repository.js';
import { DiscardPackage } from './discard-package.js';
import { PackageEntity } from './package.entity.js';
import { type NamedVersion, PackageRepository } from './package.repository.js';
import { initialState } from './package-state.js';
import type { PackageSettings } from './resolve-settings.js';

/** Puts a version of a package into the list, with its file id and the place for its upload. */
@Injectable()
export class AddPackage {
  constructor(
    private readonly outbox: Outbox,
    private readonly packages: PackageRepository,
    private readonly uploads: UploadRepository,
    private readonly storage: BlobStorage,
    private readonly generated: StoreGeneratedArchive,
    private readonly discard: DiscardPackage,
    private readonly clock: Clock,
  ) {}

  /**
   * @param versionAfter decides the number, told the newest version of the name; nobody else adds one meanwhile
   * @throws AppError BUILDER_STORAGE_UNAVAILABLE when nothing could be uploaded now, BUILDER_QUOTA_EXCEEDED when the
   * archive that a template has made finds no room, or what `versionAfter` throws
   */
  async execute(
    settings: PackageSettings,
    principal: Principal,
    versionAfter: (newest: NamedVersion | null) => number,
  ): Promise<PackageId> {
    await this.storage.requireAvailable();
    const archive = settings.generated && (await makeArchive(settings.generated, settings.operatingSystem));
    const id = await this.insert(settings, principal, versionAfter);
    if (archive !== null) await this.upload(id, archive, principal);
    return id;
  }

  private insert(
    settings: PackageSettings,
    principal: Principal,
    versionAfter: (newest: NamedVersion | null) => number,
  ): Promise<PackageId> {
    return this.outbox.transaction(async (tx) => {
      const id = uuidv7() as PackageId;
      const createdAt = this.clock.now();
      const { name, operatingSystem, action, hasArchive } = settings;
      // Whoever makes a package waits here, so that the newest version stays the newest.
      const fileId = await this.packages.reserveFileId(tx.manager, createdAt);
      const version = versionAfter(await this.packages.newestVersion(tx.manager, name));
      const state = initialState(hasArchive);
      const made = { ...settings, ...UNBUILT, id, fileId, version, state, createdAt };
      await this.packages.insert(tx.manager, Object.assign(new PackageEntity(), made));
      if (hasArchive) await this.uploads.create(tx.manager, id);
      const detail = { name, version, fileId, operatingSystem, action: action.kind };
      tx.publish(
        changeRecorded,
        auditChange(principal, 'builder', 'package.create', 'package', id, detail),
        id,
      );
      return id;
    });
  }

  private async upload(id: PackageId, archive: Buffer, principal: Principal): Promise<void> {
    try {
      await this.generated.execute(id, archive, principal);
    } catch (error) {
      // Nobody could send this archive in the server's place.
      await this.discard.execute(id, principal);
      throw error;
    }
  }
}

const UNBUILT = {
  progressBytes: 0,
  progressTotal: 0,
  manifest: null,
  errorCode: null,
  errorReason: null,
  builtBy: null,
  buildStartedAt: null,
  builtAt: null,
  deletedAt: null,
  source: null,
  virusScan: null,
};
