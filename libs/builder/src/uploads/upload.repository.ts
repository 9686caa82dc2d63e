import { AppError, type PackageId, type UploadId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { ERRORS } from '../errors.js';

/** The upload of one package's archive. */
export interface Upload {
  readonly id: UploadId;
  readonly packageId: PackageId;
  /** Owner of the stored parts; a new one each time the upload starts over. */
  readonly storageId: string;
  /** Length of the archive in bytes; null until the client has told it. */
  readonly size: number | null;
  /** Bytes received and stored. */
  readonly position: number;
  /** As the sender calls the file; null when he did not say. */
  readonly fileName: string | null;
  /** Name of the account that sent last. */
  readonly sender: string | null;
}

/** A stretch of the archive, stored as one blob. */
export interface UploadPart {
  /** First byte. */
  readonly position: number;
  readonly size: number;
  readonly sha256: string;
  /** Name of the blob. */
  readonly name: string;
}

const COLUMNS = `id, package_id AS "packageId", storage_id AS "storageId", size::float8 AS size,
  position::float8 AS position, file_name AS "fileName", sender`;
/** What a new upload begins with. */
export interface UploadStart {
  /** Length of the archive in bytes; null when the client will tell it later. */
  readonly size: number | null;
  readonly fileName: string | null;
  readonly sender: string | null;
}

const ABANDONED = 'changed_at < $1 AND position > 0 AND position IS DISTINCT FROM size';

/** The only queries on the tables `upload` and `upload_part`. Sizes below 2^53 are exact as float8. */
@Injectable()
export class UploadRepository {
  constructor(private readonly database: DataSource) {}

  /** @throws AppError BUILDER_UPLOAD_NOT_FOUND */
  async get(id: UploadId, manager = this.database.manager): Promise<Upload> {
    return found(id, await this.find(id, manager));
  }

  find(id: UploadId, manager = this.database.manager): Promise<Upload | null> {
    return this.selectOne(manager, 'id = $1', id);
  }

  findForPackage(packageId: PackageId, manager = this.database.manager): Promise<Upload | null> {
    return this.selectOne(manager, 'package_id = $1', packageId);
  }

  findForPackages(packageIds: readonly PackageId[]): Promise<Upload[]> {
    return this.database.query(`SELECT ${COLUMNS} FROM upload WHERE package_id = ANY($1::uuid[])`, [
      packageIds,
    ]);
  }

  /**
   * Reads an upload and keeps it from change until the transaction ends; its package has to be locked before.
   * @throws AppError BUILDER_UPLOAD_NOT_FOUND
   */
  async lock(manager: EntityManager, id: UploadId): Promise<Upload> {
    return found(id, await this.selectOne(manager, 'id = $1 FOR UPDATE', id));
  }

  async create(manager: EntityManager, packageId: PackageId): Promise<UploadId> {
    const id = uuidv7() as UploadId;
    await manager.query('INSERT INTO upload (id, package_id, storage_id) VALUES ($1, $2, $3)', [
      id,
      packageId,
      uuidv7(),
    ]);
    return id;
  }

  /** Empties an upload: no parts, a new place for them, and what the client told. */
  async restart(
    manager: EntityManager,
    id: UploadId,
    { size, fileName, sender }: UploadStart,
  ): Promise<void> {
    await manager.query('DELETE FROM upload_part WHERE upload_id = $1', [id]);
    await manager.query(
      `UPDATE upload SET storage_id = $2, size = $3, position = 0, changed_at = now(), told_at = NULL,
         file_name = $4, sender = $5 WHERE id = $1`,
      [id, uuidv7(), size, fileName, sender],
    );
  }

  /** @returns false when the length is known already, or is less than what was received */
  async declareSize(manager: EntityManager, id: UploadId, size: number): Promise<boolean> {
    const [, count] = (await manager.query(
      'UPDATE upload SET size = $2, changed_at = now() WHERE id = $1 AND size IS NULL AND position <= $2',
      [id, size],
    )) as [unknown, number];
    return count === 1;
  }

  /**
   * Adds the part that begins where the upload stands.
   * @param by who sent it, and what the file is called if that was told again
   * @returns false when it stands elsewhere by now
   */
  async addPart(
    manager: EntityManager,
    upload: Upload,
    part: UploadPart,
    by: Pick<UploadStart, 'fileName' | 'sender'>,
  ): Promise<boolean> {
    const [, count] = (await manager.query(
      `UPDATE upload SET position = position + $4, changed_at = now(), sender = $5,
         file_name = coalesce($6, file_name)
       WHERE id = $1 AND storage_id = $2 AND position = $3 AND (size IS NULL OR position + $4 <= size)`,
      [upload.id, upload.storageId, part.position, part.size, by.sender, by.fileName],
    )) as [unknown, number];
    if (count !== 1) return false;
    await manager.query(
      'INSERT INTO upload_part (upload_id, position, size, sha256, name) VALUES ($1, $2, $3, $4, $5)',
      [upload.id, part.position, part.size, part.sha256, part.name],
    );
    return true;
  }

  /** @returns whether nothing was told for so many seconds, or it is due anyway; then it counts as told now */
  async mayTell(manager: EntityManager, id: UploadId, seconds: number, isDue: boolean): Promise<boolean> {
    const [, count] = (await manager.query(
      `UPDATE upload SET told_at = clock_timestamp()
       WHERE id = $1 AND ($3 OR told_at IS NULL OR told_at <= clock_timestamp() - make_interval(secs => $2))`,
      [id, seconds, isDue],
    )) as [unknown, number];
    return count === 1;
  }

  /** Bytes of all uploads. */
  async heldBytes(manager: EntityManager): Promise<number> {
    const [row] = (await manager.query('SELECT coalesce(sum(position), 0)::float8 AS bytes FROM upload')) as {
      bytes: number;
    }[];
    return row?.bytes ?? 0;
  }

  /** The parts in order. */
  parts(id: UploadId): Promise<UploadPart[]> {
    return this.database.query(
      `SELECT position::float8 AS position, size::float8 AS size, sha256, name
       FROM upload_part WHERE upload_id = $1 ORDER BY position`,
      [id],
    );
  }

  async delete(manager: EntityManager, id: UploadId): Promise<void> {
    await manager.query('DELETE FROM upload WHERE id = $1', [id]);
  }

  /** Uploads that hold bytes, are not complete, and have not moved since the given time. */
  abandonedSince(time: Date): Promise<{ id: UploadId }[]> {
    return this.database.query(`SELECT id FROM upload WHERE ${ABANDONED}`, [time]);
  }

  /** Whether a locked upload still is one of those. */
  async isAbandoned(manager: EntityManager, id: UploadId, time: Date): Promise<boolean> {
    const rows: unknown[] = await manager.query(`SELECT FROM upload WHERE ${ABANDONED} AND id = $2`, [
      time,
      id,
    ]);
    return rows.length === 1;
  }

  private async selectOne(manager: EntityManager, condition: string, value: string): Promise<Upload | null> {
    const [row] = (await manager.query(`SELECT ${COLUMNS} FROM upload WHERE ${condition}`, [
      value,
    ])) as Upload[];
    return row ?? null;
  }
}

function found(id: UploadId, upload: Upload | null): Upload {
  if (upload === null) throw new AppError(ERRORS.BUILDER_UPLOAD_NOT_FOUND, `There is no upload ${id}.`);
  return upload;
}
