import { AppError, type FileId, type PackageId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, type FindOptionsWhere, In, LessThan } from 'typeorm';
import type { MadePackage } from '../builds/build-manifest.js';
import { ERRORS } from '../errors.js';
import { nextFileId } from './file-id.js';
import { PackageEntity } from './package.entity.js';
import { nextState, type PackageAct, type PackageState } from './package-state.js';

/** One version of a name. */
export interface NamedVersion {
  readonly id: PackageId;
  readonly version: number;
}

/** Which packages a list shows. */
export interface PackageFilter {
  readonly states: readonly PackageState[];
  readonly name?: string | undefined;
}

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
  async list(
    { states, name }: PackageFilter,
    limit: number,
    before: PackageId | null,
  ): Promise<{ items: PackageEntity[]; total: number }> {
    const repository = this.database.getRepository(PackageEntity);
    const where: FindOptionsWhere<PackageEntity> = { state: In(states), ...(name !== undefined && { name }) };
    const [items, total] = await Promise.all([
      repository.find({
        where: { ...where, ...(before && { id: LessThan(before) }) },
        order: { id: 'DESC' },
        take: limit,
      }),
      repository.countBy(where),
    ]);
    return { items, total };
  }

  /** The newest version of a name, whatever became of it; null when there is none. */
  async newestVersion(manager: EntityManager, name: string): Promise<NamedVersion | null> {
    const [row] = (await manager.query(
      'SELECT id, version FROM package WHERE name = $1 ORDER BY version DESC LIMIT 1',
      [name],
    )) as NamedVersion[];
    return row ?? null;
  }

  /** The number of the newest version of each name. */
  async newestVersions(names: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const rows: { name: string; version: number }[] = await this.database.query(
      'SELECT name, max(version) AS version FROM package WHERE name = ANY ($1::text[]) GROUP BY name',
      [names],
    );
    return new Map(rows.map(({ name, version }) => [name, version]));
  }

  /** Bytes of the archives of all built packages that are not deleted. */
  async builtBytes(manager: EntityManager = this.database.manager): Promise<number> {
    const [row] = (await manager.query(
      "SELECT coalesce(sum(archive_bytes), 0)::float8 AS bytes FROM package WHERE state = 'built'",
    )) as { bytes: number }[];
    return row?.bytes ?? 0;
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

  async insert(manager: EntityManager, entity: PackageEntity): Promise<void> {
    await manager.getRepository(PackageEntity).insert(entity);
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

  /** @throws AppError BUILDER_PACKAGE_STATE while or after it is built */
  async discard(manager: EntityManager, entity: PackageEntity): Promise<void> {
    requireState(entity, 'discard');
    await manager.getRepository(PackageEntity).delete({ id: entity.id });
  }

  /** Keeps what the running build made, and what of. */
  async saveMade(id: PackageId, made: MadePackage): Promise<void> {
    await this.database.getRepository(PackageEntity).update({ id, state: 'building' }, { ...made });
  }

  async saveProgress(
    manager: EntityManager,
    id: PackageId,
    progressBytes: number,
    progressTotal: number,
  ): Promise<void> {
    await manager
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
