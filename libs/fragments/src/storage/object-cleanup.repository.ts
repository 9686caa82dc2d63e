import type { ObjectKey } from '@entrepot/platform-object-store';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** The only queries on the table `object_cleanup`: objects that nothing refers to any more. */
@Injectable()
export class ObjectCleanupRepository {
  async add(manager: EntityManager, keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    await manager.query(
      'INSERT INTO object_cleanup (object_key) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING',
      [keys],
    );
  }

  /** Objects that have been waiting for so many milliseconds, longest first; never one that is a content's. */
  async due(manager: EntityManager, waitedMs: number, atMost: number): Promise<ObjectKey[]> {
    const rows: { readonly objectKey: ObjectKey }[] = await manager.query(
      `SELECT object_key AS "objectKey" FROM object_cleanup o
       WHERE since <= now() - $1 * interval '1 millisecond'
         AND NOT EXISTS (SELECT 1 FROM content c WHERE c.object_key = o.object_key)
       ORDER BY since LIMIT $2`,
      [waitedMs, atMost],
    );
    return rows.map(({ objectKey }) => objectKey);
  }

  /** The waiting keys that begin so. */
  async keysWaiting(manager: EntityManager, prefix: string): Promise<ReadonlySet<string>> {
    // No character of a key comes after the tilde.
    const rows: { readonly objectKey: string }[] = await manager.query(
      `SELECT object_key AS "objectKey" FROM object_cleanup WHERE object_key >= $1 AND object_key < $1 || '~'`,
      [prefix],
    );
    return new Set(rows.map(({ objectKey }) => objectKey));
  }

  async remove(manager: EntityManager, keys: readonly string[]): Promise<void> {
    await manager.query('DELETE FROM object_cleanup WHERE object_key = ANY($1)', [keys]);
  }
}
