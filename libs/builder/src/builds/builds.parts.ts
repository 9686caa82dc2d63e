import type { ModuleParts } from '@entrepot/platform-database';
import { BuildLock } from './build-lock.js';
import { BuildPackageConsumer } from './build-package.consumer.js';
import { BuildPackage } from './build-package.js';
import { MakePackage } from './make-package.js';
import { RequestBuild } from './request-build.js';
import { VirusScanner } from './virus-scanner.js';

/** Builds of packages. */
export const buildsParts: ModuleParts = {
  controllers: [BuildPackageConsumer],
  providers: [BuildLock, RequestBuild, VirusScanner, MakePackage, BuildPackage],
};
