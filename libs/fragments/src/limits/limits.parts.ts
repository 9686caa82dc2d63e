import type { ModuleParts } from '@entrepot/platform-database';
import { ChangeDownloadLimits } from './change-download-limits.js';
import { DownloadLimitRepository } from './download-limit.repository.js';
import { DownloadLimitsController } from './download-limits.controller.js';
import { LimitsInForce } from './limits-in-force.js';
import { ShowDownloadLimits } from './show-download-limits.js';

/** How much each network may fetch at once. */
export const limitsParts: ModuleParts = {
  controllers: [DownloadLimitsController],
  providers: [DownloadLimitRepository, LimitsInForce, ShowDownloadLimits, ChangeDownloadLimits],
};
