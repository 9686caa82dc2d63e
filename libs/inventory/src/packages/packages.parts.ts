import type { ModuleParts } from '@entrepot/platform-database';
import { InstalledPackagesController } from './installed-packages.controller.js';
import { KeepPackageNamesConsumer } from './keep-package-names.consumer.js';
import { ListInstalledPackages } from './list-installed-packages.js';

/** What packages are called, and which of them devices have. */
export const packagesParts: ModuleParts = {
  controllers: [InstalledPackagesController, KeepPackageNamesConsumer],
  providers: [ListInstalledPackages],
};
