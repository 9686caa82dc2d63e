import { Clock, SystemClock } from '@entrepot/kernel';
import { DatabaseModule } from '@entrepot/platform-database';
import { MessagingModule } from '@entrepot/platform-messaging';
import { Module, type DynamicModule } from '@nestjs/common';
import { BlobCleanup } from './blob-cleanup.js';
import { BlobStorage } from './blob-storage.js';
import { BuildLock } from './build-lock.js';
import { BuildPackage } from './build-package.js';
import { BuildPackageConsumer } from './build-package.consumer.js';
import { BUILDER_OPTIONS, type BuilderOptions, checkOptions } from './builder.options.js';
import { CompleteUpload } from './complete-upload.js';
import { CreatePackage } from './create-package.js';
import { DeletePackage } from './delete-package.js';
import { LockUpload } from './lock-upload.js';
import { MakePackage } from './make-package.js';
import { BuilderSchema } from './migrations/builder-schema.js';
import { PackageController } from './package.controller.js';
import { PackageEntity } from './package.entity.js';
import { PackageRepository } from './package.repository.js';
import { PruneUploads } from './prune-uploads.js';
import { ReceiveUpload } from './receive-upload.js';
import { RequestBuild } from './request-build.js';
import { StartUpload } from './start-upload.js';
import { UploadController } from './upload.controller.js';
import { UploadRepository } from './upload.repository.js';
import { UploadServer } from './upload-server.js';

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
