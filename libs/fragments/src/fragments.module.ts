import { fragmentsRpc } from '@entrepot/contracts';
import { Clock, SystemClock } from '@entrepot/kernel';
import { DatabaseModule } from '@entrepot/platform-database';
import { MessagingModule } from '@entrepot/platform-messaging';
import { Module, type DynamicModule } from '@nestjs/common';
import { downloadsParts } from './downloads/downloads.parts.js';
import { checkOptions, FRAGMENTS_OPTIONS, type FragmentsOptions } from './fragments.options.js';
import { integrityParts } from './integrity/integrity.parts.js';
import { limitsParts } from './limits/limits.parts.js';
import { Contents1795305600000 } from './migrations/20261122-contents.js';
import { FragmentsSchema } from './migrations/fragments-schema.js';
import { proxiesParts } from './proxies/proxies.parts.js';
import { FragmentsService } from './storage/fragments.service.js';
import { PublishedBlobEntity } from './storage/published-blob.entity.js';
import { storageParts } from './storage/storage.parts.js';

const database = DatabaseModule.forContext({
  schema: 'fragments',
  entities: [PublishedBlobEntity],
  migrations: [FragmentsSchema, Contents1795305600000],
});

const PARTS = [storageParts, downloadsParts, integrityParts, limitsParts, proxiesParts];

/** Stored bytes and their download. Needs `ObjectStore`, `Log` and `Metrics` from the program. */
@Module({})
export class FragmentsModule {
  /** @throws Error when a location is no `host[:port]/path` */
  static register(options: FragmentsOptions): DynamicModule {
    return {
      module: FragmentsModule,
      imports: [database, MessagingModule.forContext('fragments', database)],
      controllers: PARTS.flatMap((parts) => parts.controllers),
      providers: [
        { provide: FRAGMENTS_OPTIONS, useValue: checkOptions(options) },
        { provide: Clock, useClass: SystemClock },
        ...PARTS.flatMap((parts) => parts.providers),
        { provide: fragmentsRpc.token, useExisting: FragmentsService },
      ],
      exports: [fragmentsRpc.token],
    };
  }
}
