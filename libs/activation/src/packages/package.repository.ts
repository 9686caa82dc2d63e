import type { PackageId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { PackageEntity } from './package.entity.js';

@Injectable()
export class PackageRepository {
  /** Keeps what the builder says of a package; saying it again changes nothing. */
  async keep(manager: EntityManager, built: PackageEntity): Promise<void> {
    await manager.getRepository(PackageEntity).upsert(built, ['packageId']);
  }

  find(manager: EntityManager, packageId: PackageId): Promise<PackageEntity | null> {
    return manager.getRepository(PackageEntity).findOneBy({ packageId });
  }
}
