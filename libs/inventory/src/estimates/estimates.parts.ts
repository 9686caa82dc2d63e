import type { ModuleParts } from '@entrepot/platform-database';
import { CountPaces } from './count-paces.js';
import { DownloadEstimatesController } from './download-estimates.controller.js';
import { EstimateDownloads } from './estimate-downloads.js';

/** How long devices need for packages. */
export const estimatesParts: ModuleParts = {
  controllers: [DownloadEstimatesController],
  providers: [EstimateDownloads, CountPaces],
};
