import type { ModuleParts } from '@entrepot/platform-database';
import { ExportDeliveries } from './export-deliveries.js';
import { PackageBreakdown } from './package-breakdown.js';
import { PackageStatisticsController } from './package-statistics.controller.js';
import { PackageStatistics } from './package-statistics.js';
import { StatisticsQueries } from './statistics.queries.js';

/** What became of a package on all devices. */
export const statisticsParts: ModuleParts = {
  controllers: [PackageStatisticsController],
  providers: [PackageStatistics, PackageBreakdown, ExportDeliveries, StatisticsQueries],
};
