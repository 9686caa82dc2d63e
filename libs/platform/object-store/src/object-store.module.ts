import { Module, type DynamicModule } from '@nestjs/common';
import { DiskObjectStore, type DiskOptions } from './disk-object-store.js';
import { ObjectStore } from './object-store.js';
import type { S3Options } from './s3-client.js';
import { S3ObjectStore } from './s3-object-store.js';

/** Provides `ObjectStore` to the whole application: on this machine's disk, or on an S3 server. */
@Module({})
export class ObjectStoreModule {
  static disk(options: DiskOptions): DynamicModule {
    return provide(() => new DiskObjectStore(options));
  }

  static s3(options: S3Options): DynamicModule {
    return provide(() => new S3ObjectStore(options));
  }
}

function provide(useFactory: () => ObjectStore): DynamicModule {
  return {
    module: ObjectStoreModule,
    global: true,
    providers: [{ provide: ObjectStore, useFactory }],
    exports: [ObjectStore],
  };
}
