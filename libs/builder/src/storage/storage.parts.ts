import type { ModuleParts } from '@entrepot/platform-database';
import { BlobCleanup } from './blob-cleanup.js';
import { BlobStorage } from './blob-storage.js';

/** The way to stored bytes. */
export const storageParts: ModuleParts = {
  controllers: [],
  providers: [BlobStorage, BlobCleanup],
};
