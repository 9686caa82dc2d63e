import { Clock, SystemClock } from '@entrepot/kernel';
import { DatabaseModule } from '@entrepot/platform-database';
import { MessagingModule } from '@entrepot/platform-messaging';
import { Module, type DynamicModule } from '@nestjs/common';
import { BlobCleanup } from './storage/blob-cleanup.js';
import { BlobStorage } from './storage/blob-storage.js';
import { BuildLock } from './builds/build-lock.js';
import { BuildPackage } from './builds/build-package.js';
import { BuildPackageConsumer } from './builds/build-package.consumer.js';
import { BUILDER_OPTIONS, type BuilderOptions, checkOptions } from './builder.options.js';
import { CompleteUpload } from './uploads/complete-upload.js';
import { CreatePackage } from './packages/create-package.js';
import { DeletePackage } from './packages/delete-package.js';
import { LockUpload } from './uploads/lock-upload.js';
import { MakePackage } from './builds/make-package.js';
import { BuilderSchema } from './migrations/builder-schema.js';
import { PackageController } from './packages/package.controller.js';
import { PackageEntity } from './packages/package.entity.js';
import { PackageRepository } from './packages/package.repository.js';
import { PruneUploads } from './uploads/prune-uploads.js';
import { ReceiveUpload } from './uploads/receive-upload.js';
import { RequestBuild } from './builds/request-build.js';
import { StartUpload } from './uploads/start-upload.js';
import { UploadController } from './uploads/upload.controller.js';
import { UploadRepository } from './uploads/upload.repository.js';
import { UploadServer } from './uploads/upload-server.js';

const database = DatabaseModule.forContext({
  schema: 'builder',
  entities: [PackageEntity],
  migrations: [BuilderSchema],
});

/** Packages: uploads and builds. Needs `fragmentsRpc.token`, `Log` and `Metrics` from the program. */
@Module({})
export class BuilderModule {
  /** @throws Error when the fragment location is no `host[:port]/path` */
  static register(options: BuilderOptions): DynamicModule {
    return {
      module: BuilderModule,
      imports: [database, MessagingModule.forContext('builder', database)],
      controllers: [PackageController, UploadController, BuildPackageConsumer],
      providers: [
        { provide: BUILDER_OPTIONS, useValue: checkOptions(options) },
        { provide: Clock, useClass: SystemClock },
        PackageRepository,
        UploadRepository,
        BlobStorage,
        BlobCleanup,
        BuildLock,
        CreatePackage,
        DeletePackage,
        RequestBuild,
        LockUpload,
        StartUpload,
        CompleteUpload,
        ReceiveUpload,
        UploadServer,
        PruneUploads,
        MakePackage,
        BuildPackage,
      ],
    };
  }
}
