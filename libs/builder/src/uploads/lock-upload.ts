import type { UploadId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { PackageEntity } from '../packages/package.entity.js';
import { PackageRepository } from '../packages/package.repository.js';
import { type Upload, UploadRepository } from './upload.repository.js';

/** An upload and its package, both kept from change until the transaction ends. */
export interface LockedUpload {
  readonly entity: PackageEntity;
  readonly upload: Upload;
}

/** Locks a package before its upload, as everybody has to: two who took them crosswise would wait for each other. */
@Injectable()
export class LockUpload {
  constructor(
    private readonly uploads: UploadRepository,
    private readonly packages: PackageRepository,
  ) {}

  /** @throws AppError BUILDER_UPLOAD_NOT_FOUND, BUILDER_PACKAGE_NOT_FOUND when they are gone meanwhile */
  async execute(manager: EntityManager, id: UploadId): Promise<LockedUpload> {
    const { packageId } = await this.uploads.get(id, manager);
    const entity = await this.packages.lock(manager, packageId);
    return { entity, upload: await this.uploads.lock(manager, id) };
  }
}
