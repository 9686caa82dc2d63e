import type { ModuleParts } from '@entrepot/platform-database';
import { ArchiveDeliveries } from './archive-deliveries.js';
import { ArchiveRepository } from './archive.repository.js';
import { DeliveryArchivesController } from './delivery-archives.controller.js';
import { ListArchives } from './list-archives.js';
import { PackageArchivesController } from './package-archives.controller.js';
import { RestoreArchive } from './restore-archive.js';

/** Deliveries that were put away. */
export const archivesParts: ModuleParts = {
  controllers: [PackageArchivesController, DeliveryArchivesController],
  providers: [ArchiveDeliveries, RestoreArchive, ListArchives, ArchiveRepository],
};
