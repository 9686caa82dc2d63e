import type { ModuleParts } from '@entrepot/platform-database';
import { AdoptBlobs } from './adopt-blobs.js';
import { CleanUpObjects } from './clean-up-objects.js';
import { ContentRepository } from './content.repository.js';
import { DeleteBlobs } from './delete-blobs.js';
import { FragmentsService } from './fragments.service.js';
import { FreeExpiredPackages } from './free-expired-packages.js';
import { FreePackage } from './free-package.js';
import { GetBlob } from './get-blob.js';
import { ObjectCleanupRepository } from './object-cleanup.repository.js';
import { PublishPackage } from './publish-package.js';
import { PublishedBlobRepository } from './published-blob.repository.js';
import { PublishedPackageRepository } from './published-package.repository.js';
import { PutBlob } from './put-blob.js';
import { RefusePublished } from './refuse-published.js';
import { ReleasePackageConsumer } from './release-package.consumer.js';
import { ReleasePackage } from './release-package.js';
import { RemoveOrphans } from './remove-orphans.js';
import { StorageReadiness } from './storage-readiness.js';
import { WithdrawPackageConsumer } from './withdraw-package.consumer.js';
import { WithdrawPackage } from './withdraw-package.js';

/** Stored bytes: put, got, published, deleted. */
export const storageParts: ModuleParts = {
  controllers: [WithdrawPackageConsumer, ReleasePackageConsumer],
  providers: [
    PublishedBlobRepository,
    PublishedPackageRepository,
    ContentRepository,
    ObjectCleanupRepository,
    RefusePublished,
    PutBlob,
    GetBlob,
    AdoptBlobs,
    DeleteBlobs,
    PublishPackage,
    FreePackage,
    WithdrawPackage,
    ReleasePackage,
    FreeExpiredPackages,
    CleanUpObjects,
    RemoveOrphans,
    StorageReadiness,
    FragmentsService,
  ],
};
