import type { ModuleParts } from '@entrepot/platform-database';
import { AddPackage } from './add-package.js';
import { AttachSbom } from './attach-sbom.js';
import { CreatePackage } from './create-package.js';
import { CreateVersion } from './create-version.js';
import { DeletePackage } from './delete-package.js';
import { DiscardPackage } from './discard-package.js';
import { FindPackageView } from './find-package-view.js';
import { PackageManifestController } from './package-manifest.controller.js';
import { PackageUsageController } from './package-usage.controller.js';
import { PackageController } from './package.controller.js';
import { PackageRepository } from './package.repository.js';
import { SbomRepository } from './sbom.repository.js';

/** Packages: made, listed, versioned, deleted. */
export const packagesParts: ModuleParts = {
  controllers: [PackageUsageController, PackageController, PackageManifestController],
  providers: [
    PackageRepository,
    SbomRepository,
    FindPackageView,
    AddPackage,
    CreatePackage,
    CreateVersion,
    DiscardPackage,
    DeletePackage,
    AttachSbom,
  ],
};
