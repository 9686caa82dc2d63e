import type { ModuleParts } from '@entrepot/platform-database';
import { PackageStatisticsController } from './package-statistics.controller.js';
import { PackageStatistics } from './package-statistics.js';

/** What became of a package on all devices. */
export const statisticsParts: ModuleParts = {
  controllers: [PackageStatisticsController],
  providers: [PackageStatistics],
};
