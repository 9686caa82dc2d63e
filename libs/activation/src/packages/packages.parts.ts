import type { ModuleParts } from '@entrepot/platform-database';
import { FollowDeletionConsumer } from './follow-deletion.consumer.js';
import { FollowIntegrityConsumer } from './follow-integrity.consumer.js';
import { IntegrityRepository } from './integrity.repository.js';
import { KeepPackageConsumer } from './keep-package.consumer.js';
import { PackageVerificationController } from './package-verification.controller.js';
import { PackageVerification } from './package-verification.js';
import { PackageRepository } from './package.repository.js';
import { ReleasePackage } from './release-package.js';
import { ReleasePackages } from './release-packages.js';

/** What is known of packages. */
export const packagesParts: ModuleParts = {
  controllers: [
    KeepPackageConsumer,
    FollowDeletionConsumer,
    FollowIntegrityConsumer,
    PackageVerificationController,
  ],
  providers: [PackageRepository, IntegrityRepository, ReleasePackage, ReleasePackages, PackageVerification],
};
