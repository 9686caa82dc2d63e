import { Readiness } from '@entrepot/platform-http';
import { ObjectStore } from '@entrepot/platform-object-store';
import { Injectable, type OnModuleInit } from '@nestjs/common';

/** Makes /readyz tell whether the object store can be used. */
@Injectable()
export class StorageReadiness implements OnModuleInit {
  constructor(
    private readonly readiness: Readiness,
    private readonly store: ObjectStore,
  ) {}

  onModuleInit(): void {
    this.readiness.register('object-store', () => this.store.check());
  }
}
