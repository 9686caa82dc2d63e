import type { ModuleParts } from '@entrepot/platform-database';
import { DeleteBlobs } from './delete-blobs.js';
import { FragmentsService } from './fragments.service.js';
import { GetBlob } from './get-blob.js';
import { PublishPackage } from './publish-package.js';
import { PublishedBlobRepository } from './published-blob.repository.js';
import { PutBlob } from './put-blob.js';
import { StorageReadiness } from './storage-readiness.js';

/** Stored bytes: put, got, published, deleted. */
export const storageParts: ModuleParts = {
  controllers: [],
  providers: [
    PublishedBlobRepository,
    PutBlob,
    GetBlob,
    DeleteBlobs,
    PublishPackage,
    StorageReadiness,
    FragmentsService,
  ],
};
