import type { ModuleParts } from '@entrepot/platform-database';
import { KeepPackageConsumer } from './keep-package.consumer.js';
import { PackageRepository } from './package.repository.js';

/** What is known of packages. */
export const packagesParts: ModuleParts = {
  controllers: [KeepPackageConsumer],
  providers: [PackageRepository],
};
