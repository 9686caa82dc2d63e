import type { PublishedBlob } from '@entrepot/contracts';
import type { FileId } from '@entrepot/kernel';
import { PreparedStatement } from '@entrepot/platform-database';
import type { ObjectKey } from '@entrepot/platform-object-store';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { PublishedBlobEntity } from './published-blob.entity.js';

/** Entries of the cache: about 4 MB. */
const CACHE_SIZE = 10_000;
/** What withdrawal, damage, repair or deletion changed is served as before for so long at the most, by any replica. */
const CACHED_MS = 2_000;

/** A published file and where its bytes are. */
export interface FoundBlob extends PublishedBlob {
  /** In the object store; on disk the file is `<directory>/objects/<objectKey>`. */
  readonly objectKey: ObjectKey;
  /** The stored bytes are not what they should be: answer 503, for they may be repaired. */
  readonly damaged: boolean;
  /** Its package was deleted: the info file is not there any more, fragments are. */
  readonly withdrawn: boolean;
}

interface Remembered {
  readonly blob: FoundBlob;
  readonly until: number;
}

const FIND = new PreparedStatement<FoundBlob>(
  'find-published-blob',
  `SELECT b.name, b.size::float8 AS size, b.sha256, c.object_key AS "objectKey",
     c.damaged_at IS NOT NULL AS damaged, p.withdrawn_at IS NOT NULL AS withdrawn
   FROM published_blob b JOIN content c USING (sha256) JOIN published_package p USING (file_id)
   WHERE b.file_id = $1 AND b.name = $2`,
);

/** The only queries on the table `published_blob`. */
@Injectable()
export class PublishedBlobRepository {
  /** In the order of their last reading: the first is the next to go. */
  private readonly cache = new Map<string, Remembered>();

  constructor(private readonly database: DataSource) {}

  /**
   * A published file, as it is or was two seconds ago at the most; null when it is not published, or freed. An object
   * that is no longer its content stays for minutes, so a reader who comes late by those seconds still finds it.
   */
  async find(fileId: string, name: string): Promise<FoundBlob | null> {
    const key = `${fileId}/${name}`;
    const known = this.cache.get(key);
    if (known !== undefined && performance.now() < known.until) return known.blob;
    this.cache.delete(key);
    const until = performance.now() + CACHED_MS;
    const [blob] = await FIND.run(this.database, [fileId, name]);
    if (blob === undefined) return null;
    this.cache.set(key, { blob, until });
    if (this.cache.size > CACHE_SIZE) this.cache.delete(this.cache.keys().next().value ?? '');
    return blob;
  }

  /** Makes this process look again at once; others do within two seconds. */
  forget(): void {
    this.cache.clear();
  }

  list(manager: EntityManager, fileId: string): Promise<PublishedBlob[]> {
    return manager.getRepository(PublishedBlobEntity).findBy({ fileId });
  }

  async insert(manager: EntityManager, fileId: FileId, blobs: readonly PublishedBlob[]): Promise<void> {
    await manager.query(
      `INSERT INTO published_blob (file_id, name, size, sha256)
       SELECT $1, * FROM unnest($2::text[], $3::bigint[], $4::text[])`,
      [
        fileId,
        blobs.map((blob) => blob.name),
        blobs.map((blob) => blob.size),
        blobs.map((blob) => blob.sha256),
      ],
    );
  }

  /** Deletes the rows of a package and answers the SHA-256 of its contents, each once. */
  async delete(manager: EntityManager, fileId: string): Promise<string[]> {
    const rows: { readonly sha256: string }[] = await manager.query(
      `WITH gone AS (DELETE FROM published_blob WHERE file_id = $1 RETURNING sha256)
       SELECT DISTINCT sha256 FROM gone`,
      [fileId],
    );
    return rows.map(({ sha256 }) => sha256);
  }

  /** The files that agents know a content as, at most so many. */
  filesOf(
    manager: EntityManager,
    sha256: string,
    atMost: number,
  ): Promise<{ readonly fileId: string; readonly name: string }[]> {
    return manager.query(
      `SELECT file_id AS "fileId", name FROM published_blob WHERE sha256 = $1 ORDER BY file_id DESC, name LIMIT $2`,
      [sha256, atMost],
    );
  }
}
