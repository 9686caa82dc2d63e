import type { ObjectKey } from '@entrepot/platform-object-store';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** Bytes known by their SHA-256, and the object that has them. */
export interface Content {
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  readonly objectKey: ObjectKey;
}

/** A content as it was before a newer object took its place. */
export interface ReplacedContent extends Content {
  readonly isDamaged: boolean;
}

/**
 * The only queries that write the table `content`. Whoever changes several rows locks them in the order of their
 * SHA-256, here, before anything else: that is what keeps publishing and freeing from waiting for each other in a ring.
 */
@Injectable()
export class ContentRepository {
  /**
   * Makes the objects those of their contents, in place of earlier ones, whose damage is over.
   * @returns the contents that had an object before, locked until the transaction ends
   */
  async store(manager: EntityManager, contents: readonly Content[]): Promise<ReplacedContent[]> {
    const keys = contents.map(({ objectKey }) => objectKey);
    const columns = [contents.map(({ sha256 }) => sha256), contents.map(({ size }) => size), keys];
    // An update that changes nothing locks what is there and answers it, row by row in order.
    const rows: ReplacedContent[] = await manager.query(
      `INSERT INTO content AS c (sha256, size, object_key)
         SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[]) AS n (sha256, size, object_key) ORDER BY sha256
       ON CONFLICT (sha256) DO UPDATE SET size = c.size
       RETURNING sha256, size::float8 AS size, object_key AS "objectKey", damaged_at IS NOT NULL AS "isDamaged"`,
      columns,
    );
    const own = new Set<string>(keys);
    const replaced = rows.filter(({ objectKey }) => !own.has(objectKey));
    await manager.query(
      `UPDATE content c SET object_key = n.object_key, stored_at = now(), verified_at = NULL,
         damaged_at = NULL, damage = NULL, repair_tried_at = NULL
       FROM unnest($1::text[], $2::text[]) AS n (sha256, object_key)
       WHERE c.sha256 = n.sha256 AND c.object_key <> n.object_key`,
      [columns[0], keys],
    );
    return replaced;
  }

  /** Deletes those of the contents that no published file refers to, and answers the keys of their objects. */
  async deleteUnused(manager: EntityManager, sha256s: readonly string[]): Promise<string[]> {
    await manager.query('SELECT 1 FROM content WHERE sha256 = ANY($1) ORDER BY sha256 FOR UPDATE', [sha256s]);
    const [rows] = (await manager.query(
      `DELETE FROM content c WHERE sha256 = ANY($1)
         AND NOT EXISTS (SELECT 1 FROM published_blob b WHERE b.sha256 = c.sha256)
       RETURNING object_key AS "objectKey"`,
      [sha256s],
    )) as [{ readonly objectKey: string }[], number];
    return rows.map(({ objectKey }) => objectKey);
  }

  /** The keys beginning so that contents have their bytes under. */
  async keysInUse(manager: EntityManager, prefix: string): Promise<ReadonlySet<string>> {
    // No character of a key comes after the tilde.
    const rows: { readonly objectKey: string }[] = await manager.query(
      `SELECT object_key AS "objectKey" FROM content WHERE object_key >= $1 AND object_key < $1 || '~'`,
      [prefix],
    );
    return new Set(rows.map(({ objectKey }) => objectKey));
  }

  /** The contents of a package, each once, and which of them are right by a reading since one was last asked for. */
  ofPackage(manager: EntityManager, fileId: string): Promise<(Content & { readonly isChecked: boolean })[]> {
    return manager.query(
      `SELECT sha256, size::float8 AS size, object_key AS "objectKey",
         coalesce(damaged_at IS NULL AND verified_at > verification_asked_at, false) AS "isChecked"
       FROM content LEFT JOIN published_package ON file_id = $1
       WHERE sha256 IN (SELECT sha256 FROM published_blob WHERE file_id = $1) ORDER BY sha256`,
      [fileId],
    );
  }
}
