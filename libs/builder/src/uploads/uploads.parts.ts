import type { ModuleParts } from '@entrepot/platform-database';
import { CompleteUpload } from './complete-upload.js';
import { LockUpload } from './lock-upload.js';
import { PruneUploads } from './prune-uploads.js';
import { ReceiveUpload } from './receive-upload.js';
import { StartUpload } from './start-upload.js';
import { StorageQuota } from './storage-quota.js';
import { StoreGeneratedArchive } from './store-generated-archive.js';
import { TellUploadProgress } from './tell-upload-progress.js';
import { UploadServer } from './upload-server.js';
import { UploadController } from './upload.controller.js';
import { UploadRepository } from './upload.repository.js';

/** Uploads of archives. */
export const uploadsParts: ModuleParts = {
  controllers: [UploadController],
  providers: [
    UploadRepository,
    LockUpload,
    StorageQuota,
    TellUploadProgress,
    StartUpload,
    CompleteUpload,
    ReceiveUpload,
    StoreGeneratedArchive,
    UploadServer,
    PruneUploads,
  ],
};
