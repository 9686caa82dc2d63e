import { fragmentsRpc } from '@entrepot/contracts';
import { DatabaseModule } from '@entrepot/platform-database';
import { Module } from '@nestjs/common';
import { DeleteBlobs } from './delete-blobs.js';
import { DownloadController } from './download.controller.js';
import { FragmentsService } from './fragments.service.js';
import { GetBlob } from './get-blob.js';
import { FragmentsSchema } from './migrations/fragments-schema.js';
import { OpenPublishedFile } from './open-published-file.js';
import { PublishPackage } from './publish-package.js';
import { PublishedBlobEntity } from './published-blob.entity.js';
import { PublishedBlobRepository } from './published-blob.repository.js';
import { PutBlob } from './put-blob.js';
import { StorageReadiness } from './storage-readiness.js';

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
