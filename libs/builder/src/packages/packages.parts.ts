import type { ModuleParts } from '@entrepot/platform-database';
import { CreatePackage } from './create-package.js';
import { DeletePackage } from './delete-package.js';
import { PackageController } from './package.controller.js';
import { PackageRepository } from './package.repository.js';

/** Packages: made, listed, deleted. */
export const packagesParts: ModuleParts = {
  controllers: [PackageController],
  providers: [PackageRepository, CreatePackage, DeletePackage],
};
