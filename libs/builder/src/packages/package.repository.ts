import { AppError, type FileId, type PackageId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, LessThan, QueryFailedError } from 'typeorm';
import type { BuildManifest } from '../builds/build-manifest.js';
import { ERRORS } from '../errors.js';
import { nextFileId } from './file-id.js';
import { PackageEntity } from './package.entity.js';
import { nextState, type PackageAct, type PackageState } from './package-state.js';

const UNIQUE_VIOLATION = '23505';

/** The only queries on the tables `package` and `last_file_id`. */
@Injectable()
export class PackageRepository {
  constructor(private readonly database: DataSource) {}

  /** @throws AppError BUILDER_PACKAGE_NOT_FOUND */
  async get(id: PackageId): Promise<PackageEntity> {
    return found(id, await this.find(id));
  }

  find(id: PackageId): Promise<PackageEntity | null> {
    return this.database.getRepository(PackageEntity).findOneBy({ id });
  }

  /**
   * Reads a package and keeps everybody else from changing it until the transaction ends.
   * @throws AppError BUILDER_PACKAGE_NOT_FOUND
   */
  async lock(manager: EntityManager, id: PackageId): Promise<PackageEntity> {
    const options = { where: { id }, lock: { mode: 'pessimistic_write' } } as const;
    return found(id, await manager.getRepository(PackageEntity).findOne(options));
  }

  /** So many packages at the most, newest first, of those older than `before`; and how many there are in all. */
  async list(limit: number, before: PackageId | null): Promise<{ items: PackageEntity[]; total: number }> {
    const repository = this.database.getRepository(PackageEntity);
    const [items, total] = await Promise.all([
      repository.find({ where: before ? { id: LessThan(before) } : {}, order: { id: 'DESC' }, take: limit }),
      repository.count(),
    ]);
    return { items, total };
  }

  /** A file id that no package ever had; others wait for theirs until the transaction ends. */
  async reserveFileId(manager: EntityManager, now: Date): Promise<FileId> {
    const [row] = (await manager.query('SELECT file_id AS highest FROM last_file_id FOR UPDATE')) as {
      highest: number | null;
    }[];
    const fileId = nextFileId(now, row?.highest == null ? null : (String(row.highest) as FileId));
    await manager.query('UPDATE last_file_id SET file_id = $1', [fileId]);
    return fileId;
  }

  /** @throws AppError BUILDER_PACKAGE_NAME_TAKEN */
  async insert(manager: EntityManager, entity: PackageEntity): Promise<void> {
    try {
      await manager.getRepository(PackageEntity).insert(entity);
    } catch (error) {
      const driver =
        error instanceof QueryFailedError
          ? (error.driverError as { code?: string; constraint?: string })
          : {};
      if (driver.code !== UNIQUE_VIOLATION || driver.constraint !== 'package_name_unique') throw error;
      throw new AppError(
        ERRORS.BUILDER_PACKAGE_NAME_TAKEN,
        `There is already a package named "${entity.name}".`,
        {
          field: 'name',
        },
      );
    }
  }

  /**
   * Moves a locked package on.
   * @throws AppError BUILDER_PACKAGE_STATE when the act is not possible in its state
   */
  async advance(
    manager: EntityManager,
    entity: PackageEntity,
    act: PackageAct,
    changes: Partial<PackageEntity> = {},
  ): Promise<PackageState> {
    const state = requireState(entity, act);
    await manager.getRepository(PackageEntity).update({ id: entity.id }, { ...changes, state });
    return state;
  }

  async delete(manager: EntityManager, entity: PackageEntity): Promise<void> {
    requireState(entity, 'delete');
    await manager.getRepository(PackageEntity).delete({ id: entity.id });
  }

  /** Keeps what the running build made. */
  async saveManifest(id: PackageId, manifest: BuildManifest): Promise<void> {
    await this.database.getRepository(PackageEntity).update({ id, state: 'building' }, { manifest });
  }

  async saveProgress(id: PackageId, progressBytes: number, progressTotal: number): Promise<void> {
    await this.database
      .getRepository(PackageEntity)
      .update({ id, state: 'building' }, { progressBytes, progressTotal });
  }
}

function requireState(entity: PackageEntity, act: PackageAct): PackageState {
  const state = nextState(entity.state, act);
  if (state !== null) return state;
  const reason = `"${act}" is not possible while the package is ${entity.state}.`;
  throw new AppError(ERRORS.BUILDER_PACKAGE_STATE, reason, { state: entity.state });
}

function found(id: PackageId, entity: PackageEntity | null): PackageEntity {
  if (entity === null) throw new AppError(ERRORS.BUILDER_PACKAGE_NOT_FOUND, `There is no package ${id}.`);
  return entity;
}
