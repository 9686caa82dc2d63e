import type { ModuleParts } from '@entrepot/platform-database';
import { ChangePackageSet } from './change-package-set.js';
import { ListPackageSets } from './list-package-sets.js';
import { PackageSetRepository } from './package-set.repository.js';
import { PackageSetsController } from './package-sets.controller.js';

/** Packages that are assigned together. */
export const setsParts: ModuleParts = {
  controllers: [PackageSetsController],
  providers: [ChangePackageSet, ListPackageSets, PackageSetRepository],
};
