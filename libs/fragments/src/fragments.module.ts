import { fragmentsRpc } from '@entrepot/contracts';
import { DatabaseModule } from '@entrepot/platform-database';
import { Module } from '@nestjs/common';
import { DeleteBlobs } from './storage/delete-blobs.js';
import { DownloadController } from './downloads/download.controller.js';
import { FragmentsService } from './storage/fragments.service.js';
import { GetBlob } from './storage/get-blob.js';
import { FragmentsSchema } from './migrations/fragments-schema.js';
import { OpenPublishedFile } from './downloads/open-published-file.js';
import { PublishPackage } from './storage/publish-package.js';
import { PublishedBlobEntity } from './storage/published-blob.entity.js';
import { PublishedBlobRepository } from './storage/published-blob.repository.js';
import { PutBlob } from './storage/put-blob.js';
import { StorageReadiness } from './storage/storage-readiness.js';

const database = DatabaseModule.forContext({
  schema: 'fragments',
  entities: [PublishedBlobEntity],
  migrations: [FragmentsSchema],
});

/** Stored bytes and their download. Needs `ObjectStore`, `Log` and `Metrics` from the program. */
@Module({
  imports: [database],
  controllers: [DownloadController],
  providers: [
    PublishedBlobRepository,
    PutBlob,
    GetBlob,
    DeleteBlobs,
    PublishPackage,
    OpenPublishedFile,
    StorageReadiness,
    FragmentsService,
    { provide: fragmentsRpc.token, useExisting: FragmentsService },
  ],
  exports: [fragmentsRpc.token],
})
export class FragmentsModule {}
