import { AppError, type PackageId } from '@entrepot/kernel';
import type { Principal } from '@entrepot/platform-auth';
import { Injectable } from '@nestjs/common';
import { ERRORS } from '../errors.js';
import { AddPackage } from './add-package.js';
import type { NamedVersion } from './package.repository.js';
import type { CreatePackage as GivenSettings } from './package-settings.js';
import { resolveSettings } from './resolve-settings.js';

@Injectable()
export class CreatePackage {
  constructor(private readonly add: AddPackage) {}

  /**
   * Makes version 1 of a package that has a name of its own.
   * @throws AppError BUILDER_PACKAGE_NAME_TAKEN, BUILDER_STORAGE_UNAVAILABLE when nothing could be uploaded now
   */
  execute(given: GivenSettings, principal: Principal): Promise<PackageId> {
    return this.add.execute(resolveSettings(given), principal, (newest) => {
      if (newest !== null) throw nameTaken(given.name, newest);
      return 1;
    });
  }
}

function nameTaken(name: string, { id, version }: NamedVersion): AppError {
  return new AppError(
    ERRORS.BUILDER_PACKAGE_NAME_TAKEN,
    `"${name}" has ${version} version${version === 1 ? '' : 's'} already, and names are kept for ever: make a new version of it, or choose another name.`,
    { field: 'name', packageId: id, version },
  );
}
