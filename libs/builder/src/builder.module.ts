import { Clock, SystemClock } from '@entrepot/kernel';
import { DatabaseModule } from '@entrepot/platform-database';
import { MessagingModule } from '@entrepot/platform-messaging';
import { Module, type DynamicModule } from '@nestjs/common';
import { BUILDER_OPTIONS, type BuilderOptions, checkOptions } from './builder.options.js';
import { buildsParts } from './builds/builds.parts.js';
import { Versions1795305600000 } from './migrations/20261122-versions.js';
import { BuilderSchema } from './migrations/builder-schema.js';
import { PackageEntity } from './packages/package.entity.js';
import { packagesParts } from './packages/packages.parts.js';
import { storageParts } from './storage/storage.parts.js';
import { templatesParts } from './templates/templates.parts.js';
import { uploadsParts } from './uploads/uploads.parts.js';

const database = DatabaseModule.forContext({
  schema: 'builder',
  entities: [PackageEntity],
  migrations: [BuilderSchema, Versions1795305600000],
});

const PARTS = [packagesParts, templatesParts, uploadsParts, buildsParts, storageParts];

/** Packages: uploads and builds. Needs `fragmentsRpc.token`, `activationRpc.token`, `Log` and `Metrics` from the program. */
@Module({})
export class BuilderModule {
  /** @throws Error when a location is no `host[:port]/path` */
  static register(options: BuilderOptions): DynamicModule {
    return {
      module: BuilderModule,
      imports: [database, MessagingModule.forContext('builder', database)],
      controllers: PARTS.flatMap((parts) => parts.controllers),
      providers: [
        { provide: BUILDER_OPTIONS, useValue: checkOptions(options) },
        { provide: Clock, useClass: SystemClock },
        ...PARTS.flatMap((parts) => parts.providers),
      ],
    };
  }
}
