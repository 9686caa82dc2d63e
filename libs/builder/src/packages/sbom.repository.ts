import type { PackageId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, IsNull, Not } from 'typeorm';
import { PackageEntity } from './package.entity.js';
import type { Sbom } from './sbom-schema.js';

/** The only queries on the column `package.sbom`, which nobody else reads along. */
@Injectable()
export class SbomRepository {
  constructor(private readonly database: DataSource) {}

  /** Null when there is none, also of a package that does not exist. */
  async find(id: PackageId): Promise<Sbom | null> {
    const found = await this.database
      .getRepository(PackageEntity)
      .findOne({ where: { id }, select: { id: true, sbom: true } });
    return (found?.sbom ?? null) as Sbom | null;
  }

  exists(id: PackageId): Promise<boolean> {
    return this.database.getRepository(PackageEntity).existsBy({ id, sbom: Not(IsNull()) });
  }

  async save(manager: EntityManager, id: PackageId, sbom: Sbom): Promise<void> {
    await manager.query('UPDATE package SET sbom = $2 WHERE id = $1', [id, JSON.stringify(sbom)]);
  }
}
