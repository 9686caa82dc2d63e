import type { PackageId } from '@entrepot/kernel';
import type { Principal } from '@entrepot/platform-auth';
import { Injectable } from '@nestjs/common';
import { AddPackage } from './add-package.js';
import { PackageRepository } from './package.repository.js';
import type { NewVersion } from './package-settings.js';
import { changedSettings, resolveSettings } from './resolve-settings.js';

@Injectable()
export class CreateVersion {
  constructor(
    private readonly packages: PackageRepository,
    private readonly add: AddPackage,
  ) {}

  /**
   * Makes the next version of a package from the settings of the given one, which may be deleted. It needs an archive
   * of its own.
   * @throws AppError BUILDER_PACKAGE_NOT_FOUND, BUILDER_STORAGE_UNAVAILABLE when nothing could be uploaded now
   * @throws ZodError when the changed settings do not go together
   */
  async execute(from: PackageId, changes: NewVersion, principal: Principal): Promise<PackageId> {
    const settings = changedSettings(await this.packages.get(from), changes);
    return this.add.execute(resolveSettings(settings), principal, (newest) => (newest?.version ?? 0) + 1);
  }
}
